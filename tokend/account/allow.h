/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * allow.h - the users that may ask for an account's tokens.
 */
#pragma once

#include "base/buf.h"

#define ALLOW_MAX 8192		/* what the cache file has room for */
#define ALLOW_LIST_MAX 524288	/* more than a whole file of names can give */

/*
 * Appends to numbers the uids and @gids that names (users, numeric uids,
 * @groups, blank-separated; NULL: none) stand for; names that this
 * machine does not know are left out. So what is written once for each token
 * is compared at each request without a look into the user database. -1 with
 * errno as buf_add does.
 */
int allow_numbers(const char *names, struct buf *numbers);
