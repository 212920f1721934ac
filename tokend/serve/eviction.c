/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/eviction.h"

#include <stddef.h>

#include "lineio.h"
#include "serve/hash.h"

/*
 * A client sends its request at once. Late ones have much time while few places
 * are taken; then less, and least the clients of a user with many such
 * connections (ms).
 */
#define TAKEN_FEW 64			/* places that are taken */
#define TAKEN_MANY 192
#define SILENT_MANY 16	/* silent ones of a user */
#define SILENT_MANY_WHEN_FULL 4
#define PATIENCE_LONG 1000
#define PATIENCE_SHORT 250
#define PATIENCE_LEAST 50

/* Set once, by eviction_join. */
static struct board *board;
static struct board_place *own_place;

void
eviction_join(struct board *b, int place)
{
	board = b;
	own_place = &b->place[place];
}

static int
patience_for(int taken, int silent)
{
	if (taken <= TAKEN_MANY)
		return silent <= SILENT_MANY ? PATIENCE_LONG :
		    PATIENCE_SHORT;
	return silent <= SILENT_MANY_WHEN_FULL ? PATIENCE_SHORT :
	    PATIENCE_LEAST;
}

int
eviction_read_begin(uid_t uid, int patience)
{
	uint64_t user = (uint64_t)uid + 1;
	int i, taken = 0, silent = 0;

	if (own_place == NULL)
		return patience;
	atomic_store(&own_place->reads_from, user);
	for (i = 0; i < ANSWERERS_MAX; i++) {
		taken += atomic_load(&board->place[i].is_busy) != 0;
		silent += atomic_load(&board->place[i].reads_from) == user;
	}
	return taken <= TAKEN_FEW ? patience : patience_for(taken, silent);
}

void
eviction_read_end(void)
{
	if (own_place != NULL)
		atomic_store(&own_place->reads_from, 0);
}

/* The account that p waits for; 0 if it is evicted already. */
static uint64_t
waits_for(struct board_place *p)
{
	return atomic_load(&p->must_leave) ? 0 : atomic_load(&p->waits_for);
}

static int
count_waiters(struct board *b, uint64_t account)
{
	int i, n = 0;
	uint64_t one;

	for (i = 0; i < ANSWERERS_MAX; i++) {
		one = waits_for(&b->place[i]);
		n += account != 0 ? one == account : one != 0;
	}
	return n;
}

/*
 * The longest waiting client of the account with the most waiting clients; at
 * least as many as least, and not this one. NULL if there is none.
 */
static struct board_place *
find_place_to_free(struct board *b, int least)
{
	struct board_place *found = NULL, *p;
	int i, n, most = least;
	uint64_t account;

	for (i = 0; i < ANSWERERS_MAX; i++) {
		p = &b->place[i];
		account = waits_for(p);
		if (p == own_place || account == 0)
			continue;
		n = count_waiters(b, account);
		if (n < most || (n == most && found != NULL &&
		    atomic_load(&found->since) <= atomic_load(&p->since)))
			continue;
		found = p;
		most = n;
	}
	return found;
}

int
eviction_wait_begin(const char *account)
{
	struct board_place *freed;
	uint64_t number;
	int n;

	if (own_place == NULL)
		return 0;
	number = hash_text(HASH_BEGIN, account) | 1;
	atomic_store(&own_place->must_leave, 0);
	atomic_store(&own_place->since, clock_ms());
	atomic_store(&own_place->waits_for, number);
	if (count_waiters(board, 0) <= EVICTION_WAITERS_MAX)
		return 0;
	/* The first of an account takes the place of the oldest. */
	n = count_waiters(board, number);
	freed = find_place_to_free(board, n == 1 ? 1 : n + 1);
	if (freed == NULL) {
		atomic_store(&own_place->waits_for, 0);
		return -1;
	}
	atomic_store(&freed->must_leave, 1);
	return 0;
}

const _Atomic(int) *
eviction_flag(void)
{
	return own_place != NULL ? &own_place->must_leave : NULL;
}

int
eviction_must_leave(void)
{
	return own_place != NULL && atomic_load(&own_place->must_leave) != 0;
}

void
eviction_wait_end(void)
{
	if (own_place == NULL)
		return;
	atomic_store(&own_place->waits_for, 0);
	atomic_store(&own_place->must_leave, 0);
}

void
eviction_clear(struct board *b, int place)
{
	struct board_place *p = &b->place[place];

	atomic_store(&p->is_busy, 0);
	atomic_store(&p->reads_from, 0);
	atomic_store(&p->waits_for, 0);
	atomic_store(&p->must_leave, 0);
}
