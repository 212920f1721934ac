/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/request/get.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/log.h"
#include "files/lock.h"
#include "lineio.h"
#include "serve/eviction.h"
#include "serve/start_worker.h"
#include "state/host_refusals.h"
#include "state/state.h"
#include "state/token_cache.h"

/*
 * A client that asks after a refresh has lasted this long gets "later" at once:
 * a silent provider blocks its first client, not one after the other (ms). It
 * is less than that client's wait, so the next one finds it exceeded.
 */
#define UNDER_WAY_MOST 9000
#define LOOK_PAUSE 50	/* ms, whether to make room for another */

enum decision {
	DECIDE_GIVE,	/* what is cached is fresh */
	DECIDE_RENEW,	/* give it, and renew it after the answer */
	DECIDE_FETCH,	/* nothing to give: fetch, and wait */
	DECIDE_REFUSE	/* nothing to give, and the last failure holds */
};

/*
 * A host that refused this token gets a newer one or none; the others go on
 * with it.
 */
static enum decision
decide_with_token(struct answer *a, struct cache *c, const struct state *st,
    const struct account *account, const char *host, int64_t now)
{
	int is_due = now >= refusals_fresh_until(st, c);

	if (host == NULL || !refusals_hold_back(st, account->name, host,
	    c->id, now, &a->failure)) {
		answer_from_cache(a, c);
		return !is_due ||
		    state_holds_back(st, account->stamp, now, NULL) ?
		    DECIDE_GIVE : DECIDE_RENEW;
	}
	return state_holds_back(st, account->stamp, now, &a->failure) ||
	    !is_due ? DECIDE_REFUSE : DECIDE_FETCH;
}

static enum decision
decide_answer(struct answer *a, const struct scope *s,
    const struct account *account, const char *host)
{
	struct cache c = CACHE_INIT;
	struct state st;
	int64_t now = clock_seconds();
	enum decision d;

	state_read(&st, s, account->name);
	if (host != NULL && refusals_reject(&st, account->name, host, now,
	    &a->failure))
		return DECIDE_REFUSE;
	if (token_cache_read(&c, s, account, now) == 0 &&
	    now < c.expires - c.min_valid)
		d = decide_with_token(a, &c, &st, account, host, now);
	else
		d = state_holds_back(&st, account->stamp, now, &a->failure) ?
		    DECIDE_REFUSE : DECIDE_FETCH;
	cache_free(&c);
	return d;
}

static void
fail_later(struct answer *a, const char *account, const char *reason)
{
	answer_free(a);
	fail(&a->failure, STATUS_LATER, "account \"%s\": its token is being "
	    "renewed, and %s: nothing to do, it is tried again", account,
	    reason);
	a->failure.retry_after = 5;
}

static void
fail_too_late(struct answer *a, const char *account)
{
	fail_later(a, account, "the provider or the disk is slow");
}

static void
fail_too_many(struct answer *a, const char *account)
{
	fail_later(a, account, "too many requests wait for that already");
}

/* 1 if there is something to read, or it is too late. 0: make room. */
static int
wait_until_readable(int fd, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int64_t left;

	while ((left = deadline - clock_ms()) > 0) {
		if (eviction_must_leave())
			return 0;
		if (poll(&p, 1, left < LOOK_PAUSE ? (int)left :
		    LOOK_PAUSE) > 0)
			break;
	}
	return 1;
}

/* The worker's answer is ours; without one the client gets "later". */
static void
wait_for_worker(struct answer *a, int channel, const char *account,
    int64_t deadline)
{
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);

	if (!wait_until_readable(channel, deadline)) {
		fail_too_many(a, account);
	} else if (io_receive(channel, &raw, deadline) == 0) {
		if (answer_decode(a, &raw, &a->failure) == 0)
			return;
	} else if (errno == ETIMEDOUT) {
		fail_too_late(a, account);
	} else {
		fail(&a->failure, STATUS_INTERNAL, "account \"%s\": "
		    "tokend-worker ended without an answer: see its log",
		    account);
		/* One that was killed had no time for a line of its own. */
		log_warning("account \"%s\": tokend-worker ended during "
		    "a renewal: it was killed, or crashed",
		    account);
	}
	buf_free(&raw);
}

static void
fetch_token(struct answer *a, const char *account, int lock, int64_t deadline)
{
	int channel;

	if (worker_start("refresh", 0, account, lock, -1, &channel,
	    &a->failure) == -1)
		return;
	wait_for_worker(a, channel, account, deadline);
	close(channel);
}

/*
 * While a token is valid it goes on being used, whatever the provider does:
 * also in its last min_valid seconds, when it is that or nothing. Not where it
 * was refused: the reason that there is no newer one says more.
 */
static void
give_what_is_left(struct answer *a, const struct scope *s,
    const struct account *account, const char *host)
{
	struct cache c = CACHE_INIT;
	struct state st;
	int64_t now = clock_seconds();

	state_read(&st, s, account->name);
	if (token_cache_read(&c, s, account, now) == 0 && now < c.expires &&
	    (host == NULL || !refusals_hold_back(&st, account->name, host,
	    c.id, now, NULL)))
		answer_from_cache(a, &c);
	cache_free(&c);
}

/*
 * Another process fetches: waits for its end. -1 when that is too long, also
 * where the lock was free for a moment each time: waiting processes have it
 * shared, and can keep each other from taking it (tests/model).
 */
static int
wait_for_other(int lock, int64_t deadline)
{
	int64_t patience = clock_ms() + UNDER_WAY_MOST - lock_age(lock);

	if (clock_ms() >= deadline)
		return -1;
	return lock_wait(lock, patience < deadline ? patience : deadline,
	    eviction_flag());
}

/*
 * Single flight: decide, take the lock, decide again. What another process
 * did in between is found by the second look, so N clients cause one request.
 */
void
get_answer(struct answer *a, const struct request *r, const struct scope *s,
    const struct account *account, int64_t deadline, int *renew)
{
	int lock = -1, held = 0, waits = 0;
	enum decision d;

	*renew = -1;
	for (;;) {
		d = decide_answer(a, s, account, r->host);
		if (d == DECIDE_GIVE || d == DECIDE_REFUSE)
			break;
		if (held)
			break;
		if (lock == -1 && (lock = lock_open(s, account->name,
		    d == DECIDE_RENEW ? NULL : &a->failure)) == -1)
			break;
		if ((held = lock_try(lock)))
			continue;
		if (d == DECIDE_RENEW)
			break;
		waits = waits || eviction_wait_begin(account->name) == 0;
		if (!waits) {
			fail_too_many(a, account->name);
			break;
		}
		if (wait_for_other(lock, deadline) == -1) {
			if (eviction_must_leave())
				fail_too_many(a, account->name);
			else
				fail_too_late(a, account->name);
			break;
		}
	}
	if (held && d == DECIDE_FETCH && !waits &&
	    eviction_wait_begin(account->name) == -1) {
		fail_too_many(a, account->name);
		d = DECIDE_RENEW;
	}
	if (held && d == DECIDE_FETCH)
		fetch_token(a, account->name, lock, deadline);
	eviction_wait_end();
	if (held && d == DECIDE_RENEW) {
		*renew = lock;
		lock = -1;
	}
	if (lock != -1) {
		if (held && d != DECIDE_FETCH)
			lock_clear_time(lock);	/* else the worker does it */
		close(lock);
	}
	if (a->failure.code != STATUS_OK &&
	    a->failure.code != STATUS_REJECTED)
		give_what_is_left(a, s, account, r->host);
	if (a->failure.code == STATUS_OK)
		a->user = users_for_service(&account->users, r->service);
}
