/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * leftover.h - what the store has of an account, and of those that are gone.
 */
#pragma once

#include "files/folder.h"
#include "disk/scope.h"
#include "base/status.h"

/*
 * The names that have credentials, a token, a state or a local password below
 * s->state and no file in accounts/: somebody removed that by hand. An empty
 * lock alone is none. Sorted; 0, or -1 with why where accounts/ cannot be
 * read. n is to be freed either way (names_free). Makes no folder.
 */
int leftover_names(struct names *n, const struct scope *s,
    struct failure *why);

/* True if there is anything of the account in the store. */
int leftover_is_there(const struct scope *s, const char *account);

/*
 * Removes all that the store has of an account, under its lock: the
 * credentials first, with what an interrupted renewal left, the lock last.
 * The account's file is gone by then, so that no process begins again. 0, or -1
 * with why.
 */
int leftover_remove(const struct scope *s, const char *account,
    struct failure *why);
