/* SPDX-License-Identifier: BSD-2-Clause */
#include "smtp_script.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scratch.h"

#define LIFE 120		/* seconds */
#define DRIP_MS 20
#define OR(reply, usual) ((reply) != NULL ? (reply) : (usual))

struct serving {
	struct smtp_script *script;
	const struct smtp_replies *replies;
};

/* 0: go on, -1: the connection has ended. */
static int
reply(int fd, const char *text)
{
	if (strcmp(text, SMTP_CLOSE) == 0)
		return -1;
	if (strcmp(text, SMTP_SILENT) == 0)
		for (;;)
			pause();
	if (strcmp(text, SMTP_DRIP) == 0) {
		while (send(fd, "2", 1, MSG_NOSIGNAL) == 1)
			usleep(DRIP_MS * 1000);
		return -1;
	}
	return send(fd, text, strlen(text), MSG_NOSIGNAL) ==
	    (ssize_t)strlen(text) ? 0 : -1;
}

static int
begins(const char *line, const char *verb)
{
	return strncasecmp(line, verb, strlen(verb)) == 0;
}

static int
answer_recipient(int fd, const struct smtp_replies *r, const char *line)
{
	if (strstr(line, "bad") != NULL)
		return reply(fd, OR(r->rcpt, "250 ok\r\n"));
	if (strstr(line, "busy") != NULL)
		return reply(fd, OR(r->rcpt_later, "250 ok\r\n"));
	return reply(fd, "250 ok\r\n");
}

static int
take_content(FILE *in, int fd, struct serving *v)
{
	static char line[1 << 20];

	if (v->replies->data != NULL &&
	    strcmp(v->replies->data, SMTP_DEAF) == 0) {
		scratch_must(reply(fd, "354 go\r\n") == 0, "smtp: go");
		for (;;)
			pause();
	}
	if (reply(fd, OR(v->replies->data, "354 go\r\n")) == -1)
		return -1;
	if (v->replies->data != NULL && !begins(v->replies->data, "354"))
		return 0;
	while (fgets(line, sizeof(line), in) != NULL) {
		fputs(line, v->script->lines);
		fflush(v->script->lines);
		if (strcmp(line, ".\r\n") == 0)
			return reply(fd, OR(v->replies->end,
			    "250 2.0.0 taken as 1\r\n"));
	}
	return -1;
}

static int
answer_line(FILE *in, int fd, struct serving *v, const char *line)
{
	const struct smtp_replies *r = v->replies;
	char token[65536];

	if (begins(line, "EHLO"))
		return reply(fd, OR(r->ehlo, "250-mail.test\r\n"
		    "250-AUTH XOAUTH2\r\n250-8BITMIME\r\n"
		    "250 SIZE 1000000\r\n"));
	if (begins(line, "AUTH")) {
		if (reply(fd, "334 \r\n") == -1 ||
		    fgets(token, sizeof(token), in) == NULL ||
		    reply(fd, OR(r->auth, "235 2.7.0 ok\r\n")) == -1)
			return -1;
		/* A challenge is answered, and then the login is over. */
		return r->auth == NULL || !begins(r->auth, "334") ? 0 :
		    fgets(token, sizeof(token), in) == NULL ? -1 :
		    reply(fd, "535 5.7.8 refused\r\n");
	}
	if (begins(line, "MAIL"))
		return reply(fd, OR(r->mail, "250 2.1.0 ok\r\n"));
	if (begins(line, "RCPT"))
		return answer_recipient(fd, r, line);
	if (begins(line, "DATA"))
		return take_content(in, fd, v);
	if (begins(line, "RSET"))
		return reply(fd, OR(r->rset, "250 ok\r\n"));
	(void)reply(fd, "221 bye\r\n");
	return -1;
}

static void
serve_connection(int fd, struct serving *v)
{
	FILE *in = fdopen(fd, "r");
	static char line[65536];
	int mails = 0;

	scratch_must(in != NULL, "smtp: fdopen");
	fputs("#connected\n", v->script->lines);
	if (reply(fd, "220 mail.test ESMTP\r\n") == 0)
		while (fgets(line, sizeof(line), in) != NULL) {
			fputs(line, v->script->lines);
			fflush(v->script->lines);
			if (answer_line(in, fd, v, line) == -1)
				break;
			mails += begins(line, "DATA");
			if (mails > 0 && mails == v->replies->mails_most)
				break;
		}
	fclose(in);
}

static int
serve(void *argument)
{
	struct serving *v = argument;
	int fd = -1;

	alarm(LIFE);
	while ((fd = accept(v->script->listener, NULL, NULL)) != -1)
		serve_connection(fd, v);
	return 1;
}

void
smtp_script_start(struct smtp_script *s, const struct smtp_replies *r)
{
	struct serving v = { s, r };
	const int room = 16384;

	memset(s, 0, sizeof(*s));
	s->listener = scratch_listen(&s->port, 8);
	/* What is not read fills it soon. */
	scratch_must(setsockopt(s->listener, SOL_SOCKET, SO_RCVBUF, &room,
	    sizeof(room)) == 0, "smtp: setsockopt");
	scratch_must((s->lines = tmpfile()) != NULL, "smtp: tmpfile");
	s->child = scratch_fork(serve, &v);
}

const char *
smtp_script_seen(struct smtp_script *s)
{
	ssize_t n = pread(fileno(s->lines), s->seen, sizeof(s->seen) - 1, 0);

	scratch_must(n != -1, "smtp: read");
	s->seen[n] = '\0';
	return s->seen;
}

int
smtp_script_count(struct smtp_script *s, const char *text)
{
	const char *at = smtp_script_seen(s);
	int count = 0;

	while ((at = strstr(at, text)) != NULL) {
		at += strlen(text);
		count++;
	}
	return count;
}

void
smtp_script_stop(struct smtp_script *s)
{
	scratch_kill(s->child);
	close(s->listener);
	fclose(s->lines);
}
