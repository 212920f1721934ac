/* SPDX-License-Identifier: BSD-2-Clause */
/* smtp.c - the dialogue of a submission server: RFC 5321, 4954, 3207 */
#include <string.h>

#include "base64.h"
#include "tunnel/tunnel.h"

#define MECHANISMS "PLAIN LOGIN"

static int
is_later(const struct tunnel *t)
{
	return t->why->code == STATUS_LATER;
}

/* At the greeting, and wherever the connection ends. */
static enum told
refuse(struct tunnel *t)
{
	(void)local_say(&t->local, "%s %.*s", is_later(t) ? "421 4.3.2" :
	    "554 5.7.0", TUNNEL_TEXT_MAX, t->why->text);
	return TOLD_FAILED;
}

/* In answer to AUTH. */
static enum told
refuse_login(struct tunnel *t)
{
	(void)local_say(&t->local, "%s %.*s", is_later(t) ? "454 4.7.0" :
	    "535 5.7.8", TUNNEL_TEXT_MAX, t->why->text);
	return TOLD_FAILED;
}

/* The server's extensions, with the logins that are taken here. */
static int
list_extensions(struct buf *shown, const char *line)
{
	const char *end = NULL, *word = NULL;

	for (; (end = strstr(line, "\r\n")) != NULL; line = end + 2) {
		word = end - line > 4 ? line + 4 : end;
		if (!tunnel_is(word, "STARTTLS") && !tunnel_is(word, "AUTH") &&
		    (buf_adds(shown, "250-") == -1 ||
		    buf_add(shown, word, (size_t)(end + 2 - word)) == -1))
			return -1;
	}
	return buf_adds(shown, "250 AUTH " MECHANISMS "\r\n");
}

/* The server is asked by the program's own EHLO or HELO. */
static enum told
pass_hello(struct tunnel *t, const char *line)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf shown = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum told result = TOLD_MORE;
	const struct buf *said = &answer;

	if (t->ask(t, line, &answer) == -1) {
		result = refuse(t);
	} else if (tunnel_is(line, "EHLO") &&
	    strncmp(buf_text(&answer), "250", 3) == 0) {
		said = &shown;
		if (list_extensions(&shown, buf_text(&answer)) == -1) {
			fail_memory(t->why);
			result = refuse(t);
		}
	}
	if (result == TOLD_MORE &&
	    local_send(&t->local, said->data, said->len) == -1)
		result = TOLD_GONE;
	buf_free(&answer);
	buf_free(&shown);
	return result;
}

static enum told
hello(struct tunnel *t, const char *line)
{
	if (t->is_in)
		return pass_hello(t, line);
	if (tunnel_is(line, "HELO"))
		return tunnel_say(t, "250 tokend");
	return tunnel_say(t, tunnel_has_tls(t) ? "250-tokend\r\n250-STARTTLS\r\n"
	    "250 AUTH " MECHANISMS : "250-tokend\r\n250 AUTH " MECHANISMS);
}

/* Shows a challenge, and hears the answer to it. */
static enum told
prompt(struct tunnel *t, const char *challenge, struct buf *answer)
{
	enum told result = tunnel_say(t, challenge);

	if (result == TOLD_MORE &&
	    (result = tunnel_hear(t, answer)) == TOLD_MORE)
		local_take(&t->local);
	return result == TOLD_FAILED ? refuse(t) : result;
}

static enum told
judge(struct tunnel *t, enum admitted admitted)
{
	if (admitted == ADMIT_FAILED)
		return refuse_login(t);
	if (admitted == ADMIT_GONE)
		return TOLD_GONE;
	if (admitted == ADMIT_WRONG)
		return tunnel_say(t, "535 5.7.8 the password is not the tunnel's");
	return tunnel_say(t, "235 2.7.0 welcome") == TOLD_MORE ? TOLD_JOIN :
	    TOLD_GONE;
}

static enum told
auth_plain(struct tunnel *t, const char *initial)
{
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum told result = TOLD_MORE;

	if (*initial == '\0')
		result = prompt(t, "334 ", &answer);
	if (result == TOLD_MORE)
		result = judge(t, tunnel_admit_plain(t, *initial == '\0' ?
		    buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

/* The name may come with the command; it is not looked at. */
static enum told
auth_login(struct tunnel *t, const char *initial)
{
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum told result = TOLD_MORE;

	if (*initial == '\0')
		result = prompt(t, "334 VXNlcm5hbWU6", &answer);
	if (result == TOLD_MORE)
		result = prompt(t, "334 UGFzc3dvcmQ6", &answer);
	if (result == TOLD_MORE) {
		(void)base64_decode(&password, buf_text(&answer), answer.len);
		result = judge(t, tunnel_admit(t, &password));
	}
	buf_free(&answer);
	buf_free(&password);
	return result;
}

static enum told
auth(struct tunnel *t, const char *line)
{
	const char *mechanism = tunnel_argument(line);

	if (tunnel_is(mechanism, "PLAIN"))
		return auth_plain(t, tunnel_argument(mechanism));
	if (tunnel_is(mechanism, "LOGIN"))
		return auth_login(t, tunnel_argument(mechanism));
	return tunnel_say(t, "504 5.5.4 of the mechanisms, " MECHANISMS " alone");
}

static enum told
starttls(struct tunnel *t)
{
	if (!tunnel_has_tls(t))
		return tunnel_say(t, "502 5.5.1 no TLS here");
	return tunnel_say(t, "220 2.0.0 go ahead") == TOLD_MORE ? tunnel_secure(t) :
	    TOLD_GONE;
}

static enum told
answer(struct tunnel *t, const char *line)
{
	if (tunnel_is(line, "EHLO") || tunnel_is(line, "HELO"))
		return hello(t, line);
	if (tunnel_is(line, "AUTH"))
		return auth(t, line);
	if (tunnel_is(line, "STARTTLS"))
		return starttls(t);
	if (tunnel_is(line, "NOOP") || tunnel_is(line, "RSET"))
		return tunnel_say(t, "250 2.0.0 well");
	return tunnel_say(t, "530 5.7.0 log in first");
}

static enum told
obey(struct tunnel *t, const struct buf *heard)
{
	const char *line = buf_text(heard);

	/* What is no login is the server's own business. */
	if (t->is_in && !tunnel_is(line, "EHLO") &&
	    !tunnel_is(line, "HELO") && !tunnel_is(line, "AUTH") &&
	    !tunnel_is(line, "QUIT"))
		return TOLD_JOIN;
	local_take(&t->local);
	if (!tunnel_is(line, "QUIT"))
		return answer(t, line);
	(void)tunnel_say(t, "221 2.0.0 bye");
	return TOLD_GONE;
}

enum told
smtp_talk(struct tunnel *t)
{
	if (t->password == NULL && t->enter(t) == -1)
		return refuse(t);
	if (local_say(&t->local, "220 %s ESMTP by tokend", t->host) == -1)
		return TOLD_GONE;
	return tunnel_obey(t, obey, refuse);
}
