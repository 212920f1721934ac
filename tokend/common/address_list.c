/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/address_list.h"

#include <string.h>
#include <strings.h>

/* Commas that a name may have without quotes: "Doe, John, M.D., Dr." */
#define NAME_COMMAS_MAX 4

/* One element of a list, while it is read. */
struct reading {
	struct address_scan *s;
	struct address *a;
	size_t used;		/* bytes of a->text */
	enum { BARE, INSIDE, AFTER } angle;	/* of <> */
	enum { NOTHING, WORD, JOINT } last;
	int wrong;
	int any;		/* more than blanks and comments was read */
	/* Atoms and dots alone, then <; or what is no name, or has quotes. */
	enum { NO_NAME, WORDS, NAMED, NO_WORDS } name;
	size_t name_len;	/* of a->element, if NAMED */
	int needs_quotes;	/* what was read, as a name */
	int has_group;		/* a group's name was in front of it */
	char end;		/* the byte that ends it; 0: the text does */
};

static int
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* RFC 5322 3.2.3: what no atom has. The dot is read elsewhere. */
static int
is_special(char c)
{
	return c != '\0' && strchr("()<>[]:;@\\,.\"", c) != NULL;
}

static int
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 127;
}

static int
is_atom_char(char c)
{
	return !is_blank(c) && !is_special(c) && !is_control(c);
}

static void
restart_address(struct reading *r)
{
	r->used = 0;
	r->last = NOTHING;
	r->wrong = 0;
	r->a->domain = 0;
	r->a->at = NULL;
	r->a->len = 0;
}

static void
restart_element(struct reading *r)
{
	restart_address(r);
	r->angle = BARE;
	r->any = 0;
	r->name = NO_NAME;
	r->name_len = 0;
	r->needs_quotes = 0;
	r->a->element = NULL;
	r->a->element_len = 0;
	r->a->words_len = 0;
	r->a->name_len = 0;
}

static void
add_char(struct reading *r, char c)
{
	if (r->used == ADDRESS_MAX) {
		r->wrong = 1;
		return;
	}
	r->a->text[r->used++] = c;
}

/* What was read from `from` up to here is of the element, and its address. */
static void
count_token(struct reading *r, size_t from)
{
	if (r->a->at == NULL)
		r->a->at = r->s->text + from;
	r->a->len = (size_t)(r->s->text + r->s->at - r->a->at);
}

/* A comment may have others in it (RFC 5322 3.2.2). -1: it has no end. */
static int
skip_comment(struct address_scan *s)
{
	size_t depth = 0;

	for (; s->at < s->len; s->at++) {
		if (s->text[s->at] == '\\' && s->at + 1 < s->len)
			s->at++;
		else if (s->text[s->at] == '(')
			depth++;
		else if (s->text[s->at] == ')' && --depth == 0) {
			s->at++;
			return 0;
		}
	}
	return -1;
}

static void
begin_word(struct reading *r)
{
	if (r->last == WORD || r->angle == AFTER)
		r->wrong = 1;
	r->last = WORD;
}

static void
read_atom(struct reading *r)
{
	struct address_scan *s = r->s;
	size_t from = s->at;

	begin_word(r);
	while (s->at < s->len && is_atom_char(s->text[s->at]))
		add_char(r, s->text[s->at++]);
	count_token(r, from);
}

/* True if the words between the quotes need them. */
static int
needs_quotes(const char *text, size_t len)
{
	size_t i = 0;

	for (i = 0; i < len; i++)
		if (!is_atom_char(text[i]) && (text[i] != '.' || i == 0 ||
		    i == len - 1 || text[i - 1] == '.'))
			return 1;
	return len == 0;
}

/* The bytes between quotes, with each backslash, without folding. */
static void
add_content(struct reading *r, const char *text, size_t len)
{
	size_t i = 0;

	for (i = 0; i < len; i++) {
		if (text[i] == '\r' || text[i] == '\n') {
			/* What it would escape then is another byte. */
			r->wrong |= i > 0 && text[i - 1] == '\\';
			continue;
		}
		r->wrong |= is_control(text[i]) && text[i] != '\t';
		add_char(r, text[i] == '\t' ? ' ' : text[i]);
	}
}

static void
add_quoted(struct reading *r, const char *text, size_t len)
{
	const size_t begin = r->used;
	char *added = r->a->text + begin;

	add_char(r, '"');
	add_content(r, text, len);
	add_char(r, '"');
	if (r->wrong || needs_quotes(added + 1, r->used - begin - 2))
		return;
	r->used -= 2;
	memmove(added, added + 1, r->used - begin);
}

static void
read_quoted(struct reading *r)
{
	struct address_scan *s = r->s;
	size_t from = s->at, begin = s->at + 1;

	begin_word(r);
	for (s->at++; s->at < s->len && s->text[s->at] != '"'; s->at++)
		if (s->text[s->at] == '\\' && s->at + 1 < s->len)
			s->at++;
	add_quoted(r, s->text + begin, s->at - begin);
	if (s->at == s->len || r->a->domain > 0)
		r->wrong = 1;
	else
		s->at++;
	count_token(r, from);
}

/* [192.0.2.1]: right after the @ alone. */
static void
read_literal(struct reading *r)
{
	struct address_scan *s = r->s;
	size_t from = s->at;
	int closed = 0;

	if (r->a->domain == 0 || r->used != r->a->domain)
		r->wrong = 1;
	begin_word(r);
	while (s->at < s->len && !closed) {
		closed = s->text[s->at] == ']';
		r->wrong |= is_control(s->text[s->at]) ||
		    is_blank(s->text[s->at]);
		add_char(r, s->text[s->at++]);
	}
	r->wrong |= !closed;
	count_token(r, from);
}

/* <@relay.example,@other.example:user@host>: RFC 5322 4.4. */
static void
skip_route(struct reading *r)
{
	struct address_scan *s = r->s;

	while (s->at < s->len && s->text[s->at] != ':' &&
	    s->text[s->at] != '>')
		s->at++;
	if (s->at < s->len && s->text[s->at] == ':')
		s->at++;
	else
		r->wrong = 1;
}

static void
read_joint(struct reading *r, char c)
{
	struct address_scan *s = r->s;

	if (c == '@' && r->angle == INSIDE && r->used == 0) {
		skip_route(r);
		return;
	}
	if (r->angle == AFTER || (c == '@' && (r->used == 0 ||
	    r->a->domain > 0)))
		r->wrong = 1;
	add_char(r, c);
	if (c == '@')
		r->a->domain = r->used;
	r->last = JOINT;
	s->at++;
	count_token(r, s->at - 1);
}

static void
read_angle(struct reading *r, char c)
{
	r->s->at++;
	if (c == '<' && r->angle == BARE) {
		restart_address(r);
		r->angle = INSIDE;
	} else if (c == '>' && r->angle == INSIDE) {
		r->angle = AFTER;
	} else {
		r->wrong = 1;
	}
}

/* The name of a group ends: what follows are its addresses. */
static void
read_colon(struct reading *r)
{
	r->s->at++;
	r->s->is_odd |= r->s->in_group;
	r->s->in_group = r->has_group = 1;
	if (r->angle == BARE)
		restart_element(r);
	else
		r->wrong = 1;
}

static void
read_token(struct reading *r)
{
	const char c = r->s->text[r->s->at];

	r->any = 1;
	if (c == '"')
		read_quoted(r);
	else if (c == '[')
		read_literal(r);
	else if (c == '.' || c == '@')
		read_joint(r, c);
	else if (c == '<' || c == '>')
		read_angle(r, c);
	else if (c == ':')
		read_colon(r);
	else if (is_atom_char(c))
		read_atom(r);
	else {
		r->wrong = 1;
		r->s->at++;
	}
}

/* What the token that begins with c says of the name. */
static void
note_name(struct reading *r, char c)
{
	if (r->angle != BARE)
		return;
	r->needs_quotes |= c != '\0' && strchr("@[]\\)", c) != NULL;
	if (c == '<' && r->needs_quotes)
		r->a->name_len = r->a->element_len;
	if (c == '<' && r->name == WORDS) {
		r->name = NAMED;
		r->name_len = r->a->element_len;
	} else if (c != '.' && !is_atom_char(c))
		r->name = NO_WORDS;
	else if (r->name == NO_NAME)
		r->name = WORDS;
}

static void
read_comment_or_token(struct reading *r)
{
	struct address_scan *s = r->s;
	const size_t from = s->at;

	if (r->a->element == NULL)
		r->a->element = s->text + from;
	note_name(r, s->text[from]);
	if (s->text[from] != '(')
		read_token(r);
	else if (skip_comment(s) == -1)
		r->wrong = r->any = 1;
	if (r->a->element != NULL)
		r->a->element_len = (size_t)(s->text + s->at - r->a->element);
}

/* Up to the end of the element, which is taken with it. */
static void
read_element(struct reading *r)
{
	struct address_scan *s = r->s;
	char c = 0;

	restart_element(r);
	r->has_group = 0;
	r->end = 0;
	while (s->at < s->len) {
		c = s->text[s->at];
		if (c == ',' || c == ';') {
			r->end = c;
			s->at++;
			if (c == ';') {
				s->is_odd |= !s->in_group;
				s->in_group = 0;
			}
			return;
		}
		if (is_blank(c))
			s->at++;
		else
			read_comment_or_token(r);
	}
}

static int
domain_is_whole(const char *domain)
{
	const size_t len = strlen(domain);

	return len > 0 && domain[0] != '.' && domain[len - 1] != '.' &&
	    strstr(domain, "..") == NULL;
}

static enum address_step
end_element(struct reading *r)
{
	struct address *a = r->a;

	a->text[r->used] = '\0';
	if (r->wrong || r->used == 0 || r->angle == INSIDE ||
	    (a->domain > 0 && !domain_is_whole(a->text + a->domain)))
		return ADDRESS_WRONG;
	return ADDRESS_FOUND;
}

/*
 * a is words, and a comma. If more of these follow, and then words with an
 * address, all of them are its name: a becomes that address. 1 if it did.
 */
static int
join_name(struct address_scan *s, struct address *a)
{
	struct address_scan ahead = *s;
	struct address next;
	struct reading r = { .s = &ahead, .a = &next };
	int commas = 0;

	do {
		read_element(&r);
		if (r.has_group)
			return 0;
	} while (r.name == WORDS && r.end == ',' &&
	    ++commas < NAME_COMMAS_MAX);
	if (r.name != NAMED || end_element(&r) != ADDRESS_FOUND)
		return 0;
	next.words_len = (size_t)(next.element + r.name_len - a->element);
	next.element_len += (size_t)(next.element - a->element);
	next.element = a->element;
	*a = next;
	*s = ahead;
	return 1;
}

enum address_step
address_next(struct address_scan *s, struct address *a)
{
	struct reading r = { .s = s, .a = a };

	do {
		if (s->at >= s->len)
			return ADDRESS_END;
		read_element(&r);
	} while (!r.any);
	if (r.name == WORDS && r.end == ',' && join_name(s, a))
		return ADDRESS_FOUND;
	return end_element(&r);
}

int
address_same(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}
