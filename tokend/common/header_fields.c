/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/header_fields.h"

#include <string.h>
#include <strings.h>

/* Where the CRs that are at `at` end. */
static size_t
after_crs(const struct header_scan *s, size_t at)
{
	while (at < s->len && s->text[at] == '\r')
		at++;
	return at;
}

/*
 * The offset after the line that begins at `at`, or 0 if its end, or the byte
 * that decides whether CRs are of an LF, is not in the text.
 */
static size_t
line_end(const struct header_scan *s, size_t at)
{
	size_t end = 0;

	while (at < s->len && s->text[at] != '\n' && s->text[at] != '\r')
		at++;
	end = after_crs(s, at);
	if (end == s->len)
		return s->whole ? end : 0;
	return s->text[end] == '\n' ? end + 1 : at + 1;
}

static int
is_line_end(char c)
{
	return c == '\n' || c == '\r';
}

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The length of the name that the line begins with; 0: it is no field. */
static size_t
name_length(const char *line, size_t len)
{
	size_t n = 0, colon = 0;

	while (n < len && line[n] > ' ' && line[n] < 127 && line[n] != ':')
		n++;
	for (colon = n; colon < len && is_blank(line[colon]); colon++)
		;
	return colon < len && line[colon] == ':' ? n : 0;
}

/* The end of the field whose first line ends at `end`; 0: not in the text. */
static size_t
field_end(const struct header_scan *s, size_t end)
{
	while (end < s->len && is_blank(s->text[end]))
		if ((end = line_end(s, end)) == 0)
			return 0;
	return end < s->len || s->whole ? end : 0;
}

static int
is_mailbox_line(const struct header_scan *s)
{
	const char *at = s->text;
	size_t len = s->len;

	if (s->at != 0)
		return 0;
	if (len > 0 && *at == '>') {
		at++;
		len--;
	}
	return len >= 5 && memcmp(at, "From ", 5) == 0;
}

static void
set_field(struct header_field *f, const char *start, size_t len)
{
	f->start = start;
	f->len = len;
	f->body = (const char *)memchr(start, ':', len) + 1;
	f->body_len = (size_t)(start + len - f->body);
	if (f->body_len > 0 && f->body[f->body_len - 1] == '\n')
		f->body_len--;
	while (f->body_len > 0 && f->body[f->body_len - 1] == '\r')
		f->body_len--;
}

enum header_step
header_next(struct header_scan *s, struct header_field *f)
{
	size_t end = 0, line = 0;

	if (s->at >= s->len)
		return s->whole ? HEADER_END : HEADER_MORE;
	if ((line = line_end(s, s->at)) == 0)
		return HEADER_MORE;
	if (is_line_end(s->text[s->at])) {
		s->at = line;
		return HEADER_END;
	}
	if (is_mailbox_line(s)) {
		s->at = line;
		return header_next(s, f);
	}
	if ((f->name_len = name_length(s->text + s->at, line - s->at)) == 0)
		return HEADER_END;
	if ((end = field_end(s, line)) == 0)
		return HEADER_MORE;
	set_field(f, s->text + s->at, end - s->at);
	s->at = end;
	return HEADER_FIELD;
}

int
header_is(const struct header_field *f, const char *name)
{
	return strlen(name) == f->name_len &&
	    strncasecmp(f->start, name, f->name_len) == 0;
}
