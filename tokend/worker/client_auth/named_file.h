/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * named_file.h - a file that an account's settings name.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "disk/file.h"
#include "base/status.h"

/*
 * Reads all of it; what it must be like is as given_open (given.h) says, for a
 * file of this process. 0; -1 with why, STATUS_CONFIG, which names account and
 * key, also if it is empty.
 */
int named_file_read(const struct account *a, const char *key,
    const char *path, enum file_want want, struct buf *content,
    struct failure *why);

/*
 * Reads the one line of a secret's file, without one newline at its end: each
 * time again, as such files get replaced. 0, or -1 as above.
 */
int named_file_read_secret(const struct account *a, const char *key,
    const char *path, struct buf *secret, struct failure *why);

/* What is wrong with the key's value. -1, with STATUS_CONFIG. */
int named_file_fail(const struct account *a, const char *key,
    const char *what, struct failure *why);
