/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/editor/grammar.h"

#include <stdlib.h>
#include <string.h>

#include "base/name.h"

static int
is_in(const char *set, char c)
{
	return set != NULL && c != '\0' && strchr(set, c) != NULL;
}

int
is_one_of(const char *names, const char *word, size_t len)
{
	size_t n;

	for (; names != NULL && *names != '\0';
	    names += n + (names[n] != '\0')) {
		n = strcspn(names, " ");
		if (n == len && n > 0 && equal_folded(names, word, n))
			return 1;
	}
	return 0;
}

int
open_quote(const struct edit *e, unsigned line, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%s:%u: a quote begins here and has "
	    "no end: nothing was changed. Fix: close it, and run this again",
	    e->path, line);
}

/* Where a word ends: at a separator that no quotes are around. */
static size_t
find_word_end(const struct grammar *g, const struct buf *text, size_t at,
    size_t end, int *is_open)
{
	for (*is_open = 0; at < end && (*is_open ||
	    !is_in(g->separators, text->data[at])); at++) {
		if (g->has_escapes && text->data[at] == '\\' && at + 1 < end)
			at++;
		else if (g->quotes_anywhere && is_in(g->quotes,
		    text->data[at]))
			*is_open = !*is_open;
	}
	return at;
}

static size_t
skip_set(const struct buf *text, size_t at, size_t end, const char *set)
{
	while (at < end && is_in(set, text->data[at]))
		at++;
	return at;
}

/* Where the line ends, or its comment begins. */
static size_t
find_comment(const struct grammar *g, const struct buf *text,
    const struct line *l, int *is_open)
{
	size_t end = l->at + l->len, at = l->at;

	*is_open = 0;
	if (g->comment_at == COMMENT_ANYWHERE)
		return at + strcspn(buf_text(text) + at, g->comment) < end ?
		    at + strcspn(buf_text(text) + at, g->comment) : end;
	do {
		at = skip_set(text, at, end, g->separators);
		if (at == end || is_in(g->comment, text->data[at]))
			return at;
		at = find_word_end(g, text, at, end, is_open);
	} while (g->comment_at == COMMENT_WORD);
	return end;
}

enum line_kind { LINE_OPEN_QUOTE, LINE_EMPTY, LINE_COMMENT,
	LINE_OTHER,	/* no option: skipped */
	LINE_OPTION };

static enum line_kind
read_line(const struct grammar *g, const struct buf *text,
    const struct line *l, struct option *o)
{
	int is_open;
	size_t end = find_comment(g, text, l, &is_open), at;

	*o = (struct option){ .line = *l };
	if (is_open)
		return LINE_OPEN_QUOTE;
	at = skip_set(text, l->at, end, g->separators);
	if (at == end)
		return end == l->at + l->len ? LINE_EMPTY : LINE_COMMENT;
	while (is_in(g->separators, text->data[end - 1]))
		end--;
	o->name.at = at;
	at = find_word_end(g, text, at, end, &is_open);
	o->name.len = at - o->name.at;
	o->value.at = at = skip_set(text, at, end, g->separators);
	if (g->has_one_word)
		end = find_word_end(g, text, at, end, &is_open);
	o->value.len = end - at;
	if (o->value.len == 0)
		o->value.at = o->name.at + o->name.len;
	if (g->assignment != NULL &&
	    strcspn(buf_text(text) + l->at, g->assignment) >= end - l->at)
		return LINE_OTHER;
	return g->has_one_word && o->value.len == 0 ? LINE_OTHER : LINE_OPTION;
}

struct block *
blocks_begin(const struct edit *e, struct blocks *b, const struct line *l,
    struct failure *why)
{
	struct block *more;

	if (b->count == BLOCKS_MAX) {
		fail(why, STATUS_CONFIG, "%s:%u: more than %d accounts",
		    e->path, l->number, BLOCKS_MAX);
		return NULL;
	}
	more = realloc(b->block, (b->count + 1) * sizeof(*more));
	if (more == NULL) {
		fail_memory(why);
		return NULL;
	}
	b->block = more;
	more += b->count++;
	*more = (struct block){ .head = *l, .last = *l };
	return more;
}

void
block_take(const struct edit *e, struct block *b, const char *name,
    size_t len, const struct option *o)
{
	const struct rule *rules = e->recipe->rules;
	size_t i;

	for (i = 0; i < RULES_MAX && rules[i].names != NULL; i++)
		if (is_one_of(rules[i].names, name, len))
			b->set[i] = *o;
}

/* What the parent says itself, and not by the defaults. */
static void
inherit_options(struct block *b, const struct block *parent)
{
	size_t i;

	for (i = 0; i < RULES_MAX; i++)
		if (parent->set[i].line.number != 0 &&
		    !parent->set[i].is_default) {
			b->set[i] = parent->set[i];
			b->set[i].is_inherited = 1;
		}
}

static struct piece
trim_name(const struct grammar *g, const struct buf *text, size_t at,
    size_t end)
{
	struct line part = { .at = at, .len = end - at };
	struct piece p = line_rest(text, &part, at);

	if (p.len >= 2 && is_in(g->quotes, text->data[p.at]) &&
	    text->data[p.at + p.len - 1] == text->data[p.at])
		p = (struct piece){ p.at + 1, p.len - 2 };
	return p;
}

/* NAME : PARENT, PARENT */
static int
take_parents(const struct edit *e, const struct blocks *blocks,
    struct block *b, struct piece rest, struct failure *why)
{
	const struct buf *text = e->text;
	size_t end = rest.at + rest.len, at = rest.at, i, stop;
	struct piece name;

	at += strcspn(text->data + at, ":");
	b->name = trim_name(e->recipe->grammar, text, rest.at, at < end ? at :
	    end);
	while (at++ < end) {
		stop = at + strcspn(text->data + at, ",");
		stop = stop < end ? stop : end;
		name = trim_name(e->recipe->grammar, text, at, stop);
		for (i = 0; i + 1 < blocks->count; i++)
			if (blocks->block[i].name.len == name.len &&
			    memcmp(text->data + blocks->block[i].name.at,
			    text->data + name.at, name.len) == 0)
				break;
		if (i + 1 >= blocks->count)
			return fail(why, STATUS_CONFIG, "%s:%u: an account is "
			    "named here that is not above: %s refuses this "
			    "file", e->path, b->head.number,
			    e->recipe->program);
		inherit_options(b, &blocks->block[i]);
		at = stop;
	}
	return 0;
}

static int
begin_block(const struct edit *e, struct blocks *blocks,
    const struct block *defaults, const struct option *o, struct failure *why)
{
	const struct grammar *g = e->recipe->grammar;
	struct block *b = blocks_begin(e, blocks, &o->line, why);
	size_t i;

	if (b == NULL)
		return -1;
	for (i = 0; i < RULES_MAX; i++) {
		b->set[i] = defaults->set[i];
		b->set[i].is_inherited = b->set[i].is_default = 1;
	}
	b->kind = o->name;
	b->name = trim_name(g, e->text, o->value.at, o->value.at +
	    o->value.len);
	return g->has_parents ? take_parents(e, blocks, b, o->value, why) : 0;
}

/* Where blocks are lines, by the grammar's data alone. */
static int
read_blocks(const struct edit *e, struct blocks *blocks, struct failure *why)
{
	const struct grammar *g = e->recipe->grammar;
	struct block defaults = { .name = { 0, 0 } }, *b = NULL;
	struct line l = { .next = 0 };
	struct option o;
	enum line_kind kind;

	if (g->heads == NULL && (b = blocks_begin(e, blocks, &l, why)) == NULL)
		return -1;
	while (line_next(e->text, &l)) {
		kind = read_line(g, e->text, &l, &o);
		if (kind == LINE_OPEN_QUOTE)
			return open_quote(e, l.number, why);
		if (kind == LINE_EMPTY && g->ends_when_empty)
			b = NULL;
		if (kind != LINE_OPTION)
			continue;
		if (is_one_of(g->heads, e->text->data + o.name.at,
		    o.name.len)) {
			if (g->defaults != NULL && is_one_of(g->defaults,
			    e->text->data + o.name.at, o.name.len)) {
				b = &defaults;
				continue;
			}
			if (begin_block(e, blocks, &defaults, &o, why) == -1)
				return -1;
			b = &blocks->block[blocks->count - 1];
			continue;
		} else if (b == NULL && g->has_nameless && (b = blocks_begin(e,
		    blocks, &l, why)) == NULL) {
			return -1;
		}
		if (b == NULL)
			continue;
		b->last = o.line;
		block_take(e, b, e->text->data + o.name.at, o.name.len, &o);
	}
	return 0;
}

int
blocks_read(const struct edit *e, struct blocks *b, struct failure *why)
{
	*b = (struct blocks){ .count = 0 };
	return e->recipe->grammar->read != NULL ?
	    e->recipe->grammar->read(e, b, why) : read_blocks(e, b, why);
}

void
blocks_free(struct blocks *b)
{
	free(b->block);
}

enum unquoted
grammar_unquote(const struct grammar *g, const struct buf *text,
    struct piece value, struct buf *out)
{
	const char *at = buf_text(text) + value.at, *end = at + value.len;
	char quote = '\0';

	if (!g->quotes_anywhere && value.len >= 2 && is_in(g->quotes, *at) &&
	    end[-1] == *at) {
		quote = *at++;
		end--;
	}
	for (; at < end; at++) {
		if (g->quotes_anywhere && quote == '\0' && is_in(g->quotes,
		    *at)) {
			quote = *at;
			continue;
		}
		if (g->quotes_anywhere && *at == quote) {
			quote = '\0';
			continue;
		}
		/* In '...' of a program with variables all is as it is. */
		if (g->variables != NULL && quote != '\'' &&
		    is_in(g->variables, *at))
			return UNQUOTED_UNKNOWN;
		if (g->has_escapes && *at == '\\' && at + 1 < end &&
		    (g->quotes_anywhere ? g->variables == NULL ||
		    quote != '\'' : quote != '\0')) {
			at++;
			/* \n and the like are no part of what is set here. */
			if (g->variables != NULL && is_in("ntfrec0123", *at))
				return UNQUOTED_UNKNOWN;
		}
		if (buf_add(out, at, 1) == -1)
			return UNQUOTED_NO_MEMORY;
	}
	return UNQUOTED;
}

int
grammar_quote(const struct grammar *g, struct buf *b, const char *value)
{
	char quote[2] = "";
	int result = 0;

	if (g->quoted_if != NULL && (*g->quoted_if == '\0' ||
	    strpbrk(value, g->quoted_if) != NULL))
		quote[0] = g->quotes[0];
	/* Where a quote cannot be escaped, the other kind is around it. */
	if (quote[0] != '\0' && !is_in(g->escaped, quote[0]) &&
	    strchr(value, quote[0]) != NULL)
		quote[0] = g->quotes[1];
	result = buf_adds(b, quote);
	for (; result == 0 && *value != '\0'; value++)
		result = quote[0] != '\0' && is_in(g->escaped, *value) &&
		    buf_adds(b, "\\") == -1 ? -1 : buf_add(b, value, 1);
	return result == -1 ? -1 : buf_adds(b, quote);
}
