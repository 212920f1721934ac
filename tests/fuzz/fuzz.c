/* SPDX-License-Identifier: BSD-2-Clause */
#include "fuzz.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"

#define RUN 8	/* bytes of a secret in a row that must not be shown */
#define ESCAPE 5	/* bytes of one, before its last digit */

static struct fuzz_target *targets;
static struct scope scope;
static char base[SCOPE_PATH_MAX / 2];
static pid_t owner;

/* In the order of their files' names, however they are linked. */
void
fuzz_add(struct fuzz_target *t)
{
	struct fuzz_target **at = &targets;

	while (*at != NULL && strcmp((*at)->name, t->name) < 0)
		at = &(*at)->next;
	t->next = *at;
	*at = t;
}

struct fuzz_target *
fuzz_find(const char *name)
{
	struct fuzz_target *t = targets;

	while (t != NULL && name != NULL && strcmp(t->name, name) != 0)
		t = t->next;
	return t;
}

void
fuzz_broken(const char *condition, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

static void __attribute__((noreturn))
give_up(const char *what)
{
	fprintf(stderr, "fuzz: %s: %s\n", what, strerror(errno));
	abort();
}

/*
 * Bytes
 */

char *
fuzz_text(const char *data, size_t len)
{
	char *text = NULL;

	len = strnlen(data, len);
	if ((text = malloc(len + 1)) == NULL)
		give_up("malloc");
	memcpy(text, data, len);
	text[len] = '\0';
	return text;
}

struct buf
fuzz_buf(const char *data, size_t len, size_t max)
{
	struct buf b = BUF_INIT(max);

	if (buf_add(&b, data, len < max ? len : max) == -1)
		give_up("buf_add");
	return b;
}

struct part
fuzz_part(const char **data, size_t *len)
{
	struct part p = { *data, *len };
	const char *mark = *len >= 4 ? memmem(*data, *len, "\n--\n", 4) : NULL;

	if (mark != NULL)
		p.len = (size_t)(mark - p.data) + 1;
	*data += mark != NULL ? p.len + 3 : p.len;
	*len -= mark != NULL ? p.len + 3 : p.len;
	return p;
}

void
fuzz_printable(const char *text)
{
	char *copy = strdup(text);

	if (copy == NULL)
		give_up("strdup");
	make_printable(copy, strlen(copy) + 1);
	MUST(strcmp(copy, text) == 0);
	free(copy);
}

struct buf
fuzz_insert(const char *data, size_t len)
{
	struct buf b = BUF_INIT((len + 1) * sizeof(FUZZ_SECRET));
	const char *end = data + len, *mark = NULL;

	while ((mark = memchr(data, '$', (size_t)(end - data))) != NULL) {
		if (buf_add(&b, data, (size_t)(mark - data)) == -1 ||
		    buf_adds(&b, FUZZ_SECRET) == -1)
			give_up("buf_add");
		data = mark + 1;
	}
	if (buf_add(&b, data, (size_t)(end - data)) == -1)
		give_up("buf_add");
	return b;
}

/*
 * Right behind what begins an escape of JSON or a URL, the first bytes of a
 * run are taken for a part of that (echo.h): such a run does not count.
 */
static int
is_escaped(const char *text, const char *at)
{
	const char *from = at - text > ESCAPE ? at - ESCAPE : text;

	return memchr(from, '%', (size_t)(at - from)) != NULL ||
	    memchr(from, '\\', (size_t)(at - from)) != NULL;
}

static int
find_run(const char *text, size_t len, int is_any)
{
	static const char secret[] = FUZZ_SECRET;
	const char *at = NULL, *end = text + len;
	size_t i = 0;

	for (i = 0; i + RUN < sizeof(secret); i++)
		for (at = text; (at = memmem(at, (size_t)(end - at),
		    secret + i, RUN)) != NULL; at++)
			if (is_any || !is_escaped(text, at))
				return 1;
	return 0;
}

int
fuzz_shows(const char *text, size_t len)
{
	return find_run(text, len, 0);
}

int
fuzz_has(const char *text, size_t len)
{
	return find_run(text, len, 1);
}

/*
 * Files
 */

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st;
	(void)flag;
	(void)f;
	return remove(path);
}

static void
remove_scope(void)
{
	if (owner == getpid())
		(void)nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void
make_folder(const char *path)
{
	if (mkdir(path, 0700) == -1)
		give_up(path);
}

const struct scope *
fuzz_scope(void)
{
	static const char *const folders[] = { "config", "config/accounts",
	    "config/providers", "state", "state/cache", "state/credentials",
	    "state/state", "state/lock", "state/metadata", NULL };
	const char *tmp = getenv("TMPDIR");
	char path[SCOPE_PATH_MAX] = "";
	size_t i = 0;

	if (owner == getpid())
		return &scope;
	snprintf(base, sizeof(base), "%s/tokend-fuzz-XXXXXX",
	    tmp != NULL && tmp[0] == '/' ? tmp : "/tmp");
	if (mkdtemp(base) == NULL)
		give_up(base);
	owner = getpid();
	atexit(remove_scope);
	for (i = 0; folders[i] != NULL; i++) {
		snprintf(path, sizeof(path), "%s/%s", base, folders[i]);
		make_folder(path);
	}
	scope = (struct scope){ .kind = SCOPE_GIVEN, .owner = geteuid() };
	snprintf(scope.config, sizeof(scope.config), "%s/config", base);
	snprintf(scope.state, sizeof(scope.state), "%s/state", base);
	return &scope;
}

void
fuzz_file(const char *folder, const char *name, const char *data, size_t len)
{
	char path[2 * SCOPE_PATH_MAX] = "";
	int fd = -1;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd == -1 || write(fd, data, len) != (ssize_t)len)
		give_up(path);
	close(fd);
}
