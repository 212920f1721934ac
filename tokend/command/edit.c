/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/edit.h"

#include <stddef.h>
#include <string.h>

#include "base/name.h"

struct line {
	size_t at;	/* of the line, from the text's begin */
	size_t len;	/* with its newline, if it has one */
	size_t value;
	size_t value_len;
};

static size_t
skip_blanks(const char *text, size_t at, size_t end)
{
	while (at < end && (text[at] == ' ' || text[at] == '\t'))
		at++;
	return at;
}

static size_t
trim_end(const char *text, size_t at, size_t end)
{
	while (end > at && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	return end;
}

/* Does the line, of len bytes without its newline, set key? */
static int
is_line_of(const char *key, const char *text, struct line *l, size_t len)
{
	size_t end = l->at + len, at, name_end;
	const char *equals;

	if (len == 0 || (equals = memchr(text + l->at, '=', len)) == NULL)
		return 0;
	at = skip_blanks(text, l->at, end);
	name_end = trim_end(text, at, (size_t)(equals - text));
	if (name_end - at != strlen(key) ||
	    memcmp(text + at, key, name_end - at) != 0)
		return 0;
	l->value = skip_blanks(text, (size_t)(equals - text) + 1, end);
	l->value_len = trim_end(text, l->value, end) - l->value;
	return 1;
}

static int
find_line(const struct buf *text, const char *key, struct line *l)
{
	const char *newline;
	size_t len;

	for (l->at = 0; l->at < text->len; l->at += l->len) {
		newline = memchr(text->data + l->at, '\n', text->len - l->at);
		len = newline != NULL ?
		    (size_t)(newline - text->data) - l->at :
		    text->len - l->at;
		l->len = len + (newline != NULL);
		if (is_line_of(key, text->data, l, len))
			return 1;
	}
	return 0;
}

enum truth
edit_get(const struct buf *text, const char *key, struct buf *value)
{
	struct line l;

	if (!find_line(text, key, &l))
		return IS_FALSE;
	return buf_add(value, text->data + l.value, l.value_len) == -1 ?
	    IS_UNKNOWN : IS_TRUE;
}

static int
add_line(struct buf *b, const char *key, const char *value)
{
	return buf_adds(b, key) == -1 || buf_adds(b, " = ") == -1 ||
	    buf_adds(b, value) == -1 || buf_adds(b, "\n") == -1 ? -1 : 0;
}

int
edit_set(struct buf *text, const char *key, const char *value)
{
	struct buf edited = BUF_INIT(text->max);
	struct line l = { .at = 0 };
	int is_there = find_line(text, key, &l), result = -1;
	size_t head = is_there ? l.at : text->len;
	size_t tail = is_there ? l.at + l.len : text->len;

	if (buf_add(&edited, buf_text(text), head) == 0 &&
	    (is_there || head == 0 || text->data[head - 1] == '\n' ||
	    buf_adds(&edited, "\n") == 0) &&
	    add_line(&edited, key, value) == 0 &&
	    buf_add(&edited, buf_text(text) + tail, text->len - tail) == 0) {
		buf_free(text);
		*text = edited;
		result = 0;
	} else {
		buf_free(&edited);
	}
	return result;
}

int
edit_check(const char *key, const char *value, struct failure *why)
{
	size_t len = strlen(value);

	if (len == 0)
		return fail(why, STATUS_CONFIG, "%s: has no value: give one, "
		    "or leave it out", key);
	if (!text_is_clean(value, len) || strchr(value, '\t') != NULL)
		return fail(why, STATUS_CONFIG, "%s: has control characters "
		    "in it, or bytes that are not UTF-8", key);
	if (value[0] == ' ' || value[len - 1] == ' ')
		return fail(why, STATUS_CONFIG, "%s: begins or ends with a "
		    "blank", key);
	if (len >= 2 && (value[0] == '"' || value[0] == '\'') &&
	    value[len - 1] == value[0])
		return fail(why, STATUS_CONFIG, "%s: values are written "
		    "without quotes", key);
	return 0;
}

const char *
edit_argument(const char *key, const char *value)
{
	if (strcmp(key, "client_secret") == 0)
		return "is a secret, and others can read arguments: use "
		    "--client-secret-stdin";
	if (strcmp(key, "client_key") == 0 &&
	    strstr(value, "pin-value=") != NULL)
		return "has the token's PIN, and others can read arguments: "
		    "use pin-source=";
	if (strcmp(key, "proxy") == 0 && strchr(value, '@') != NULL)
		return "has the proxy's password, and others can read "
		    "arguments: write it into the account's file, or "
		    "tokend.conf";
	return NULL;
}

char **
edit_key(struct keys *k, const char *name)
{
	const struct conf_key *key;

	for (key = account_keys; key->name != NULL; key++)
		if (strcmp(key->name, name) == 0)
			return (char **)((char *)k + key->offset);
	return NULL;
}

static int
set_one(struct buf *text, const char *key, const char *value,
    struct failure *why)
{
	if (value == NULL)
		return 0;
	if (edit_check(key, value, why) == -1)
		return -1;
	return edit_set(text, key, value) == -1 ? fail(why, STATUS_CONFIG,
	    "%s: the account file would be larger than %zu bytes", key,
	    text->max) : 0;
}

int
edit_set_all(struct buf *text, const struct keys *k, struct failure *why)
{
	const struct conf_key *key;
	const struct {
		const char *name;
		const char *value;
	} first[] = { { "provider", k->provider }, { "cloud", k->cloud },
	    { "tenant", k->tenant }, { "issuer", k->issuer },
	    { "grant", k->grant }, { "client_id", k->client_id },
	    { "user", k->user } };
	size_t i;

	for (i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		if (set_one(text, first[i].name, first[i].value, why) == -1)
			return -1;
	/* Those again, too: the same line, with the same value. */
	for (key = account_keys; key->name != NULL; key++)
		if (set_one(text, key->name, *(char *const *)((const char *)k +
		    key->offset), why) == -1)
			return -1;
	return 0;
}
