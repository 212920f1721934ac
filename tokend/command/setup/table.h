/*
 * table.h - the text of a Postfix lookup table, postmap(1): "key value" lines,
 * of which one that begins with a blank goes on with the line before.
 */
#ifndef TOKEND_SETUP_TABLE_H
#define TOKEND_SETUP_TABLE_H

#include "command/setup/setup.h"

/*
 * Appends the value of key. 1; 0 if there is none; -1 with why, also where
 * key stands there twice.
 */
int table_get(const struct setup_file *f, const char *key, struct buf *value,
    struct failure *why);

/* How many keys there are beside key. */
size_t table_others(const struct setup_file *f, const char *key);

/* Gives key this value, in its place or at the end. -1 with why. */
int table_set(struct setup_file *f, const char *key, const char *value,
    struct failure *why);

#endif
