/* token.c - tokend token: prints one access token, for programs. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/account.h"
#include "account/place.h"
#include "client.h"
#include "command/command.h"
#include "lineio.h"
#include "name.h"
#include "scope.h"
#include "serve/session.h"

#define ASK_WAIT 15000	/* ms */

static const char usage[] =
    "Usage: tokend token [NAME]\n"
    "Prints an access token that is valid now, and nothing else; renews it\n"
    "first where that is due. Reads nothing from standard input.\n";

/* The request of a command: it has no mechanism and no server to name. */
static void
request_for(struct request *r, const char *name)
{
	memset(r, 0, sizeof(*r));
	r->verb = VERB_GET;
	r->account = r->authid = name;
	r->mechanism = "none";
	r->wait = ASK_WAIT - 1000;
}

/*
 * An account of this process's own scope: the same session that a helper
 * would hold, in a child.
 */
static int
ask_here(struct answer *a, const struct scope *s, const char *name)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	struct request r;
	int fd[2], result = -1;
	pid_t child;

	request_for(&r, name);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd) == -1)
		return fail(&a->failure, STATUS_LATER, "account \"%s\": no "
		    "socket: %s", name, strerror(errno));
	if ((child = fork()) == -1) {
		fail(&a->failure, STATUS_LATER, "account \"%s\": no process "
		    "to answer: %s", name, strerror(errno));
		close(fd[0]);
		close(fd[1]);
		return -1;
	}
	if (child == 0) {
		close(fd[0]);
		session(fd[1], s, SESSION_PATIENCE);
		_exit(0);
	}
	close(fd[1]);
	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no answer", name);
	if (request_encode(&r, &message) == 0 &&
	    io_send(fd[0], &message, clock_ms() + ASK_WAIT) == 0) {
		buf_reset(&message);
		if (io_receive(fd[0], &message, clock_ms() + ASK_WAIT) == 0)
			result = answer_decode(a, &message, &a->failure);
	}
	close(fd[0]);
	waitpid(child, NULL, 0);
	buf_free(&message);
	return result == 0 && a->failure.code == STATUS_OK ? 0 : -1;
}

/* An account of the system, for a user who is not root: as a plugin asks. */
static int
ask_system(struct answer *a, const char *name)
{
	struct client_settings settings;
	struct request r;
	int result = -1;

	request_for(&r, name);
	if (client_settings_read(&settings, client_settings_path,
	    &a->failure) != -1)
		result = client_get(&settings, &r, a);
	client_settings_free(&settings);
	return result;
}

static int
get(struct answer *a, const struct scope *s, const char *name)
{
	struct account account;
	struct failure why;
	int loaded = account_load(&account, s, name, &why);

	account_free(&account);
	if (loaded == -1 && why.code == STATUS_NO_ACCOUNT &&
	    s->kind == SCOPE_USER)
		return ask_system(a, name);
	return ask_here(a, s, name);
}

/* A daemon often has no HOME: then it uses the system's accounts alone. */
static int
lacks_scope(void)
{
	struct failure why;
	struct scope s;

	return geteuid() != 0 && scope_own(&s, &why) == 0;
}

static int
find_and_get(struct answer *a, char name[NAME_MAX_LEN + 1], const char *given)
{
	struct scope s;

	if (place_find(&s, &a->failure) == -1) {
		if (given == NULL || !lacks_scope())
			return -1;
		place_guard();
		if (name_fold(name, given, strlen(given), &a->failure) == -1)
			return -1;
		return ask_system(a, name);
	}
	if (place_enter(&s, &a->failure) == -1 ||
	    command_account(name, &s, given, &a->failure) == -1)
		return -1;
	return get(a, &s, name);
}

int
command_token(int argc, char *argv[])
{
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1];
	int status = EX_OK;

	if (command_wants_help(argc, argv))
		return command_usage(usage, 1);
	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return command_usage(usage, 0);
	if (find_and_get(&a, name, argv[1]) == -1)
		status = command_failed(&a.failure);
	else if (puts(a.token) == EOF || fflush(stdout) == EOF) {
		fprintf(stderr, "tokend: account \"%s\": its token cannot be "
		    "written to standard output: %s\n", name,
		    strerror(errno));
		status = EX_IOERR;
	}
	answer_free(&a);
	return status;
}
