/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.c - a local program's side of a tunnel, until it is joined */
#include "fuzz.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"
#include "tunnel/dialogue.h"

#define MOST 32768
#define CAPABILITIES "* CAPABILITY IMAP4rev1 IDLE AUTH=XOAUTH2\r\n" \
    "250-mail.test\r\n250 SIZE\r\n+OK\r\nUIDL\r\n.\r\n"

static int
enter(struct tunnel *t)
{
	t->is_in = 1;
	return 0;
}

static int
ask(struct tunnel *t, const char *command, struct buf *out)
{
	(void)t;
	(void)command;
	return buf_adds(out, CAPABILITIES);
}

/* An answer of IMAP begins with the program's own tag, whatever that is. */
static void
check_line(enum account_server service, const char *line, size_t len)
{
	const char *rest = service == SERVER_IMAP ? memchr(line, ' ', len) :
	    line;

	if (rest != NULL)
		fuzz_hides(rest, len - (size_t)(rest - line));
}

static void
read_all(enum account_server service, int fd)
{
	struct buf said = BUF_INIT(16 * MOST);
	const char *line, *next, *end;
	char some[4096];
	ssize_t n;

	while ((n = read(fd, some, sizeof(some))) > 0)
		MUST(buf_add(&said, some, (size_t)n) == 0);
	line = buf_text(&said);
	for (end = line + said.len; line < end; line = next) {
		next = memchr(line, '\n', (size_t)(end - line));
		next = next != NULL ? next + 1 : end;
		check_line(service, line, (size_t)(next - line));
	}
	buf_free(&said);
}

static void
talk(enum account_server service, const char *password, const char *data,
    size_t len)
{
	struct failure why = { .code = STATUS_OK };
	struct tunnel t = { .service = service, .host = "mail.test",
	    .password = password, .why = &why, .enter = enter, .ask = ask };
	int local[2] = { -1, -1 }, job[2] = { -1, -1 };
	enum next_step told = NEXT_CLOSED;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, local) == 0);
	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, job) == 0);
	MUST(write(local[0], data, len) == (ssize_t)len);
	shutdown(local[0], SHUT_WR);
	local_open(&t.local, local[1], job[1], clock_ms() + 3000);
	told = tunnel_dialogue(&t);
	if (told == NEXT_JOIN)
		MUST(t.is_in);
	fuzz_printable(why.text);
	shutdown(local[1], SHUT_WR);
	read_all(service, local[0]);
	local_free(&t.local);
	close(local[0]);
	close(local[1]);
	close(job[0]);
	close(job[1]);
}

/* The first byte: the protocol, in capitals with a password. */
FUZZ_TARGET(tunnel)
{
	struct buf text = fuzz_insert(data, len);
	char c = text.len > 0 ? text.data[0] : '\0';

	if (text.len > 0 && text.len <= MOST)
		talk(c == 'i' || c == 'I' ? SERVER_IMAP : c == 'p' ||
		    c == 'P' ? SERVER_POP : SERVER_SMTP, c >= 'a' ? NULL :
		    FUZZ_SECRET, text.data + 1, text.len - 1);
	buf_free(&text);
}
