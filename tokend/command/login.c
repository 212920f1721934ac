/* login.c - tokend login: stores the secrets that an account needs. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/place.h"
#include "attr.h"
#include "command/command.h"
#include "lineio.h"

#define TYPED_MAX 16000		/* bytes a line, what an attribute may have */

static const char usage[] =
    "Usage: tokend login [NAME]\n"
    "       tokend login --refresh-token-stdin [--client-secret-stdin] [NAME]\n"
    "       tokend login --client-secret-stdin [NAME]\n"
    "Takes the refresh token (grant refresh_token) or the client secret\n"
    "(grant client_credentials) of an account whose file is there already,\n"
    "tokend.conf(5); proves it with the provider, and stores it. Asks at a\n"
    "terminal, without showing it; with options, reads standard input, one\n"
    "line each in the order above.\n";

/* One byte at a time: what follows the line belongs to the next reader. */
static int
read_line(struct buf *line)
{
	char c;
	ssize_t n;

	while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
		if (buf_add(line, &c, 1) == -1)
			return -1;
	if (n == -1)
		return -1;
	if (line->len > 0 && line->data[line->len - 1] == '\r')
		line->data[--line->len] = '\0';
	return 0;
}

/* What the terminal was like before a secret was asked for. */
static struct termios shown;

/* Who gives up at the prompt gets a terminal back that shows what he types. */
static void
on_signal(int number)
{
	tcsetattr(STDIN_FILENO, TCSANOW, &shown);
	/* Once more, with the default action: SA_RESETHAND. */
	raise(number);
}

static int
read_hidden(struct buf *line, const char *what)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	const size_t count = sizeof(numbers) / sizeof(numbers[0]);
	struct sigaction action = { .sa_handler = on_signal,
	    .sa_flags = (int)SA_RESETHAND }, before[4];
	struct termios hidden = shown;
	size_t i;
	int result;

	for (i = 0; i < count; i++)
		sigaction(numbers[i], &action, &before[i]);
	fprintf(stderr, "%s: ", what);
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
	result = read_line(line);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	fputc('\n', stderr);
	for (i = 0; i < count; i++)
		sigaction(numbers[i], &before[i], NULL);
	return result;
}

/* At a terminal it is asked for, and not shown. */
static int
read_secret(struct buf *line, const char *what, struct failure *why)
{
	int result = tcgetattr(STDIN_FILENO, &shown) == 0 ?
	    read_hidden(line, what) : read_line(line);

	if (result == -1)
		return fail(why, STATUS_CONFIG, "%s: cannot be read from "
		    "standard input, or is longer than %d bytes", what,
		    TYPED_MAX);
	if (line->len == 0)
		return fail(why, STATUS_CONFIG, "%s: standard input holds "
		    "none: nothing was changed", what);
	if (!text_is_clean(line->data, line->len) ||
	    strpbrk(line->data, " \t") != NULL)
		return fail(why, STATUS_CONFIG, "%s: what standard input "
		    "holds has blanks or control characters in it: nothing was "
		    "changed", what);
	return 0;
}

/* What the worker reads: the secrets as attributes, on a socket. */
static int
read_secrets(struct buf *message, int with_token, int with_secret,
    struct failure *why)
{
	struct buf token = BUF_INIT(TYPED_MAX), secret = BUF_INIT(TYPED_MAX);
	int result = -1;

	if ((!with_token || read_secret(&token, "refresh token", why) == 0) &&
	    (!with_secret || read_secret(&secret, "client secret",
	    why) == 0)) {
		if (attrs_add(message, "refresh_token",
		    with_token ? buf_text(&token) : NULL) == -1 ||
		    attrs_add(message, "client_secret",
		    with_secret ? buf_text(&secret) : NULL) == -1 ||
		    attrs_end(message) == -1)
			fail_memory(why);
		else
			result = 0;
	}
	buf_free(&token);
	buf_free(&secret);
	return result;
}

/* Which secrets the account wants, where the options do not say. */
static int
choose(const struct scope *s, const char *name, int *with_token,
    int *with_secret, struct failure *why)
{
	struct account a;
	int result = account_load(&a, s, name, why);

	if (result == 0 && *with_token && a.grant != GRANT_REFRESH_TOKEN)
		result = fail(why, STATUS_CONFIG, "account \"%s\": its grant "
		    "is client_credentials, which has no refresh token: give "
		    "--client-secret-stdin alone", name);
	if (!*with_token && !*with_secret) {
		*with_token = a.grant == GRANT_REFRESH_TOKEN;
		*with_secret = !*with_token;
	}
	account_free(&a);
	return result;
}

static int
login(struct answer *a, const struct scope *s, const char *name,
    int with_token, int with_secret)
{
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	int fd[2] = { -1, -1 }, result = -1;

	if (choose(s, name, &with_token, &with_secret, &a->failure) == 0 &&
	    read_secrets(&message, with_token, with_secret,
	    &a->failure) == 0) {
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
		    fd) == -1 ||
		    io_send(fd[0], &message, clock_ms() + 1000) == -1)
			fail(&a->failure, STATUS_LATER, "account \"%s\": no "
			    "way to the worker: %s", name, strerror(errno));
		else
			result = command_work(a, s, "login", name, fd[1]);
	}
	if (fd[0] != -1) {
		close(fd[0]);
		close(fd[1]);
	}
	buf_free(&message);
	return result;
}

int
command_login(int argc, char *argv[])
{
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1], span[32];
	int with_token = 0, with_secret = 0, i = 1, status = EX_OK;
	struct scope s;

	if (command_wants_help(argc, argv))
		return command_usage(usage, 1);
	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--refresh-token-stdin") == 0)
			with_token = 1;
		else if (strcmp(argv[i], "--client-secret-stdin") == 0)
			with_secret = 1;
		else
			return command_usage(usage, 0);
	}
	if (argc - i > 1 ||
	    (!with_token && !with_secret && !isatty(STDIN_FILENO)))
		return command_usage(usage, 0);
	if (place_find(&s, &a.failure) == -1 ||
	    place_enter(&s, &a.failure) == -1 ||
	    command_account(name, &s, argv[i], &a.failure) == -1 ||
	    login(&a, &s, name, with_token, with_secret) == -1)
		status = command_failed(&a.failure);
	else
		printf("account \"%s\": stored; a first token is here, good "
		    "for %s\n", name, command_span(span, a.expires -
		    (int64_t)time(NULL)));
	answer_free(&a);
	return status;
}
