/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/attr.h"

#include <errno.h>
#include <string.h>

#include "base/number.h"

long
attrs_complete(const char *data, size_t len)
{
	size_t at = 0, line;
	int lines = 0;
	const char *newline;

	/* Over all lines at once: a token is looked at often enough. */
	if (len == 0)	/* and data may be NULL */
		return 0;
	if (memchr(data, '\0', len) != NULL || memchr(data, '\r', len) != NULL)
		return -1;
	while (at < len) {
		newline = memchr(data + at, '\n', len - at);
		line = newline != NULL ? (size_t)(newline - data) - at :
		    len - at;
		if (line > ATTR_LINE_MAX)
			return -1;
		if (newline == NULL)
			return 0;
		at += line + 1;
		if (line == 0)
			return (long)at;
		if (++lines > ATTR_LINES_MAX)
			return -1;
	}
	return 0;
}

/* The length of the attribute that s begins with, 0 if it does not. */
static size_t
name_length(const char *s)
{
	const char *end = s;

	while ((*end >= 'a' && *end <= 'z') || (*end >= '0' && *end <= '9') ||
	    *end == '_' || *end == '-')
		end++;
	return (size_t)(end - s);
}

static uint32_t
letter_bit(const char *name)
{
	return UINT32_C(1) << (name[0] & 31);
}

/* Adds the line of that length, whose newline has become a NUL. */
static int
add_line(struct attrs *a, char *line, size_t len, struct failure *why)
{
	size_t name = name_length(line);

	if (len > ATTR_LINE_MAX)
		return fail(why, STATUS_INTERNAL, "a line is too long");
	if (name == 0 || line[name] != '=')
		return fail(why, STATUS_INTERNAL,
		    "a line is not attribute=value");
	if (a->count == ATTR_LINES_MAX)
		return fail(why, STATUS_INTERNAL, "there are too many lines");
	line[name] = '\0';
	if (attrs_get(a, line) != NULL)
		return fail(why, STATUS_INTERNAL,
		    "the attribute \"%.40s\" comes twice", line);
	a->letters |= letter_bit(line);
	a->attr[a->count].name = line;
	a->attr[a->count++].value = line + name + 1;
	return 0;
}

int
attrs_parse(struct attrs *a, struct buf *raw, struct failure *why)
{
	char *next = raw->data, *newline = NULL;
	size_t left = raw->len;

	a->count = a->next = a->letters = 0;
	if (left > 0 && (memchr(next, '\0', left) != NULL ||
	    memchr(next, '\r', left) != NULL))
		return fail(why, STATUS_INTERNAL, "a NUL or a CR in it");
	for (; left > 0 && *next != '\n'; next = newline + 1) {
		if ((newline = memchr(next, '\n', left)) == NULL)
			break;
		*newline = '\0';
		if (add_line(a, next, (size_t)(newline - next), why) == -1)
			return -1;
		left -= (size_t)(newline - next) + 1;
	}
	/* What is left is the empty line, and nothing else. */
	if (left != 1 || *next != '\n')
		return fail(why, STATUS_INTERNAL, "not a whole message");
	return 0;
}

char *
attrs_get(struct attrs *a, const char *name)
{
	size_t i, at = a->next;

	if ((a->letters & letter_bit(name)) == 0)
		return NULL;
	for (i = 0; i < a->count; i++, at++) {
		if (at >= a->count)
			at = 0;
		if (a->attr[at].name[0] == name[0] &&
		    strcmp(a->attr[at].name, name) == 0) {
			a->next = at + 1;
			return a->attr[at].value;
		}
	}
	return NULL;
}

void
attrs_copy(struct attrs *a, const char *name, char *text, size_t size)
{
	const char *value = attrs_get(a, name);
	size_t len = value != NULL ? strlen(value) : 0;

	if (len >= size)
		len = size - 1;
	if (len > 0)
		memcpy(text, value, len);
	text[len] = '\0';
	make_printable(text, size);
}

int
attrs_number(struct attrs *a, const char *name, int64_t *number)
{
	const char *s = attrs_get(a, name);
	int64_t n = 0;
	size_t len = s != NULL ? number_read(s, &n) : 0;

	if (len == 0 || s[len] != '\0')
		return -1;
	*number = n;
	return 0;
}

int
attrs_add(struct buf *b, const char *name, const char *value)
{
	if (value == NULL)
		return 0;
	if (name_length(name) == 0 || name[name_length(name)] != '\0' ||
	    value[strcspn(value, "\r\n")] != '\0') {
		errno = EINVAL;
		return -1;
	}
	if (strlen(name) + 1 + strlen(value) > ATTR_LINE_MAX) {
		errno = EMSGSIZE;
		return -1;
	}
	return buf_adds(b, name) == -1 || buf_adds(b, "=") == -1 ||
	    buf_adds(b, value) == -1 || buf_adds(b, "\n") == -1 ? -1 : 0;
}

int
attrs_addnum(struct buf *b, const char *name, int64_t number)
{
	return buf_adds(b, name) == -1 || buf_adds(b, "=") == -1 ||
	    buf_addnum(b, number) == -1 || buf_adds(b, "\n") == -1 ? -1 : 0;
}

int
attrs_end(struct buf *b)
{
	return buf_adds(b, "\n");
}
