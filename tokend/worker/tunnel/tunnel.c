/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.c - see tunnel.h: what all dialogues need */
#include "tunnel/tunnel.h"

#include <string.h>
#include <strings.h>

#include "base64.h"

#define TRIES_MOST 3
#define WORDS_MOST 100		/* lines before the login */

enum told
tunnel_talk(struct tunnel *t)
{
	if (t->service == SERVER_SMTP)
		return smtp_talk(t);
	return t->service == SERVER_IMAP ? imap_talk(t) : pop_talk(t);
}

/* In a time that tells nothing but the length of what was said. */
static int
is_equal(const char *right, const struct buf *said)
{
	size_t len = strlen(right), i = 0;
	volatile unsigned char differs = said->len != len;

	for (i = 0; i < said->len; i++)
		differs |= (unsigned char)(said->data[i] ^
		    (len > 0 ? right[i % len] : 0));
	return !differs && len > 0;
}

enum admitted
tunnel_admit(struct tunnel *t, const struct buf *password)
{
	if (t->password == NULL || is_equal(t->password, password))
		return t->is_in || t->enter(t) == 0 ? ADMIT_YES :
		    ADMIT_FAILED;
	if (local_pause(&t->local, t->pause) == -1)
		return ADMIT_GONE;
	if (++t->tries < TRIES_MOST)
		return ADMIT_WRONG;
	return fail(t->why, STATUS_DENIED, "the local program's password is "
	    "wrong: it is the one that \"tokend tunnel --new-password\" "
	    "printed, and no password of the mailbox");
}

/* authzid NUL authcid NUL passwd: the names are not looked at. */
static int
find_password(struct buf *password, const struct buf *message)
{
	const char *text = buf_text(message), *end = text + message->len;
	const char *name = memchr(text, '\0', message->len), *secret = NULL;

	if (name != NULL)
		secret = memchr(name + 1, '\0', (size_t)(end - name - 1));
	if (secret == NULL)
		return -1;
	return buf_add(password, secret + 1, (size_t)(end - secret - 1));
}

enum admitted
tunnel_admit_plain(struct tunnel *t, const char *encoded)
{
	struct buf message = BUF_INIT(3 * TUNNEL_PASSWORD_MAX);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum admitted result = ADMIT_FAILED;

	/* What cannot be read is no password, where one is wanted. */
	if (base64_decode(&message, encoded, strlen(encoded)) == 0)
		(void)find_password(&password, &message);
	result = tunnel_admit(t, &password);
	buf_free(&message);
	buf_free(&password);
	return result;
}

int
tunnel_has_tls(const struct tunnel *t)
{
	return t->certificate.len > 0 && t->key.len > 0 &&
	    t->local.tls == NULL;
}

int
tunnel_is(const char *line, const char *word)
{
	size_t len = strlen(word);

	return strncasecmp(line, word, len) == 0 &&
	    strchr(" =\r", line[len]) != NULL;
}

const char *
tunnel_argument(const char *text)
{
	text += strcspn(text, " ");
	return text + strspn(text, " ");
}

enum told
tunnel_say(struct tunnel *t, const char *lines)
{
	struct buf said = BUF_INIT(strlen(lines) + 2);
	enum told result = TOLD_GONE;

	/* In one piece: a second packet would wait until the first is seen. */
	if (buf_adds(&said, lines) == 0 && buf_adds(&said, "\r\n") == 0 &&
	    local_send(&t->local, said.data, said.len) == 0)
		result = TOLD_MORE;
	buf_free(&said);
	return result;
}

enum told
tunnel_hear(struct tunnel *t, struct buf *line)
{
	int heard = 0;

	if (t->words++ == WORDS_MOST)
		return fail(t->why, STATUS_CONFIG, "the local program says "
		    "too much before it logs in");
	heard = local_hear(&t->local, line, t->why);
	return heard == 1 ? TOLD_MORE : heard == 0 ? TOLD_GONE : TOLD_FAILED;
}

enum told
tunnel_obey(struct tunnel *t,
    enum told (*obey)(struct tunnel *t, const struct buf *line),
    enum told (*refuse)(struct tunnel *t))
{
	struct buf line = BUF_INIT(JOIN_BUFFER);
	enum told result = TOLD_MORE;

	while (result == TOLD_MORE) {
		if ((result = tunnel_hear(t, &line)) == TOLD_MORE)
			result = obey(t, &line);
		else if (result == TOLD_FAILED)
			refuse(t);
	}
	buf_free(&line);
	return result;
}

enum told
tunnel_secure(struct tunnel *t)
{
	return local_secure(&t->local, &t->certificate, &t->key, t->why) == 0
	    ? TOLD_MORE : TOLD_FAILED;
}
