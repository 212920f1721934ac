/* SPDX-License-Identifier: BSD-2-Clause */
#include "tunnel/imap_command.h"

#include <string.h>

#include "base/number.h"

#define LITERALS_MOST 4

/*
 * The length that {N} or {N+} announces, which text has from `at` on, and
 * what is behind it; or NULL.
 */
static const char *
read_literal(const char *at, int64_t *len, int *is_awaited)
{
	size_t digits = 0;

	if (at[0] != '{' || at[1] < '0' || at[1] > '9' ||
	    (digits = number_read(at + 1, len)) == 0)
		return NULL;
	at += 1 + digits;
	*is_awaited = *at != '+';
	at += *at == '+';
	return *at == '}' ? at + 1 : NULL;
}

/* The literal at the end of the line that text ends with, or NULL. */
static const char *
find_literal(const struct buf *line, int64_t *len, int *is_awaited)
{
	const char *at = strrchr(buf_text(line), '{');
	const char *end = at != NULL ? read_literal(at, len, is_awaited) :
	    NULL;

	return end != NULL && *end == '\0' ? at : NULL;
}

static int
fail_command(struct tunnel *t)
{
	return fail(t->why, STATUS_CONFIG, "the local program says a command "
	    "that is too long, or is none");
}

static enum next_step
hear_literal(struct tunnel *t, struct imap_command *c, int64_t len,
    int is_awaited)
{
	if (len > TUNNEL_PASSWORD_MAX || buf_adds(&c->text, "\r\n") == -1)
		return fail_command(t);
	if (is_awaited && tunnel_send(t, "+ go on") == NEXT_CLOSED)
		return NEXT_CLOSED;
	return local_receive_bytes(&t->local, &c->text, (size_t)len, t->why);
}

static enum next_step
take_apart(struct tunnel *t, struct imap_command *c)
{
	const char *text = buf_text(&c->text);

	c->tag_len = strcspn(text, " ");
	if (c->tag_len == 0 || c->tag_len > 64 || text[c->tag_len] == '\0')
		return fail_command(t);
	c->name = text + c->tag_len + 1;
	c->arguments = tunnel_argument(c->name);
	return NEXT_LINE;
}

enum next_step
imap_receive(struct tunnel *t, struct imap_command *c)
{
	struct buf line = BUF_INIT(JOIN_BUFFER);
	enum next_step result = NEXT_LINE;
	int64_t len = 0;
	int literals = 0, is_awaited = 0, more = 1;

	buf_reset(&c->text);
	while (more && (result = tunnel_receive(t, &line)) == NEXT_LINE) {
		local_drop_line(&t->local);
		more = find_literal(&line, &len, &is_awaited) != NULL;
		if (buf_add(&c->text, line.data, line.len) == -1 ||
		    (more && literals++ == LITERALS_MOST))
			result = fail_command(t);
		else if (more)
			result = hear_literal(t, c, len, is_awaited);
		if (result != NEXT_LINE)
			break;
	}
	buf_free(&line);
	return result == NEXT_LINE ? take_apart(t, c) : result;
}

/* RFC 3501 9, quoted: a backslash goes before '"' and itself. */
static const char *
take_quoted(const char *at, struct buf *out)
{
	while (*at != '"' && *at != '\0') {
		at += *at == '\\' && at[1] != '\0';
		if (buf_add(out, at++, 1) == -1)
			return NULL;
	}
	return *at == '"' ? at + 1 : NULL;
}

const char *
imap_argument(const struct imap_command *c, const char *at, struct buf *out)
{
	const char *end = buf_text(&c->text) + c->text.len, *rest = NULL;
	int64_t len = 0;
	int is_awaited = 0;

	if (*at == '"') {
		rest = take_quoted(at + 1, out);
	} else if ((rest = read_literal(at, &len, &is_awaited)) != NULL) {
		if (strncmp(rest, "\r\n", 2) != 0)
			return NULL;
		rest += 2;
		if (len > end - rest ||
		    buf_add(out, rest, (size_t)len) == -1)
			return NULL;
		rest += len;
	} else {
		len = (int64_t)strcspn(at, " ");
		rest = len > 0 && buf_add(out, at, (size_t)len) == 0 ?
		    at + len : NULL;
	}
	return rest != NULL && *rest == ' ' ? rest + 1 : rest;
}
