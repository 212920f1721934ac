/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file_lines.h - a program's file as lines, one place of it changed at a time,
 * so that every other byte stays: comments, order, blanks, ends of lines.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "base/status.h"

/* A line, as places in the text; it is void once the text has changed. */
struct line {
	size_t at;
	size_t len;		/* without its end, which is LF or CR LF */
	size_t next;		/* where the next line begins */
	unsigned number;	/* from 1 */
};

/* A word in a text. */
struct piece {
	size_t at;
	size_t len;
};

/*
 * The line after l, from {0} on. 1; 0 at the end of the text. No line follows
 * a last LF.
 */
int line_next(const struct buf *text, struct line *l);

/* What there is from `at` on, without outer blanks; its len may be 0. */
struct piece line_rest(const struct buf *text, const struct line *l,
    size_t at);

/* Are the bytes of the piece those of value? */
int piece_is(const struct buf *text, struct piece p, const char *value);

/* Each of these returns 0, or -1 with why: the file would be too large. */

int text_replace(struct buf *text, struct piece p, const char *with,
    struct failure *why);
int line_remove(struct buf *text, const struct line *l, struct failure *why);

/* A new line after l, with l's indentation and end. */
int line_insert(struct buf *text, const struct line *l, const char *words,
    struct failure *why);

/* One line at the end of the text. */
int text_add_line(struct buf *text, const char *words, struct failure *why);

/*
 * The lines of block (LF) at the end of the text, with the ends that its
 * first line has, and an empty line before them where there is anything.
 */
int text_append(struct buf *text, const char *block, struct failure *why);
