/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/smtp_reply.h"

#include <ctype.h>
#include <string.h>

#include "echo.h"

#define LINES_MOST 100		/* of one reply */

static int
fail_reply(const struct mail *m, const char *what, struct failure *why)
{
	return fail(why, STATUS_LATER, "%s: %s: see which program answers "
	    "there", mail_server(m), what);
}

/* `250-text`, `250 text` or `250`: its code, or -1. */
static int
read_code(const char *line)
{
	int i = 0, code = 0;

	for (i = 0; i < 3; i++) {
		if (!isdigit((unsigned char)line[i]))
			return -1;
		code = 10 * code + line[i] - '0';
	}
	return code >= 200 && code < 600 && strchr(" -", line[3]) != NULL ?
	    code : -1;
}

/* Lines after the first are added without their code. */
static void
add_line(struct buf *heard, const char *line, int is_first)
{
	const char *text = line[3] != '\0' ? line + 4 : "";

	/* What has no room there is more than is shown. */
	if (is_first) {
		(void)buf_add(heard, line, 3);
		if (text[0] != '\0')
			(void)buf_adds(heard, " ");
	} else {
		(void)buf_adds(heard, " ");
	}
	(void)buf_adds(heard, text);
}

static int
receive_lines(struct mail *m, struct buf *heard, int *code,
    struct failure *why)
{
	char line[MAIL_LINE_MAX] = "";
	int lines = 0, next = 0;

	do {
		if (lines == LINES_MOST)
			return fail_reply(m, "its reply has too many lines",
			    why);
		if (mail_receive_line(m, line, why) == -1)
			return -1;
		if ((next = read_code(line)) == -1)
			return fail_reply(m, "what it answers is no reply of "
			    "SMTP", why);
		add_line(heard, line, lines++ == 0);
	} while (line[3] == '-');
	/* All should be the same (RFC 5321 4.2.1); else the last one counts. */
	if (heard->len >= 3)
		memcpy(heard->data, line, 3);
	*code = next;
	return 0;
}

int
smtp_reply_receive(struct mail *m, const struct buf *secrets,
    struct smtp_reply *r, struct failure *why)
{
	struct buf heard = BUF_INIT(2 * MAIL_LINE_MAX);
	int result = receive_lines(m, &heard, &r->code, why);

	if (result == 0)
		echo_mask(secrets, r->said, sizeof(r->said),
		    buf_text(&heard), heard.len);
	buf_free(&heard);
	return result;
}

int
smtp_exchange(struct mail *m, const struct buf *secrets,
    const char *command, struct smtp_reply *r, struct failure *why)
{
	if (mail_send_line(m, command, why) == -1)
		return -1;
	return smtp_reply_receive(m, secrets, r, why);
}
