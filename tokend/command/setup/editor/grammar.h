/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grammar.h - how a program's file is written, as data: comments, quotes,
 * assignments, blocks. A text is read into blocks of options, as places in it,
 * so that one place can be changed and all other bytes stay.
 */
#pragma once

#include "base/buf.h"
#include "command/setup/editor/recipe.h"
#include "command/setup/lines/file_lines.h"
#include "base/status.h"

#define BLOCKS_MAX 1024

/* An option, as places in the text. line.number 0: it is not set. */
struct option {
	struct line line;	/* with those that continue it */
	struct piece name, value;	/* value has its quotes */
	int is_assigned;	/* what is between them is there */
	int is_inherited;	/* from the defaults, or from another block */
	int is_default;		/* so no block inherits it from this one */
};

/* What counts for a block, in the order of the recipe's rules. */
struct block {
	struct piece kind, name;	/* len 0: lines before any head */
	struct line head, last;
	size_t place[2];	/* INSERT_WORD: of options, late ones */
	struct option set[RULES_MAX];
};

struct blocks {
	struct block *block;
	size_t count;
};

enum comment_place { COMMENT_FIRST, COMMENT_WORD, COMMENT_ANYWHERE };
enum insert_place { INSERT_LINE, INSERT_END, INSERT_WORD };

struct edit;

struct grammar {
	/* What may be between a name and its value, and around both. */
	const char *separators;
	const char *assignment;	/* the line has one of these; NULL: blanks */
	const char *comment;	/* characters that begin one */
	enum comment_place comment_at;
	int has_one_word;	/* the value is one word */

	const char *quotes;	/* the first is the one that is written */
	int quotes_anywhere;	/* and not around the whole value only */
	const char *escaped;	/* written with a backslash before it */
	int has_escapes;	/* a backslash quotes the next character */
	const char *variables;	/* a value with these is unknown */
	const char *quoted_if;	/* a value with these is written in quotes;
				   NULL: never; "": always */

	const char *heads;	/* words that begin a block; NULL: the whole
				   file is one block */
	const char *defaults;	/* the block whose options all others have */
	int has_parents;	/* `account NAME : PARENT, ...` */
	int has_nameless;	/* lines before any head are a block */
	int ends_when_empty;	/* an empty line ends a block */

	enum insert_place insert;
	const char *before, *between;	/* of a new option: "set ", " = " */

	/* A scanner of its own in place of all this, or NULL. */
	int (*read)(const struct edit *e, struct blocks *b,
	    struct failure *why);
	int is_go;	/* ini_read: as go-ini has it, not configparser */
};

/* The blocks of e's text; to be freed in any case. -1 with why. */
int blocks_read(const struct edit *e, struct blocks *b, struct failure *why);
void blocks_free(struct blocks *b);

/* For scanners: one more block, empty; NULL with why. */
struct block *blocks_begin(const struct edit *e, struct blocks *b,
    const struct line *l, struct failure *why);

/* For scanners: o is an option of that name; the last one counts. */
void block_take(const struct edit *e, struct block *b, const char *name,
    size_t len, const struct option *o);

/* -1 with why: a quote begins in the line and has no end. */
int open_quote(const struct edit *e, unsigned line, struct failure *why);

/* UNQUOTED_UNKNOWN: it depends on a variable or a program. */
enum unquoted { UNQUOTED_NO_MEMORY = -1, UNQUOTED, UNQUOTED_UNKNOWN };

/* Appends what the program takes the value for. */
enum unquoted grammar_unquote(const struct grammar *g, const struct buf *text,
    struct piece value, struct buf *out);

/* Appends value as the program takes for just that. -1: no memory. */
int grammar_quote(const struct grammar *g, struct buf *b, const char *value);

/* Is the word one of names, which are separated by blanks, in any case? */
int is_one_of(const char *names, const char *word, size_t len);
