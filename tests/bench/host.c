/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host.c - a mail program reduced to its use of libsasl2, to be measured.
 *
 *   host load PLUGINDIR
 *       initialises libsasl2 with the plugins of the folder, and prints what
 *       that added to the process: private dirty kB and mapped objects.
 *   host exchange PLUGINDIR MECHANISM USER ROUNDS
 *       that many logins up to the first message, and one line: the median
 *       nanoseconds of one. For callgrind: --toggle-collect=one_exchange.
 *   host login PLUGINDIR MECHANISM USER
 *       waits for end of file on standard input, logs in once, and prints
 *       the SASL code and the milliseconds it took. For bursts and faults.
 *
 *   host size PROGRAM ACCOUNT
 *       asks `PROGRAM --stdio` for a token, as Postfix's spawn(8) would
 *       start it, and prints the most memory (kB) that it had. Not with
 *       libsasl2, but here because the parent has to be small: the number
 *       begins with what the process was before exec.
 *
 * The password is a fixed word that means nothing to anybody but PLAIN.
 */
#include <sasl/sasl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *plugin_folder;
static const char *user_name;

static int
get_path(void *context, const char **path)
{
	(void)context;
	*path = plugin_folder;
	return SASL_OK;
}

static int
get_name(void *context, int id, const char **result, unsigned *len)
{
	(void)context;
	(void)id;
	*result = user_name;
	if (len != NULL)
		*len = (unsigned)strlen(user_name);
	return SASL_OK;
}

static int
get_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
	static union {
		sasl_secret_t secret;
		char room[sizeof(sasl_secret_t) + 8];
	} fixed;

	(void)conn;
	(void)context;
	(void)id;
	fixed.secret.len = 6;
	memcpy(fixed.secret.data, "tokend", 7);
	*secret = &fixed.secret;
	return SASL_OK;
}

/* libsasl2 keeps one type for all callbacks, whatever they take. */
#define CALLBACK(function) ((int (*)(void))(uintptr_t)(function))

static sasl_callback_t callbacks[5];

static void
set_callbacks(void)
{
	callbacks[0] = (sasl_callback_t){ SASL_CB_GETPATH,
	    CALLBACK(get_path), NULL };
	callbacks[1] = (sasl_callback_t){ SASL_CB_USER,
	    CALLBACK(get_name), NULL };
	callbacks[2] = (sasl_callback_t){ SASL_CB_AUTHNAME,
	    CALLBACK(get_name), NULL };
	callbacks[3] = (sasl_callback_t){ SASL_CB_PASS,
	    CALLBACK(get_password), NULL };
	callbacks[4] = (sasl_callback_t){ SASL_CB_LIST_END, NULL, NULL };
}

static int64_t
nanoseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * Pages that are this process's own, in kB, written pages of a library among
 * them. Not Private_Dirty: that counts a page of code, too, as long as the
 * file that it is of has not been written to the disk.
 */
static long
private_dirty(void)
{
	char line[256];
	long kb = -1;
	FILE *f = fopen("/proc/self/smaps_rollup", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (sscanf(line, "Anonymous: %ld", &kb) == 1)
			break;
	if (f != NULL)
		fclose(f);
	return kb;
}

/* Shared objects mapped; each shows its first page at offset 0. */
static int
mapped_objects(void)
{
	char line[4096];
	int n = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strstr(line, ".so") != NULL &&
		    strstr(line, " 00000000 ") != NULL)
			n++;
	if (f != NULL)
		fclose(f);
	return n;
}

static int
load(void)
{
	long dirty;
	int objects, code;

	/* Once before, so that stdio's own pages are there already. */
	private_dirty();
	objects = mapped_objects();
	dirty = private_dirty();
	code = sasl_client_init(callbacks);
	printf("%ld %d\n", private_dirty() - dirty,
	    mapped_objects() - objects);
	return code;
}

/* One login as far as it goes without a server. Not static: see above. */
int one_exchange(const char *mechanism);

__attribute__((noinline)) int
one_exchange(const char *mechanism)
{
	const char *out = NULL, *chosen = NULL;
	unsigned len = 0;
	sasl_conn_t *conn = NULL;
	int code = sasl_client_new("smtp", "localhost", NULL, NULL, callbacks,
	    0, &conn);

	if (code == SASL_OK)
		code = sasl_client_start(conn, mechanism, NULL, &out, &len,
		    &chosen);
	if (code == SASL_OK || code == SASL_CONTINUE)
		code = len > 0 ? SASL_OK : SASL_FAIL;
	if (code != SASL_OK)
		fprintf(stderr, "%s\n", conn != NULL ? sasl_errdetail(conn) :
		    sasl_errstring(code, NULL, NULL));
	sasl_dispose(&conn);
	return code;
}

static int
compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int
exchange(const char *mechanism, size_t rounds)
{
	int64_t *took = calloc(rounds, sizeof(*took)), begun;
	size_t i;
	int code = SASL_NOMEM;

	if (took == NULL || sasl_client_init(callbacks) != SASL_OK)
		goto out;
	for (i = 0; i < rounds; i++) {
		begun = nanoseconds();
		code = one_exchange(mechanism);
		took[i] = nanoseconds() - begun;
		if (code != SASL_OK)
			goto out;
	}
	qsort(took, rounds, sizeof(*took), compare);
	printf("%lld\n", (long long)took[rounds / 2]);
out:
	free(took);
	return code;
}

static int
login(const char *mechanism)
{
	int64_t begun;
	int code;
	char c;

	if ((code = sasl_client_init(callbacks)) != SASL_OK)
		return code;
	while (read(STDIN_FILENO, &c, 1) > 0)
		continue;
	begun = nanoseconds();
	code = one_exchange(mechanism);
	printf("%d %lld\n", code,
	    (long long)(nanoseconds() - begun) / 1000000);
	return SASL_OK;
}

static int
size(const char *program, const char *account)
{
	char request[512], answer[65536];
	struct rusage used = { .ru_maxrss = 0 };
	int fd[2], len, status = 0;
	ssize_t n = 0;
	pid_t child;

	len = snprintf(request, sizeof(request), "tokend=1\nverb=get\n"
	    "account=%s\nmechanism=none\n\n", account);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1 ||
	    (child = fork()) == -1)
		return SASL_NOMEM;
	if (child == 0) {
		dup2(fd[1], 0);
		dup2(fd[1], 1);
		dup2(fd[1], 2);
		execl(program, "tokend-serve", "--stdio", (char *)NULL);
		_exit(127);
	}
	close(fd[1]);
	if (write(fd[0], request, (size_t)len) == len)
		n = recv(fd[0], answer, sizeof(answer) - 1, MSG_WAITALL);
	wait4(child, &status, 0, &used);
	answer[n > 0 ? n : 0] = '\0';
	printf("%ld\n", used.ru_maxrss);
	return strstr(answer, "code=ok\n") != NULL ? SASL_OK : SASL_FAIL;
}

int
main(int argc, char *argv[])
{
	int code;

	if (argc < 3)
		return 64;
	plugin_folder = argv[2];
	user_name = argc > 4 ? argv[4] : "";
	set_callbacks();
	if (strcmp(argv[1], "load") == 0)
		code = load();
	else if (strcmp(argv[1], "exchange") == 0 && argc == 6)
		code = exchange(argv[3], strtoul(argv[5], NULL, 10));
	else if (strcmp(argv[1], "login") == 0 && argc == 5)
		code = login(argv[3]);
	else if (strcmp(argv[1], "size") == 0 && argc == 4)
		code = size(argv[2], argv[3]);
	else
		return 64;
	if (code != SASL_OK)
		fprintf(stderr, "host: SASL code %d\n", code);
	return code == SASL_OK ? 0 : 1;
}
