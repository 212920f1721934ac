/* attr.c - see attr.h */
#include "attr.h"

#include <errno.h>
#include <string.h>

#include "number.h"

long
attrs_complete(const char *data, size_t len)
{
	size_t at = 0, line;
	int lines = 0;
	const char *newline;

	/* Over all lines at once: a token is looked at often enough. */
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

static int
name_is_clean(const char *name)
{
	const char *s = name;

	while ((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') ||
	    *s == '_' || *s == '-')
		s++;
	return s != name && *s == '\0';
}

int
attrs_parse(struct attrs *a, struct buf *raw, struct failure *why)
{
	char *next, *newline, *equals;
	const char *end = raw->data + raw->len;

	a->count = a->next = 0;
	if (raw->len == 0 ||
	    attrs_complete(raw->data, raw->len) != (long)raw->len)
		return fail(why, STATUS_INTERNAL, "not a whole message");
	for (next = raw->data; *next != '\n'; next = newline + 1) {
		newline = memchr(next, '\n', (size_t)(end - next));
		*newline = '\0';
		equals = memchr(next, '=', (size_t)(newline - next));
		if (equals == NULL)
			return fail(why, STATUS_INTERNAL,
			    "a line is not attribute=value");
		*equals = '\0';
		if (!name_is_clean(next))
			return fail(why, STATUS_INTERNAL,
			    "a line has no proper attribute");
		if (attrs_get(a, next) != NULL)
			return fail(why, STATUS_INTERNAL,
			    "the attribute \"%.40s\" comes twice", next);
		a->attr[a->count].name = next;
		a->attr[a->count++].value = equals + 1;
	}
	return 0;
}

char *
attrs_get(struct attrs *a, const char *name)
{
	size_t i, at = a->next;

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
	if (!name_is_clean(name) || value[strcspn(value, "\r\n")] != '\0') {
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
