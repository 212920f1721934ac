/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp.c - the dialogue of a submission server: RFC 5321, 4954, 3207 */
#include <string.h>

#include "base/base64.h"
#include "tunnel/dialogue.h"

#define MECHANISMS "PLAIN LOGIN"

static int
is_temporary(const struct tunnel *t)
{
	return t->why->code == STATUS_LATER;
}

/* At the greeting, and wherever the connection ends. */
static enum next_step
refuse_program(struct tunnel *t)
{
	(void)local_send_line(&t->local, "%s %.*s", is_temporary(t) ?
	    "421 4.3.2" : "554 5.7.0", TUNNEL_TEXT_MAX, t->why->text);
	return NEXT_FAILED;
}

/* In answer to AUTH. */
static enum next_step
refuse_login(struct tunnel *t)
{
	(void)local_send_line(&t->local, "%s %.*s", is_temporary(t) ?
	    "454 4.7.0" : "535 5.7.8", TUNNEL_TEXT_MAX, t->why->text);
	return NEXT_FAILED;
}

/* The server's extensions, with the logins that are taken here. */
static int
list_extensions(struct buf *shown, const char *line)
{
	const char *end = NULL, *word = NULL;

	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		word = end - line > 4 ? line + 4 : end;
		if (!tunnel_line_is(word, "STARTTLS") &&
		    !tunnel_line_is(word, "AUTH") &&
		    (buf_adds(shown, "250-") == -1 ||
		    buf_add(shown, word, (size_t)(end + 2 - word)) == -1))
			return -1;
	}
	return buf_adds(shown, "250 AUTH " MECHANISMS "\r\n");
}

/* The server is asked by the program's own EHLO or HELO. */
static enum next_step
pass_hello(struct tunnel *t, const char *line)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf shown = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum next_step result = NEXT_LINE;
	const struct buf *said = &answer;

	if (t->ask(t, line, &answer) == -1) {
		result = refuse_program(t);
	} else if (tunnel_line_is(line, "EHLO") &&
	    strncmp(buf_text(&answer), "250", 3) == 0) {
		said = &shown;
		if (list_extensions(&shown, buf_text(&answer)) == -1) {
			fail_memory(t->why);
			result = refuse_program(t);
		}
	}
	if (result == NEXT_LINE &&
	    local_send(&t->local, said->data, said->len) == -1)
		result = NEXT_CLOSED;
	buf_free(&answer);
	buf_free(&shown);
	return result;
}

static enum next_step
command_hello(struct tunnel *t, const char *line)
{
	if (t->is_in)
		return pass_hello(t, line);
	if (tunnel_line_is(line, "HELO"))
		return tunnel_send(t, "250 tokend");
	return tunnel_send(t, tunnel_has_tls(t) ?
	    "250-tokend\r\n250-STARTTLS\r\n250 AUTH " MECHANISMS :
	    "250-tokend\r\n250 AUTH " MECHANISMS);
}

/* Shows a challenge, and hears the answer to it. */
static enum next_step
send_prompt(struct tunnel *t, const char *challenge, struct buf *answer)
{
	enum next_step result = tunnel_send(t, challenge);

	if (result == NEXT_LINE &&
	    (result = tunnel_receive(t, answer)) == NEXT_LINE)
		local_drop_line(&t->local);
	return result == NEXT_FAILED ? refuse_program(t) : result;
}

static enum next_step
answer_login(struct tunnel *t, enum login login)
{
	if (login == LOGIN_FAILED)
		return refuse_login(t);
	if (login == LOGIN_CLOSED)
		return NEXT_CLOSED;
	if (login == LOGIN_WRONG)
		return tunnel_send(t, "535 5.7.8 the password is not the "
		    "tunnel's");
	return tunnel_send(t, "235 2.7.0 welcome") == NEXT_LINE ? NEXT_JOIN :
	    NEXT_CLOSED;
}

static enum next_step
auth_plain(struct tunnel *t, const char *initial)
{
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum next_step result = NEXT_LINE;

	if (*initial == '\0')
		result = send_prompt(t, "334 ", &answer);
	if (result == NEXT_LINE)
		result = answer_login(t, tunnel_log_in_plain(t,
		    *initial == '\0' ? buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

/* The name may come with the command; it is not looked at. */
static enum next_step
auth_login(struct tunnel *t, const char *initial)
{
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum next_step result = NEXT_LINE;

	if (*initial == '\0')
		result = send_prompt(t, "334 VXNlcm5hbWU6", &answer);
	if (result == NEXT_LINE)
		result = send_prompt(t, "334 UGFzc3dvcmQ6", &answer);
	if (result == NEXT_LINE) {
		(void)base64_decode(&password, buf_text(&answer), answer.len);
		result = answer_login(t, tunnel_log_in(t, &password));
	}
	buf_free(&answer);
	buf_free(&password);
	return result;
}

static enum next_step
command_auth(struct tunnel *t, const char *line)
{
	const char *mechanism = tunnel_argument(line);

	if (tunnel_line_is(mechanism, "PLAIN"))
		return auth_plain(t, tunnel_argument(mechanism));
	if (tunnel_line_is(mechanism, "LOGIN"))
		return auth_login(t, tunnel_argument(mechanism));
	return tunnel_send(t, "504 5.5.4 the mechanisms are " MECHANISMS);
}

static enum next_step
command_starttls(struct tunnel *t)
{
	if (!tunnel_has_tls(t))
		return tunnel_send(t, "502 5.5.1 no TLS here");
	return tunnel_send(t, "220 2.0.0 go ahead") == NEXT_LINE ?
	    tunnel_start_tls(t) : NEXT_CLOSED;
}

static enum next_step
answer_command(struct tunnel *t, const char *line)
{
	if (tunnel_line_is(line, "EHLO") || tunnel_line_is(line, "HELO"))
		return command_hello(t, line);
	if (tunnel_line_is(line, "AUTH"))
		return command_auth(t, line);
	if (tunnel_line_is(line, "STARTTLS"))
		return command_starttls(t);
	if (tunnel_line_is(line, "NOOP") || tunnel_line_is(line, "RSET"))
		return tunnel_send(t, "250 2.0.0 OK");
	return tunnel_send(t, "530 5.7.0 log in first");
}

static enum next_step
answer_line(struct tunnel *t, const struct buf *heard)
{
	const char *line = buf_text(heard);

	/* What is no login is the server's own business. */
	if (t->is_in && !tunnel_line_is(line, "EHLO") &&
	    !tunnel_line_is(line, "HELO") && !tunnel_line_is(line, "AUTH") &&
	    !tunnel_line_is(line, "QUIT"))
		return NEXT_JOIN;
	local_drop_line(&t->local);
	if (!tunnel_line_is(line, "QUIT"))
		return answer_command(t, line);
	(void)tunnel_send(t, "221 2.0.0 bye");
	return NEXT_CLOSED;
}

enum next_step
smtp_dialogue(struct tunnel *t)
{
	if (t->password == NULL && t->enter(t) == -1)
		return refuse_program(t);
	if (local_send_line(&t->local, "220 %s ESMTP by tokend", t->host) == -1)
		return NEXT_CLOSED;
	return tunnel_answer_lines(t, answer_line, refuse_program);
}
