/* SPDX-License-Identifier: BSD-2-Clause */
#include "json/json_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct scan {
	const char *at;
	const char *end;
};

static void
skip_blanks(struct scan *s)
{
	while (s->at < s->end && memchr(" \t\r\n", *s->at, 4) != NULL)
		s->at++;
}

/* The next character that is no blank, consumed; 0 at the end. */
static char
next_char(struct scan *s)
{
	skip_blanks(s);
	return s->at < s->end ? *s->at++ : '\0';
}

/* The four digits of \u; -1 for what is not printable ASCII. */
static int
read_escaped(struct scan *s)
{
	char digits[5] = "";
	int i;

	for (i = 0; i < 4; i++) {
		if (s->at == s->end || !isxdigit((unsigned char)*s->at))
			return -1;
		digits[i] = *s->at++;
	}
	return (int)strtoul(digits, NULL, 16);
}

/* After the backslash. -1 as above. */
static int
read_escape(struct scan *s)
{
	char c = s->at < s->end ? *s->at++ : '\0';

	if (c == 'u')
		return read_escaped(s);
	return c == '"' || c == '\\' || c == '/' ? c : -1;
}

/*
 * The rest of a string, after its quote: its length, also where out has no
 * room for it (is_whole is cleared then); SCAN_UNSURE if it has no end.
 */
static long
read_string(struct scan *s, char *out, size_t size, int *is_whole)
{
	size_t len = 0;
	int c;

	*is_whole = 1;
	for (;; len++) {
		if (s->at == s->end)
			return SCAN_UNSURE;
		c = (unsigned char)*s->at++;
		if (c == '"')
			break;
		if (c == '\\' && s->at == s->end)
			return SCAN_UNSURE;
		if (c == '\\')
			c = read_escape(s);
		if (c < 0x20 || c > 0x7e || len + 1 >= size)
			*is_whole = 0;
		else
			out[len] = (char)c;
	}
	if (len < size)
		out[len] = '\0';
	return (long)len;
}

/* Any value but a string, as far as it can be told: 0, or -1. */
static int
skip_value(struct scan *s)
{
	int depth = 0, ignored;
	char c, none[1];

	for (;;) {
		skip_blanks(s);
		if (s->at == s->end)
			return -1;
		c = *s->at;
		if (depth == 0 && (c == ',' || c == '}'))
			return 0;
		s->at++;
		if (c == '"' && read_string(s, none, sizeof(none),
		    &ignored) == SCAN_UNSURE)
			return -1;
		/* What json-c takes besides JSON. */
		if (c == '\'' || c == '/')
			return -1;
		if (c == '{' || c == '[')
			depth++;
		if (c == '}' || c == ']')
			depth--;
		if (depth < 0)
			return -1;
	}
}

/* What there is of this member; *found is as scan_string returns it. */
static int
read_member(struct scan *s, char *out, size_t size, long *found)
{
	int is_whole;

	*found = SCAN_MISSING;
	skip_blanks(s);
	if (s->at == s->end || *s->at != '"')
		return skip_value(s);
	s->at++;
	if ((*found = read_string(s, out, size, &is_whole)) == SCAN_UNSURE)
		return -1;
	if (!is_whole)
		*found = SCAN_UNSURE;
	return 0;
}

long
scan_string(const char *text, size_t len, const char *name, char *out,
    size_t size)
{
	struct scan s = { text, text + len };
	long found = SCAN_MISSING, key_len;
	char key[64], c;
	int is_whole;

	if (next_char(&s) != '{')
		return SCAN_UNSURE;
	c = next_char(&s);
	while (c == '"') {
		key_len = read_string(&s, key, sizeof(key), &is_whole);
		if (key_len == SCAN_UNSURE || next_char(&s) != ':')
			return SCAN_UNSURE;
		if (is_whole && strcmp(key, name) == 0 ?
		    read_member(&s, out, size, &found) == -1 :
		    skip_value(&s) == -1)
			return SCAN_UNSURE;
		if ((c = next_char(&s)) == ',')
			c = next_char(&s) == '"' ? '"' : '\0';
	}
	skip_blanks(&s);
	return c == '}' && s.at == s.end ? found : SCAN_UNSURE;
}

static int
has_member(const char *text, size_t len, const char *name)
{
	char none[1];

	return scan_string(text, len, name, none, sizeof(none)) !=
	    SCAN_MISSING;
}

/* As scan_inner; depth: levels that are left. */
static long
find_inner(const char *text, size_t len, const char *name,
    const char **inner, int depth)
{
	struct scan s = { text, text + len };
	const char *at = NULL;
	char key[64];
	long found = SCAN_MISSING;
	int is_whole;
	char c;

	if (depth == 0)
		return SCAN_MISSING;
	if (next_char(&s) != '{')
		return SCAN_UNSURE;
	for (c = next_char(&s); c == '"';
	    c = next_char(&s) == ',' ? next_char(&s) : '\0') {
		if (read_string(&s, key, sizeof(key), &is_whole) ==
		    SCAN_UNSURE || next_char(&s) != ':')
			return SCAN_UNSURE;
		skip_blanks(&s);
		at = s.at;
		if (skip_value(&s) == -1)
			return SCAN_UNSURE;
		if (*at != '{')
			continue;
		*inner = at;
		if (has_member(at, (size_t)(s.at - at), name))
			return s.at - at;
		found = find_inner(at, (size_t)(s.at - at), name, inner,
		    depth - 1);
		if (found >= 0)
			return found;
	}
	return SCAN_MISSING;
}

long
scan_inner(const char *text, size_t len, const char *name,
    const char **inner)
{
	return has_member(text, len, name) ? SCAN_MISSING :
	    find_inner(text, len, name, inner, SCAN_DEPTH);
}
