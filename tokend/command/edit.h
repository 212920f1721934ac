/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edit.h - the text of an account file: one `key = value` line changed, and
 * all else, comments and order, left as it is.
 */
#pragma once

#include "account/keys.h"
#include "base/buf.h"
#include "base/status.h"
#include "base/truth.h"

/*
 * The value of key as it is, appended to value, if the text has such a line;
 * IS_UNKNOWN with errno as buf_add does.
 */
enum truth edit_get(const struct buf *text, const char *key,
    struct buf *value);

/*
 * Sets key: its line is replaced, or one is added at the end. -1 with errno as
 * buf_add does; then the text is as it was.
 */
int edit_set(struct buf *text, const char *key, const char *value);

/*
 * Why a value must not be an argument, which each user of the machine may read,
 * and what to use instead; NULL if it may.
 */
const char *edit_argument(const char *key, const char *value);

/* 0 if conf.h takes value as it is; else -1 with STATUS_CONFIG. */
int edit_check(const char *key, const char *value, struct failure *why);

/*
 * Sets all that k has of the account_keys; those that say who and where come
 * first. -1 with why.
 */
int edit_set_all(struct buf *text, const struct keys *k, struct failure *why);

/* One account key by its name; NULL if there is none. */
char **edit_key(struct keys *k, const char *name);
