/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * eviction.h - which clients may wait when there are more than places.
 *
 * Most answers take no time. Two kinds of client hold a place: one that does
 * not say what it wants, and one that waits for a token that is being
 * fetched. As long as there is room both may. Else one user's silent
 * connections are given up soon, and when all waiting places are taken, the
 * account with the most waiting clients gives one of them to the newcomer. So
 * one user cannot keep out another, nor one account another, and while nothing
 * else is asked one may have all.
 *
 * All of it does nothing in a process that has not joined: under spawn(8) and
 * as a helper one process has one request.
 */
#pragma once

#include <sys/types.h>

#include "serve/board.h"

/* The other places are for clients that need not wait. */
#define EVICTION_WAITERS_MAX (ANSWERERS_MAX - 32)

/* This process answers at place of b. */
void eviction_join(struct board *b, int place);

/* A request of uid is being received: the ms that it may take. */
int eviction_read_begin(uid_t uid, int patience);
void eviction_read_end(void);

/*
 * The request waits for account's token. 0; or -1 if it may not: all places
 * for that are taken, and no account has more of them.
 */
int eviction_wait_begin(const char *account);

/* Becomes 1 when this client must make room. NULL: never. */
const _Atomic(int) *eviction_flag(void);
int eviction_must_leave(void);	/* true if it is 1 */
void eviction_wait_end(void);

/* For the listener: the place is free again, whatever became of its process. */
void eviction_clear(struct board *b, int place);
