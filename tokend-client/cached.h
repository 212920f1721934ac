/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * cached.h - answering from an account's cache file alone.
 *
 * The plugin does it for its own user, tokend for whoever may ask; both go
 * on to something slower when it does not serve.
 */
#pragma once

#include "proto.h"
#include "disk/scope.h"

enum cached {
	CACHED_NONE = -1,	/* it does not serve this request */
	CACHED_DUE,		/* it is good, and should be renewed */
	CACHED_FRESH
};

/*
 * Takes what cache/NAME of s holds for r->account, whose file has that stamp.
 * With CACHED_NONE a is as it was. allow, if not NULL, becomes the cache's own
 * list of peers, which lives as long as a.
 */
enum cached cached_take(struct answer *a, const struct scope *s,
    const char *stamp, const struct request *r, const char **allow);
