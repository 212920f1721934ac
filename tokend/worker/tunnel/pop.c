/* SPDX-License-Identifier: BSD-2-Clause */
/* pop.c - the dialogue of a POP3 server: RFC 1939, 2449, 2595, 5034 */
#include <string.h>

#include "tunnel/dialogue.h"

/* RFC 3206: whether the program should try again. */
static enum next_step
refuse_program(struct tunnel *t)
{
	(void)local_send_line(&t->local, "-ERR [SYS/%s] %.*s",
	    t->why->code == STATUS_LATER ? "TEMP" : "PERM", TUNNEL_TEXT_MAX,
	    t->why->text);
	return NEXT_FAILED;
}

/* The server's abilities, with the logins that are taken here. */
static int
list_capabilities(struct buf *shown, const char *line)
{
	static const char *const ours[] = { "SASL", "STLS", "USER", "." };
	const char *end = NULL;
	size_t i = 0;

	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
			if (tunnel_line_is(line, ours[i]))
				break;
		if (i == sizeof(ours) / sizeof(ours[0]) &&
		    buf_add(shown, line, (size_t)(end + 2 - line)) == -1)
			return -1;
	}
	return buf_adds(shown, "USER\r\nSASL PLAIN\r\n.\r\n");
}

static enum next_step
pass_capa(struct tunnel *t)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf shown = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum next_step result = NEXT_LINE;

	if (t->ask(t, "CAPA", &answer) == -1) {
		result = refuse_program(t);
	} else if (list_capabilities(&shown, answer.len > 0 &&
	    answer.data[0] == '+' ? answer.data : "+OK\r\n") == -1) {
		fail_memory(t->why);
		result = refuse_program(t);
	} else if (local_send(&t->local, shown.data, shown.len) == -1) {
		result = NEXT_CLOSED;
	}
	buf_free(&answer);
	buf_free(&shown);
	return result;
}

static enum next_step
command_capa(struct tunnel *t)
{
	if (t->is_in)
		return pass_capa(t);
	return tunnel_send(t, tunnel_has_tls(t) ?
	    "+OK\r\nUSER\r\nSASL PLAIN\r\nRESP-CODES\r\nSTLS\r\n." :
	    "+OK\r\nUSER\r\nSASL PLAIN\r\nRESP-CODES\r\n.");
}

static enum next_step
answer_login(struct tunnel *t, enum login login)
{
	if (login == LOGIN_FAILED)
		return refuse_program(t);
	if (login == LOGIN_CLOSED)
		return NEXT_CLOSED;
	if (login == LOGIN_WRONG)
		return tunnel_send(t, "-ERR [AUTH] the password is not the "
		    "tunnel's");
	return tunnel_send(t, "+OK welcome") == NEXT_LINE ? NEXT_JOIN :
	    NEXT_CLOSED;
}

/* All behind the blank is the password, blanks too (RFC 1939 7). */
static enum next_step
command_pass(struct tunnel *t, const struct buf *line)
{
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum next_step result = NEXT_FAILED;

	if (line->len > 5)
		(void)buf_add(&password, line->data + 5, line->len - 5);
	result = answer_login(t, tunnel_log_in(t, &password));
	buf_free(&password);
	return result;
}

static enum next_step
command_auth(struct tunnel *t, const char *line)
{
	const char *mechanism = tunnel_argument(line);
	const char *initial = tunnel_argument(mechanism);
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum next_step result = NEXT_LINE;

	/* Without a word it asks for the list (RFC 1734's programs). */
	if (*mechanism == '\0')
		return tunnel_send(t, "+OK\r\nPLAIN\r\n.");
	if (!tunnel_line_is(mechanism, "PLAIN"))
		return tunnel_send(t, "-ERR the only mechanism is PLAIN");
	if (*initial == '\0' && (result = tunnel_send(t, "+ ")) == NEXT_LINE &&
	    (result = tunnel_receive(t, &answer)) == NEXT_LINE)
		local_drop_line(&t->local);
	if (result == NEXT_FAILED)
		refuse_program(t);
	if (result == NEXT_LINE)
		result = answer_login(t, tunnel_log_in_plain(t,
		    *initial == '\0' ? buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

static enum next_step
command_stls(struct tunnel *t)
{
	if (!tunnel_has_tls(t))
		return tunnel_send(t, "-ERR no TLS here");
	return tunnel_send(t, "+OK go ahead") == NEXT_LINE ?
	    tunnel_start_tls(t) : NEXT_CLOSED;
}

static enum next_step
answer_line(struct tunnel *t, const struct buf *heard)
{
	static const char *const logins[] = { "CAPA", "USER", "PASS", "AUTH",
	    "APOP", "QUIT" };
	const char *line = buf_text(heard);
	size_t i = 0;

	while (i < sizeof(logins) / sizeof(logins[0]) &&
	    !tunnel_line_is(line, logins[i]))
		i++;
	/* What is no login is the server's own business. */
	if (t->is_in && i == sizeof(logins) / sizeof(logins[0]))
		return NEXT_JOIN;
	local_drop_line(&t->local);
	if (tunnel_line_is(line, "CAPA"))
		return command_capa(t);
	if (tunnel_line_is(line, "USER"))
		return tunnel_send(t, "+OK the password");
	if (tunnel_line_is(line, "PASS"))
		return command_pass(t, heard);
	if (tunnel_line_is(line, "AUTH"))
		return command_auth(t, line);
	if (tunnel_line_is(line, "STLS"))
		return command_stls(t);
	if (!tunnel_line_is(line, "QUIT"))
		return tunnel_send(t, "-ERR log in first, by USER or AUTH "
		    "PLAIN");
	(void)tunnel_send(t, "+OK bye");
	return NEXT_CLOSED;
}

enum next_step
pop_dialogue(struct tunnel *t)
{
	if (t->password == NULL && t->enter(t) == -1)
		return refuse_program(t);
	if (local_send_line(&t->local, "+OK %s POP3 by tokend", t->host) == -1)
		return NEXT_CLOSED;
	return tunnel_answer_lines(t, answer_line, refuse_program);
}
