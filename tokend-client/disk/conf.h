/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * conf.h - the `key = value` files: accounts, presets, plugin.conf and
 * tokend.conf.
 *
 * '#' begins a comment only at the start of a line; a value is used as it
 * is, without outer blanks. Quotes around a value, CR, NUL, control
 * characters, a byte order mark, bytes that are not UTF-8, a missing '=', an
 * empty value and duplicate keys are errors, and every error names file and
 * line.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

#define CONF_SIZE_MAX 65536

struct conf_key {
	const char *name;
	size_t offset;	/* of a char * in the target */
};

/*
 * Reads the open file fd (not closed) into the char * members of target that
 * the table names (at most 64, ended by a NULL name); each is allocated,
 * members whose key is absent are left as they were, and an old value is
 * freed. file is the name used in texts. Unknown keys are errors that name
 * the nearest known one. Returns 0, or -1 with STATUS_CONFIG (STATUS_LATER,
 * _INTERNAL: it is the machine that failed); then target may be half filled
 * and is to be freed by its owner as usual.
 */
int conf_read(int fd, const char *file, const struct conf_key *keys,
    void *target, struct failure *why);

/*
 * Looks for one key in the open file, whatever else is wrong there. Returns
 * its value (allocated), or NULL.
 */
char *conf_find(int fd, const char *key);

/* For checks of a value that was read: "FILE: KEY: WHAT". Returns -1. */
int conf_fail(struct failure *why, const char *file, const char *key,
    const char *what) __attribute__((cold));

/* 0 for NULL and for an absolute path, else -1 as conf_fail. */
int conf_absolute(const char *value, const char *file, const char *key,
    struct failure *why);

/*
 * "yes" or "no"; "15", "15s", "15m", "15h" or "15d" in seconds, in the range
 * given. Return 0, or -1 with a STATUS_CONFIG that names file and key.
 */
int conf_bool(const char *value, int *out, const char *file, const char *key,
    struct failure *why);
int conf_seconds(const char *value, long least, long most, long *out,
    const char *file, const char *key, struct failure *why);
