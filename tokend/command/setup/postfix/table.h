/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * table.h - the text of a Postfix lookup table, postmap(1): "key value" lines,
 * of which one that begins with a blank goes on with the line before.
 */
#pragma once

#include "command/setup/setup.h"

/* A key's line, with those that go on with it; offsets into the text. */
struct table_entry {
	size_t at, end;
	size_t key_len;
	size_t number, last;	/* of its first line, and of its last */
};

/*
 * The next entry of a table's text, from *at and its line *number on, which
 * begin as 0; 0 at the end of the text.
 */
int table_next(const struct buf *text, size_t *at, size_t *number,
    struct table_entry *e);

/* True if it is of that key, in any case. */
int table_is_key(const struct buf *text, const struct table_entry *e,
    const char *key, size_t len);

/* Where its value begins, and how long it is without blanks around it. */
size_t table_value(const struct buf *text, const struct table_entry *e,
    size_t *len);

/*
 * Appends the value of key, if it is there; IS_UNKNOWN with why, also where it
 * is there twice.
 */
enum truth table_get(const struct setup_file *f, const char *key,
    struct buf *value, struct failure *why);

/* How many other keys there are. */
size_t table_others(const struct setup_file *f, const char *key);

/* Gives key this value, in its place or at the end. -1 with why. */
int table_set(struct setup_file *f, const char *key, const char *value,
    struct failure *why);
