/* SPDX-License-Identifier: BSD-2-Clause */
/* imap.c - the dialogue of an IMAP server: RFC 3501, 4959, 5530 */
#include <stdio.h>
#include <string.h>

#include "base/name.h"
#include "tunnel/dialogue.h"
#include "tunnel/imap_command.h"

/* What can be had before the login; LOGIN needs no word. */
static const char *
list_capabilities(const struct tunnel *t)
{
	return tunnel_has_tls(t) ? "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN "
	    "STARTTLS" : "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN";
}

static const char *
response_code(const struct tunnel *t)
{
	return t->why->code == STATUS_LATER ? "[UNAVAILABLE]" :
	    "[AUTHENTICATIONFAILED]";
}

/* Where no command waits for an answer. */
static enum next_step
refuse_program(struct tunnel *t)
{
	(void)local_send_line(&t->local, "* BYE %s %.*s", response_code(t),
	    TUNNEL_TEXT_MAX, t->why->text);
	return NEXT_FAILED;
}

/* TAG WORDS, of which neither is a secret. */
static enum next_step
reply_tagged(struct tunnel *t, const struct imap_command *c, const char *words)
{
	return local_send_line(&t->local, "%.*s %s", (int)c->tag_len,
	    buf_text(&c->text), words) == 0 ? NEXT_LINE : NEXT_CLOSED;
}

static enum next_step
refuse_login(struct tunnel *t, const struct imap_command *c)
{
	char words[TUNNEL_TEXT_MAX + 64] = "";

	snprintf(words, sizeof(words), "NO %s %.*s", response_code(t),
	    TUNNEL_TEXT_MAX, t->why->text);
	(void)reply_tagged(t, c, words);
	return refuse_program(t);
}

/* The words behind `* CAPABILITY` in the server's answer, as they are. */
static int
find_capabilities(struct buf *found, const struct buf *answer)
{
	static const char mark[] = "* CAPABILITY ";
	const char *line = buf_text(answer), *end = NULL;

	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2)
		if (strncasecmp(line, mark, sizeof(mark) - 1) == 0)
			return buf_add(found, line + sizeof(mark) - 1,
			    (size_t)(end - line) - sizeof(mark) + 1);
	return buf_adds(found, "IMAP4rev1");
}

/* BEFORE [CAPABILITY what the server has] AFTER. */
static enum next_step
send_welcome(struct tunnel *t, const char *before, size_t len,
    const char *after)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf line = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum next_step result = NEXT_JOIN;

	if (t->ask(t, "CAPABILITY", &answer) == -1) {
		result = refuse_program(t);
	} else if (buf_add(&line, before, len) == -1 ||
	    buf_adds(&line, " [CAPABILITY ") == -1 ||
	    find_capabilities(&line, &answer) == -1 ||
	    buf_adds(&line, "] ") == -1 || buf_adds(&line, after) == -1) {
		fail_memory(t->why);
		result = refuse_program(t);
	} else if (tunnel_send(t, buf_text(&line)) == NEXT_CLOSED) {
		result = NEXT_CLOSED;
	}
	buf_free(&answer);
	buf_free(&line);
	return result;
}

static enum next_step
answer_login(struct tunnel *t, const struct imap_command *c, enum login login)
{
	struct buf tagged = BUF_INIT(IMAP_COMMAND_MAX);
	enum next_step result = NEXT_FAILED;

	if (login == LOGIN_FAILED)
		return refuse_login(t, c);
	if (login == LOGIN_CLOSED)
		return NEXT_CLOSED;
	if (login == LOGIN_WRONG)
		return reply_tagged(t, c, "NO [AUTHENTICATIONFAILED] the "
		    "password is not the tunnel's");
	if (buf_add(&tagged, buf_text(&c->text), c->tag_len) == -1 ||
	    buf_adds(&tagged, " OK") == -1) {
		fail_memory(t->why);
		result = refuse_program(t);
	} else {
		result = send_welcome(t, tagged.data, tagged.len, "welcome");
	}
	buf_free(&tagged);
	return result;
}

static enum next_step
command_login(struct tunnel *t, const struct imap_command *c)
{
	struct buf name = BUF_INIT(TUNNEL_PASSWORD_MAX);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	const char *rest = imap_argument(c, c->arguments, &name);
	enum next_step result = NEXT_LINE;

	if (rest != NULL)
		rest = imap_argument(c, rest, &password);
	if (rest == NULL)
		result = reply_tagged(t, c, "BAD name and password are "
		    "missing");
	else
		result = answer_login(t, c, tunnel_log_in(t, &password));
	buf_free(&name);
	buf_free(&password);
	return result;
}

static enum next_step
command_authenticate(struct tunnel *t, const struct imap_command *c)
{
	const char *initial = tunnel_argument(c->arguments);
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum next_step result = NEXT_LINE;

	if (!tunnel_line_is(c->arguments, "PLAIN"))
		return reply_tagged(t, c, "NO the only mechanism is PLAIN");
	if (*initial == '\0' &&
	    (result = tunnel_send(t, "+ ")) == NEXT_LINE &&
	    (result = tunnel_receive(t, &answer)) == NEXT_LINE)
		local_drop_line(&t->local);
	if (result == NEXT_FAILED)
		refuse_program(t);
	if (result == NEXT_LINE)
		result = answer_login(t, c, tunnel_log_in_plain(t,
		    *initial == '\0' ? buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

static enum next_step
command_starttls(struct tunnel *t, const struct imap_command *c)
{
	if (!tunnel_has_tls(t))
		return reply_tagged(t, c, "BAD no TLS here");
	return reply_tagged(t, c, "OK go ahead") == NEXT_LINE ?
	    tunnel_start_tls(t) : NEXT_CLOSED;
}

static enum next_step
answer_command(struct tunnel *t, const struct imap_command *c)
{
	if (tunnel_line_is(c->name, "CAPABILITY"))
		return local_send_line(&t->local, "* CAPABILITY %s",
		    list_capabilities(t)) == 0 ?
		    reply_tagged(t, c, "OK done") : NEXT_CLOSED;
	if (tunnel_line_is(c->name, "NOOP"))
		return reply_tagged(t, c, "OK done");
	if (tunnel_line_is(c->name, "LOGIN"))
		return command_login(t, c);
	if (tunnel_line_is(c->name, "AUTHENTICATE"))
		return command_authenticate(t, c);
	if (tunnel_line_is(c->name, "STARTTLS"))
		return command_starttls(t, c);
	if (!tunnel_line_is(c->name, "LOGOUT"))
		return reply_tagged(t, c, "BAD log in first");
	if (tunnel_send(t, "* BYE until then") == NEXT_LINE)
		(void)reply_tagged(t, c, "OK done");
	return NEXT_CLOSED;
}

static enum next_step
run_dialogue(struct tunnel *t)
{
	struct imap_command c = IMAP_COMMAND_INIT;
	enum next_step result = NEXT_LINE;

	if (local_send_line(&t->local, "* OK [CAPABILITY %s] tokend",
	    list_capabilities(t)) == -1)
		return NEXT_CLOSED;
	while (result == NEXT_LINE) {
		result = imap_receive(t, &c);
		if (result == NEXT_FAILED)
			refuse_program(t);
		else if (result == NEXT_LINE)
			result = answer_command(t, &c);
	}
	buf_free(&c.text);
	return result;
}

enum next_step
imap_dialogue(struct tunnel *t)
{
	static const char preauth[] = "* PREAUTH";

	if (t->password != NULL)
		return run_dialogue(t);
	return t->enter(t) == -1 ? refuse_program(t) : send_welcome(t, preauth,
	    sizeof(preauth) - 1, "tokend has logged in");
}
