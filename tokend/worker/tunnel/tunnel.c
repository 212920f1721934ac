/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel.c - see tunnel.h: what all dialogues need */
#include "tunnel/tunnel.h"

#include <string.h>
#include <strings.h>

#include "base/base64.h"

#define TRIES_MOST 3
#define WORDS_MOST 100		/* lines before the login */

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

enum login
tunnel_log_in(struct tunnel *t, const struct buf *password)
{
	if (t->password == NULL || is_equal(t->password, password))
		return t->is_in || t->enter(t) == 0 ? LOGIN_DONE :
		    LOGIN_FAILED;
	if (local_pause(&t->local, t->pause) == -1)
		return LOGIN_CLOSED;
	if (++t->tries < TRIES_MOST)
		return LOGIN_WRONG;
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

enum login
tunnel_log_in_plain(struct tunnel *t, const char *encoded)
{
	struct buf message = BUF_INIT(3 * TUNNEL_PASSWORD_MAX);
	struct buf password = BUF_INIT(TUNNEL_PASSWORD_MAX);
	enum login result = LOGIN_FAILED;

	/* What cannot be read is no password, where one is wanted. */
	if (base64_decode(&message, encoded, strlen(encoded)) == 0)
		(void)find_password(&password, &message);
	result = tunnel_log_in(t, &password);
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
tunnel_line_is(const char *line, const char *word)
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

enum next_step
tunnel_send(struct tunnel *t, const char *lines)
{
	struct buf said = BUF_INIT(strlen(lines) + 2);
	enum next_step result = NEXT_CLOSED;

	/* In one piece: a second packet would wait until the first is seen. */
	if (buf_adds(&said, lines) == 0 && buf_adds(&said, "\r\n") == 0 &&
	    local_send(&t->local, said.data, said.len) == 0)
		result = NEXT_LINE;
	buf_free(&said);
	return result;
}

enum next_step
tunnel_receive(struct tunnel *t, struct buf *line)
{
	if (t->words++ == WORDS_MOST)
		return fail(t->why, STATUS_CONFIG, "the local program says "
		    "too much before it logs in");
	return local_receive_line(&t->local, line, t->why);
}

enum next_step
tunnel_answer_lines(struct tunnel *t,
    enum next_step (*obey)(struct tunnel *t, const struct buf *line),
    enum next_step (*refuse)(struct tunnel *t))
{
	struct buf line = BUF_INIT(JOIN_BUFFER);
	enum next_step result = NEXT_LINE;

	while (result == NEXT_LINE) {
		if ((result = tunnel_receive(t, &line)) == NEXT_LINE)
			result = obey(t, &line);
		else if (result == NEXT_FAILED)
			refuse(t);
	}
	buf_free(&line);
	return result;
}

enum next_step
tunnel_start_tls(struct tunnel *t)
{
	return local_start_tls(&t->local, &t->certificate, &t->key, t->why) == 0
	    ? NEXT_LINE : NEXT_FAILED;
}
