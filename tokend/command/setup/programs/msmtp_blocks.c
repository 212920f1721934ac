/* SPDX-License-Identifier: BSD-2-Clause */
/* msmtp_blocks.c - see msmtp_blocks.h */
#include "command/setup/programs/msmtp_blocks.h"

#include <string.h>

const char *const msmtp_keys[MSMTP_KEYS] = {
	[MSMTP_HOST] = "host",
	[MSMTP_FROM] = "from",
	[MSMTP_USER] = "user",
	[MSMTP_AUTH] = "auth",
	[MSMTP_PASSWORD] = "password",
	[MSMTP_PASSWORDEVAL] = "passwordeval",
	[MSMTP_TLS] = "tls",
	[MSMTP_TLS_CERTCHECK] = "tls_certcheck",
	[MSMTP_EVAL] = "eval",
};

/* Without quotes, which may be around the whole. */
static struct piece
unquote(const struct buf *text, struct piece p)
{
	if (p.len >= 2 && text->data[p.at] == '"' &&
	    text->data[p.at + p.len - 1] == '"')
		p = (struct piece){ p.at + 1, p.len - 2 };
	return p;
}

static struct piece
trim(const struct buf *text, size_t at, size_t end)
{
	struct line part = { .at = at, .len = end - at };

	return unquote(text, line_rest(text, &part, at));
}

static const struct msmtp_block *
find_account(const struct msmtp_blocks *b, const struct buf *text,
    struct piece name)
{
	size_t i;

	for (i = 0; i < b->count; i++)
		if (b->account[i].name.len == name.len && memcmp(text->data +
		    b->account[i].name.at, text->data + name.at,
		    name.len) == 0)
			return &b->account[i];
	return NULL;
}

/* What from says itself, and not by the defaults, goes over to block. */
static void
take_over(struct msmtp_block *block, const struct msmtp_block *from)
{
	size_t i;

	for (i = 0; i < MSMTP_KEYS; i++)
		if (from->set[i].line.number != 0 && !from->set[i].is_default) {
			block->set[i] = from->set[i];
			block->set[i].is_inherited = 1;
		}
}

static int
begin_account(struct msmtp_blocks *b, const struct buf *text,
    const struct line *l, struct piece rest, const char *path,
    struct failure *why)
{
	const char *colon = rest.len == 0 ? NULL : memchr(text->data + rest.at,
	    ':', rest.len), *comma;
	size_t end = rest.at + rest.len, at, i;
	struct msmtp_block *block = &b->account[b->count];
	const struct msmtp_block *from;

	if (b->count == MSMTP_ACCOUNTS)
		return fail(why, STATUS_CONFIG, "%s:%u: more than %d accounts",
		    path, l->number, MSMTP_ACCOUNTS);
	*block = b->defaults;
	for (i = 0; i < MSMTP_KEYS; i++)
		block->set[i].is_inherited = block->set[i].is_default = 1;
	block->head = block->last = *l;
	block->name = colon == NULL ? unquote(text, rest) :
	    trim(text, rest.at, (size_t)(colon - text->data));
	at = colon == NULL ? end : (size_t)(colon - text->data) + 1;
	for (; at < end; at = (size_t)(comma - text->data) + 1) {
		if ((comma = memchr(text->data + at, ',', end - at)) == NULL)
			comma = text->data + end;
		from = find_account(b, text, trim(text, at,
		    (size_t)(comma - text->data)));
		if (from == NULL)
			return fail(why, STATUS_CONFIG, "%s:%u: an account is "
			    "named here that does not stand above: msmtp "
			    "refuses this file", path, l->number);
		take_over(block, from);
	}
	b->count++;
	return 0;
}

/* Where lines before any other block go: an account of no name. */
static struct msmtp_block *
begin_nameless(struct msmtp_blocks *b, const struct line *l)
{
	struct msmtp_block *block = &b->account[b->count++];

	block->head = *l;
	return block;
}

static void
take_setting(struct msmtp_block *block, const struct buf *text,
    const struct line *l, struct piece name, struct piece rest)
{
	size_t i;

	block->last = *l;
	for (i = 0; i < MSMTP_KEYS; i++)
		if (piece_is(text, name, msmtp_keys[i]))
			block->set[i] = (struct msmtp_setting){ .line = *l,
			    .value = unquote(text, rest) };
}

int
msmtp_read(struct msmtp_blocks *b, const struct buf *text, const char *path,
    struct failure *why)
{
	struct msmtp_block *block = NULL;
	struct line l = { .next = 0 };
	struct piece name, rest;

	memset(b, 0, sizeof(*b));
	while (line_next(text, &l)) {
		if (!line_word(text, &l, l.at, &name) ||
		    text->data[name.at] == '#')
			continue;
		rest = line_rest(text, &l, name.at + name.len);
		if (piece_is(text, name, "defaults")) {
			block = &b->defaults;
			block->last = l;
		} else if (piece_is(text, name, "account")) {
			if (begin_account(b, text, &l, rest, path, why) == -1)
				return -1;
			block = &b->account[b->count - 1];
		} else {
			if (block == NULL)
				block = begin_nameless(b, &l);
			take_setting(block, text, &l, name, rest);
		}
	}
	return 0;
}
