/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * map.h - Postfix's lookup tables, as postmap(1) reads them.
 *
 * What a password map holds is secret: it stays in struct buf, and no text is
 * made of it.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "command/postfix/postfix.h"

enum lookup {
	LOOKUP_FAILED = -1,	/* why says it */
	LOOKUP_ABSENT,
	LOOKUP_FOUND		/* the value was appended */
};

/*
 * Looks key up in the tables of maps (blanks and commas between), the first
 * that has it.
 */
enum lookup map_find(const struct postfix *p, const char *maps,
    const char *key, struct buf *value, struct failure *why);

/*
 * Appends all "key<tab>value" lines of the tables that can be listed: not LDAP,
 * SQL, regular expressions, nor what this user may not read.
 */
void map_list(const struct postfix *p, const char *maps, struct buf *lines);

/* Splits a line of map_list, in place; NULL for a line without value. */
char *map_value(char *line);

enum map_state {
	MAP_GOOD,
	MAP_NO_SOURCE,		/* the named file does not exist */
	MAP_NO_INDEX,		/* postmap was never run */
	MAP_OLD_INDEX		/* the source was changed after it */
};

/* The next table of maps and its length, or NULL. "proxy:" is left out. */
const char *map_next(const char *maps, size_t *len);

/* The state of one table, len bytes of maps, as far as it can be seen. */
enum map_state map_look(const char *table, size_t len);

/* True if postmap(1) has to compile it after each change. */
int map_is_compiled(const char *table, size_t len);
