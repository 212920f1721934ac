/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_cache.h - the cache file of an account, from tokend's side.
 */
#pragma once

#include "account/account.h"
#include "disk/cachefile.h"
#include "disk/scope.h"

/*
 * Reads cache/NAME. 0, or -1 if there is none that counts (cachefile.h). c is
 * to be freed either way.
 */
int token_cache_read(struct cache *c, const struct scope *s,
    const struct account *a, int64_t now);

/* Replaces it, under the lock; -1 with why. */
int token_cache_write(const struct cache *c, const struct scope *s,
    const struct account *a, struct failure *why);

/* Drops it, under the lock. */
void token_cache_drop(const struct scope *s, const struct account *a);
