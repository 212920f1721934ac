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

/*
 * Takes what cache/NAME of s holds for r->account, whose file has that stamp.
 * Returns 1 if it is fresh, 0 if it is still good and should be renewed, -1
 * if it does not serve this request; then a is as it was. allow, if not NULL,
 * becomes the cache's own list of peers, which lives as long as a.
 */
int cached_take(struct answer *a, const struct scope *s, const char *stamp,
    const struct request *r, const char **allow);
