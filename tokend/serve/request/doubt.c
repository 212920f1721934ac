/* SPDX-License-Identifier: BSD-2-Clause */
/* doubt.c - see doubt.h */
#include "serve/request/doubt.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "files/lock.h"
#include "serve/log_throttle.h"
#include "state/interrupted.h"
#include "state/state.h"
#include "state/token_cache.h"

#define DOUBT_PAUSE 3600	/* s between two renewals for doubts */

static int
is_too_soon(const struct state *st, const struct account *account,
    int64_t now)
{
	return (st->doubted > 0 && now >= st->doubted &&
	    now - st->doubted < DOUBT_PAUSE) ||
	    state_holds_back(st, account->stamp, now, NULL);
}

/* The state first: a cache that is due without it could be so again at once. */
static int
make_due(struct cache *c, struct state *st, const struct scope *s,
    const struct account *account, int64_t now, struct failure *why)
{
	st->doubted = now;
	if (state_write(st, s, account->name, why) == -1)
		return -1;
	if (c->fresh_until > now)
		c->fresh_until = now;
	return token_cache_write(c, s, account, why) == -1 ? -1 : 1;
}

/* 1: the token is to be renewed; 0: nothing is; -1 with why. */
static int
apply_doubt(const struct request *r, const struct scope *s,
    const struct account *account, uid_t uid, struct failure *why)
{
	struct cache c = CACHE_INIT;
	struct state st;
	int64_t now = (int64_t)time(NULL);
	int result = 0;

	state_read(&st, s, account->name);
	/* Newer than its mark, what is written here would hide it. */
	interrupted_find(&st, s, account->name);
	if (token_cache_read(&c, s, account, now) == 0 &&
	    strcmp(c.id, r->id) == 0 && !is_too_soon(&st, account, now))
		result = make_due(&c, &st, s, account, now, why);
	if (result == 1)
		throttle_warning(uid, THROTTLE_REFUSED, account->name,
		    "account \"%s\": a login did not succeed, and the server "
		    "gave the plugin no reason: the token is renewed, in case "
		    "that was the reason", account->name);
	cache_free(&c);
	return result;
}

void
doubt_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline, int *renew)
{
	int lock, result = -1;

	*renew = -1;
	if ((lock = lock_open(s, account->name, &a->failure)) == -1)
		return;
	if (lock_take(lock, deadline) == -1) {
		fail(&a->failure, STATUS_LATER, "account \"%s\": its token is "
		    "being renewed already", account->name);
		close(lock);
		return;
	}
	result = apply_doubt(r, s, account, uid, &a->failure);
	if (result != -1)
		a->failure.code = STATUS_OK;
	if (result == 1) {
		*renew = lock;
		return;
	}
	lock_clear_time(lock);
	close(lock);
}
