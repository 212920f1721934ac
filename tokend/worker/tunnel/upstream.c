/* SPDX-License-Identifier: BSD-2-Clause */
#include "tunnel/upstream.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "lineio.h"

#define LOGIN_MS 25000		/* from the name's look-up to the last word */
#define ANSWER_MS 20000		/* to a question behind that */
#define LINES_MOST 200		/* of one answer */
#define QUIET_SECONDS 300	/* then the kernel asks whether it is there */

static int
choose_mechanism(struct upstream *u, struct failure *why)
{
	const char *server = mail_server(u->mail);

	if (u->is_given && !mail_offers(u->mail, sasl_names[u->mechanism]))
		return fail(why, STATUS_CONFIG, "%s does not offer %s: leave "
		    "--mechanism out, or give the other one", server,
		    sasl_names[u->mechanism]);
	if (u->is_given || sasl_choose(u->mail, &u->mechanism) == 0)
		return 0;
	return fail(why, STATUS_CONFIG, "%s offers neither XOAUTH2 nor "
	    "OAUTHBEARER, so no token opens it: check the server's name and "
	    "port, and what it allows", server);
}

/* A server that has vanished is found out; a tunnel may idle for days. */
static void
keep_alive(const struct mail *m)
{
	int on = 1, quiet = QUIET_SECONDS, fd = mail_fd(m);

	if (setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on)) == 0)
		(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &quiet,
		    sizeof(quiet));
}

int
upstream_open(struct upstream *u, const char *user, const char *token,
    struct failure *why)
{
	enum sasl_result result;

	u->mail = mail_open(&u->settings, clock_ms() + LOGIN_MS, why);
	if (u->mail == NULL || choose_mechanism(u, why) == -1)
		return -1;
	result = sasl_login(u->mail, u->mechanism, user, token, u->said, why);
	if (result == SASL_TAKEN) {
		keep_alive(u->mail);
		return 0;
	}
	if (result == SASL_REFUSED) {
		sasl_log_out(u->mail);
		return sasl_fail_refused(u->mail, user, u->said, why);
	}
	u->said[0] = '\0';
	return -1;
}

void
upstream_close(struct upstream *u)
{
	mail_close(u->mail);
	u->mail = NULL;
}

/* POP3 tells by the command whether more lines follow: CAPA's do. */
static int
is_last(enum account_server service, const char *line, int number)
{
	if (service == SERVER_SMTP)
		return strlen(line) < 4 || line[3] != '-';
	if (service == SERVER_IMAP)
		return line[0] != '*' && line[0] != '+';
	return strcmp(line, ".") == 0 || (number == 0 && line[0] != '+');
}

int
upstream_ask(struct upstream *u, const char *command, struct buf *answer,
    struct failure *why)
{
	struct buf said = BUF_INIT(MAIL_LINE_MAX);
	char line[MAIL_LINE_MAX] = "";
	int lines = 0, result = 0;

	mail_set_deadline(u->mail, clock_ms() + ANSWER_MS);
	if (buf_adds(&said, u->settings.service == SERVER_IMAP ? "a3 " : "")
	    == -1 || buf_adds(&said, command) == -1)
		result = fail(why, STATUS_CONFIG, "the local program says a "
		    "line that is too long for its protocol");
	else
		result = mail_send_line(u->mail, buf_text(&said), why);
	buf_free(&said);
	do {
		if (result == 0)
			result = mail_receive_line(u->mail, line, why);
		if (result == 0 && (lines == LINES_MOST ||
		    buf_adds(answer, line) == -1 ||
		    buf_adds(answer, "\r\n") == -1))
			result = fail(why, STATUS_LATER, "%s: it says too "
			    "much: see who answers there",
			    mail_server(u->mail));
	} while (result == 0 &&
	    !is_last(u->settings.service, line, lines++));
	return result;
}

static ssize_t
read_mail(void *of, void *data, size_t len)
{
	return mail_read(of, data, len);
}

static ssize_t
write_mail(void *of, const void *data, size_t len)
{
	return mail_write(of, data, len);
}

void
upstream_stream(struct upstream *u, struct stream *s)
{
	/* The end of one way would be the end of TLS: it is not told. */
	*s = (struct stream){ .read = read_mail, .write = write_mail,
	    .of = u->mail, .in = mail_fd(u->mail),
	    .out = mail_fd(u->mail) };
}
