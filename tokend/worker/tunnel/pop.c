/* SPDX-License-Identifier: BSD-2-Clause */
/* pop.c - the dialogue of a POP3 server: RFC 1939, 2449, 2595, 5034 */
#include <string.h>

#include "tunnel/tunnel.h"

/* RFC 3206: whether the program should try again. */
static enum told
refuse(struct tunnel *t)
{
	(void)local_say(&t->local, "-ERR [SYS/%s] %.*s",
	    t->why->code == STATUS_LATER ? "TEMP" : "PERM", TUNNEL_TEXT_MAX,
	    t->why->text);
	return TOLD_FAILED;
}

/* The server's abilities, with the logins that are taken here. */
static int
list_abilities(struct buf *shown, const char *line)
{
	static const char *const ours[] = { "SASL", "STLS", "USER", "." };
	const char *end = NULL;
	size_t i = 0;

	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
			if (tunnel_is(line, ours[i]))
				break;
		if (i == sizeof(ours) / sizeof(ours[0]) &&
		    buf_add(shown, line, (size_t)(end + 2 - line)) == -1)
			return -1;
	}
	return buf_adds(shown, "USER\r\nSASL PLAIN\r\n.\r\n");
}

static enum told
pass_capa(struct tunnel *t)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf shown = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum told result = TOLD_MORE;

	if (t->ask(t, "CAPA", &answer) == -1) {
		result = refuse(t);
	} else if (list_abilities(&shown, answer.len > 0 &&
	    answer.data[0] == '+' ? answer.data : "+OK\r\n") == -1) {
		fail_memory(t->why);
		result = refuse(t);
	} else if (local_send(&t->local, shown.data, shown.len) == -1) {
		result = TOLD_GONE;
	}
	buf_free(&answer);
	buf_free(&shown);
	return result;
}

static enum told
capa(struct tunnel *t)
{
	if (t->is_in)
		return pass_capa(t);
	return tunnel_say(t, tunnel_has_tls(t) ?
	    "+OK\r\nUSER\r\nSASL PLAIN\r\nRESP-CODES\r\nSTLS\r\n." :
	    "+OK\r\nUSER\r\nSASL PLAIN\r\nRESP-CODES\r\n.");
}

static enum told
judge(struct tunnel *t, enum admitted admitted)
{
	if (admitted == ADMIT_FAILED)
		return refuse(t);
	if (admitted == ADMIT_GONE)
		return TOLD_GONE;
	if (admitted == ADMIT_WRONG)
		return tunnel_say(t, "-ERR [AUTH] the password is not the tunnel's");
	return tunnel_say(t, "+OK welcome") == TOLD_MORE ? TOLD_JOIN : TOLD_GONE;
}

/* All behind the blank is the password, blanks too (RFC 1939 7). */
static enum told
pass(struct tunnel *t, const struct buf *line)
{
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum told result = TOLD_FAILED;

	if (line->len > 5)
		(void)buf_add(&password, line->data + 5, line->len - 5);
	result = judge(t, tunnel_admit(t, &password));
	buf_free(&password);
	return result;
}

static enum told
auth(struct tunnel *t, const char *line)
{
	const char *mechanism = tunnel_argument(line);
	const char *initial = tunnel_argument(mechanism);
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum told result = TOLD_MORE;

	/* Without a word it asks for the list (RFC 1734's programs). */
	if (*mechanism == '\0')
		return tunnel_say(t, "+OK\r\nPLAIN\r\n.");
	if (!tunnel_is(mechanism, "PLAIN"))
		return tunnel_say(t, "-ERR of the mechanisms, PLAIN alone");
	if (*initial == '\0' && (result = tunnel_say(t, "+ ")) == TOLD_MORE &&
	    (result = tunnel_hear(t, &answer)) == TOLD_MORE)
		local_take(&t->local);
	if (result == TOLD_FAILED)
		refuse(t);
	if (result == TOLD_MORE)
		result = judge(t, tunnel_admit_plain(t, *initial == '\0' ?
		    buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

static enum told
stls(struct tunnel *t)
{
	if (!tunnel_has_tls(t))
		return tunnel_say(t, "-ERR no TLS here");
	return tunnel_say(t, "+OK go ahead") == TOLD_MORE ? tunnel_secure(t) :
	    TOLD_GONE;
}

static enum told
obey(struct tunnel *t, const struct buf *heard)
{
	static const char *const logins[] = { "CAPA", "USER", "PASS", "AUTH",
	    "APOP", "QUIT" };
	const char *line = buf_text(heard);
	size_t i = 0;

	while (i < sizeof(logins) / sizeof(logins[0]) &&
	    !tunnel_is(line, logins[i]))
		i++;
	/* What is no login is the server's own business. */
	if (t->is_in && i == sizeof(logins) / sizeof(logins[0]))
		return TOLD_JOIN;
	local_take(&t->local);
	if (tunnel_is(line, "CAPA"))
		return capa(t);
	if (tunnel_is(line, "USER"))
		return tunnel_say(t, "+OK the password");
	if (tunnel_is(line, "PASS"))
		return pass(t, heard);
	if (tunnel_is(line, "AUTH"))
		return auth(t, line);
	if (tunnel_is(line, "STLS"))
		return stls(t);
	if (!tunnel_is(line, "QUIT"))
		return tunnel_say(t, "-ERR log in first, by USER or AUTH PLAIN");
	(void)tunnel_say(t, "+OK bye");
	return TOLD_GONE;
}

enum told
pop_talk(struct tunnel *t)
{
	if (t->password == NULL && t->enter(t) == -1)
		return refuse(t);
	if (local_say(&t->local, "+OK %s POP3 by tokend", t->host) == -1)
		return TOLD_GONE;
	return tunnel_obey(t, obey, refuse);
}
