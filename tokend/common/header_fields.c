/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/header_fields.h"

#include <string.h>
#include <strings.h>

#include "base/truth.h"

/* Where the CRs that are at `at` end. */
static size_t
after_crs(const struct header_scan *s, size_t at)
{
	while (at < s->len && s->text[at] == '\r')
		at++;
	return at;
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

/* Whether a field begins at `at`; IS_UNKNOWN: the text ends too early. */
static enum truth
begins_field(const struct header_scan *s, size_t at)
{
	size_t end = at;

	while (end < s->len && !is_line_end(s->text[end]))
		end++;
	if (end == s->len && !s->whole)
		return IS_UNKNOWN;
	return name_length(s->text + at, end - at) > 0;
}

/*
 * The offset after the line that begins at `at`, or 0 if its end, or what
 * decides whether CRs are one, is not in the text.
 */
static size_t
line_end(const struct header_scan *s, size_t at)
{
	enum truth begins;

	for (;;) {
		while (at < s->len && !is_line_end(s->text[at]))
			at++;
		at = after_crs(s, at);
		if (at == s->len)
			return s->whole ? at : 0;
		if (s->text[at] == '\n')
			return at + 1;
		if ((begins = begins_field(s, at)) != IS_FALSE)
			return begins == IS_TRUE ? at : 0;
	}
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

/* The line up to end; "From : alice" is a field (RFC 5322 4.5.2). */
static int
is_mailbox_line(const struct header_scan *s, size_t end)
{
	const char *at = s->text + s->at;
	size_t len = end - s->at;

	if (s->in_fields || name_length(at, len) > 0)
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

/* Leaves out what is in front of a field: HEADER_FIELD if there is one. */
static enum header_step
find_field(struct header_scan *s, size_t *line)
{
	size_t first = 0;

	for (; s->at < s->len; s->at = *line) {
		if ((*line = line_end(s, s->at)) == 0)
			return HEADER_MORE;
		first = after_crs(s, s->at);
		if (first == s->len || s->text[first] == '\n') {
			s->at = *line;
			return HEADER_END;
		}
		/* CRs in front of a field are no line. */
		if (first != *line && !is_mailbox_line(s, *line))
			return HEADER_FIELD;
	}
	return s->whole ? HEADER_END : HEADER_MORE;
}

enum header_step
header_next(struct header_scan *s, struct header_field *f)
{
	enum header_step step = HEADER_END;
	size_t end = 0, line = 0;

	if ((step = find_field(s, &line)) != HEADER_FIELD)
		return step;
	if ((f->name_len = name_length(s->text + s->at, line - s->at)) == 0)
		return HEADER_END;
	if ((end = field_end(s, line)) == 0)
		return HEADER_MORE;
	set_field(f, s->text + s->at, end - s->at);
	s->at = end;
	s->in_fields = 1;
	return HEADER_FIELD;
}

int
header_is(const struct header_field *f, const char *name)
{
	return strlen(name) == f->name_len &&
	    strncasecmp(f->start, name, f->name_len) == 0;
}
