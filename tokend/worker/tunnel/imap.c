/* SPDX-License-Identifier: BSD-2-Clause */
/* imap.c - the dialogue of an IMAP server: RFC 3501, 4959, 5530 */
#include <stdio.h>
#include <string.h>

#include "name.h"
#include "tunnel/imap_command.h"
#include "tunnel/tunnel.h"

/* What can be had before the login; LOGIN needs no word. */
static const char *
abilities(const struct tunnel *t)
{
	return tunnel_has_tls(t) ? "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN "
	    "STARTTLS" : "IMAP4rev1 SASL-IR LITERAL+ AUTH=PLAIN";
}

static const char *
code(const struct tunnel *t)
{
	return t->why->code == STATUS_LATER ? "[UNAVAILABLE]" :
	    "[AUTHENTICATIONFAILED]";
}

/* Where no command waits for an answer. */
static enum told
refuse(struct tunnel *t)
{
	(void)local_say(&t->local, "* BYE %s %.*s", code(t), TUNNEL_TEXT_MAX,
	    t->why->text);
	return TOLD_FAILED;
}

/* TAG WORDS, of which neither is a secret. */
static enum told
reply(struct tunnel *t, const struct imap_command *c, const char *words)
{
	return local_say(&t->local, "%.*s %s", (int)c->tag_len,
	    buf_text(&c->text), words) == 0 ? TOLD_MORE : TOLD_GONE;
}

static enum told
refuse_login(struct tunnel *t, const struct imap_command *c)
{
	char words[TUNNEL_TEXT_MAX + 64] = "";

	snprintf(words, sizeof(words), "NO %s %.*s", code(t),
	    TUNNEL_TEXT_MAX, t->why->text);
	(void)reply(t, c, words);
	return refuse(t);
}

/* The words behind `* CAPABILITY` in the server's answer, as they are. */
static int
find_abilities(struct buf *found, const struct buf *answer)
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
static enum told
welcome(struct tunnel *t, const char *before, size_t len, const char *after)
{
	struct buf answer = BUF_INIT(TUNNEL_ANSWER_MAX);
	struct buf line = BUF_INIT(2 * TUNNEL_ANSWER_MAX);
	enum told result = TOLD_JOIN;

	if (t->ask(t, "CAPABILITY", &answer) == -1) {
		result = refuse(t);
	} else if (buf_add(&line, before, len) == -1 ||
	    buf_adds(&line, " [CAPABILITY ") == -1 ||
	    find_abilities(&line, &answer) == -1 ||
	    buf_adds(&line, "] ") == -1 || buf_adds(&line, after) == -1) {
		fail_memory(t->why);
		result = refuse(t);
	} else if (tunnel_say(t, buf_text(&line)) == TOLD_GONE) {
		result = TOLD_GONE;
	}
	buf_free(&answer);
	buf_free(&line);
	return result;
}

static enum told
judge(struct tunnel *t, const struct imap_command *c, enum admitted admitted)
{
	struct buf tagged = BUF_INIT(IMAP_COMMAND_MAX);
	enum told result = TOLD_FAILED;

	if (admitted == ADMIT_FAILED)
		return refuse_login(t, c);
	if (admitted == ADMIT_GONE)
		return TOLD_GONE;
	if (admitted == ADMIT_WRONG)
		return reply(t, c, "NO [AUTHENTICATIONFAILED] the password "
		    "is not the tunnel's");
	if (buf_add(&tagged, buf_text(&c->text), c->tag_len) == -1 ||
	    buf_adds(&tagged, " OK") == -1) {
		fail_memory(t->why);
		result = refuse(t);
	} else {
		result = welcome(t, tagged.data, tagged.len, "welcome");
	}
	buf_free(&tagged);
	return result;
}

static enum told
login(struct tunnel *t, const struct imap_command *c)
{
	struct buf name = BUF_INIT(TUNNEL_PASSWORD_MAX);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	const char *rest = imap_argument(c, c->arguments, &name);
	enum told result = TOLD_MORE;

	if (rest != NULL)
		rest = imap_argument(c, rest, &password);
	if (rest == NULL)
		result = reply(t, c, "BAD a name and a password are wanted");
	else
		result = judge(t, c, tunnel_admit(t, &password));
	buf_free(&name);
	buf_free(&password);
	return result;
}

static enum told
authenticate(struct tunnel *t, const struct imap_command *c)
{
	const char *initial = tunnel_argument(c->arguments);
	struct buf answer = BUF_INIT(JOIN_BUFFER);
	enum told result = TOLD_MORE;

	if (!tunnel_is(c->arguments, "PLAIN"))
		return reply(t, c, "NO of the mechanisms, PLAIN alone");
	if (*initial == '\0' &&
	    (result = tunnel_say(t, "+ ")) == TOLD_MORE &&
	    (result = tunnel_hear(t, &answer)) == TOLD_MORE)
		local_take(&t->local);
	if (result == TOLD_FAILED)
		refuse(t);
	if (result == TOLD_MORE)
		result = judge(t, c, tunnel_admit_plain(t, *initial == '\0' ?
		    buf_text(&answer) : initial));
	buf_free(&answer);
	return result;
}

static enum told
starttls(struct tunnel *t, const struct imap_command *c)
{
	enum told result = TOLD_MORE;

	if (!tunnel_has_tls(t))
		return reply(t, c, "BAD no TLS here");
	if (reply(t, c, "OK go ahead") == TOLD_GONE)
		return TOLD_GONE;
	result = tunnel_secure(t);
	return result;
}

static enum told
obey(struct tunnel *t, const struct imap_command *c)
{
	if (tunnel_is(c->name, "CAPABILITY"))
		return local_say(&t->local, "* CAPABILITY %s",
		    abilities(t)) == 0 ? reply(t, c, "OK done") : TOLD_GONE;
	if (tunnel_is(c->name, "NOOP"))
		return reply(t, c, "OK done");
	if (tunnel_is(c->name, "LOGIN"))
		return login(t, c);
	if (tunnel_is(c->name, "AUTHENTICATE"))
		return authenticate(t, c);
	if (tunnel_is(c->name, "STARTTLS"))
		return starttls(t, c);
	if (!tunnel_is(c->name, "LOGOUT"))
		return reply(t, c, "BAD log in first");
	if (tunnel_say(t, "* BYE until then") == TOLD_MORE)
		(void)reply(t, c, "OK done");
	return TOLD_GONE;
}

static enum told
talk(struct tunnel *t)
{
	struct imap_command c = IMAP_COMMAND_INIT;
	enum told result = TOLD_MORE;

	if (local_say(&t->local, "* OK [CAPABILITY %s] tokend", abilities(t))
	    == -1)
		return TOLD_GONE;
	while (result == TOLD_MORE) {
		result = imap_hear(t, &c);
		if (result == TOLD_FAILED)
			refuse(t);
		else if (result == TOLD_MORE)
			result = obey(t, &c);
	}
	buf_free(&c.text);
	return result;
}

enum told
imap_talk(struct tunnel *t)
{
	static const char preauth[] = "* PREAUTH";

	if (t->password != NULL)
		return talk(t);
	return t->enter(t) == -1 ? refuse(t) : welcome(t, preauth,
	    sizeof(preauth) - 1, "tokend has logged in");
}
