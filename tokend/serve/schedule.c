/* schedule.c - see schedule.h */
#include "serve/schedule.h"

#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/folder.h"
#include "account/lock.h"
#include "account/state.h"
#include "account/token_cache.h"
#include "log.h"
#include "serve/start.h"

/* Seconds. New accounts and changed files are seen at the next round. */
#define ROUND_LEAST 1
#define ROUND_MOST 30
/* Workers a round: after a night without tokend all accounts are due. */
#define STARTS_MOST 8

static void
renew(const struct scope *s, const char *account)
{
	struct failure why;
	int lock = lock_open(s, account, &why);

	if (lock == -1) {
		log_warning("%s", why.text);
		return;
	}
	if (lock_try(lock) && worker_start("refresh", 0, account, lock, -1,
	    NULL, &why) == -1)
		log_warning("%s", why.text);
	close(lock);
}

/*
 * When the account is due, or 0 if it is not ours to renew: one that nobody
 * has asked for, or whose token a server refused, waits for its next asker.
 */
static int64_t
due_at(const struct scope *s, const char *name, int64_t now)
{
	struct cache c = CACHE_INIT;
	struct account a;
	struct failure why;
	struct state st;
	int64_t due = 0;

	if (account_load(&a, s, name, NULL) == 0 &&
	    token_cache_read(&c, s, &a, now) == 0) {
		due = c.fresh_until;
		state_read(&st, s, a.name);
		if (state_holds_back(&st, a.stamp, now, &why) &&
		    due < st.retry_at)
			due = st.retry_at;
	}
	cache_free(&c);
	account_free(&a);
	return due;
}

int64_t
schedule_round(const struct scope *s)
{
	int64_t now = (int64_t)time(NULL), next = now + ROUND_MOST, due;
	struct failure why;
	struct names n;
	size_t i;
	int started = 0;

	if (names_list(&n, s, &why) == -1)
		log_warning("%s", why.text);
	for (i = 0; i < n.count; i++) {
		due = due_at(s, n.name[i], now);
		if (due != 0 && due <= now && started++ < STARTS_MOST)
			renew(s, n.name[i]);
		else if (due != 0 && due < next)
			next = due;
	}
	names_free(&n);
	next -= now;
	return next < ROUND_LEAST ? ROUND_LEAST : next;
}

void
schedule_run(const struct scope *s)
{
	for (;;)
		poll(NULL, 0, (int)schedule_round(s) * 1000);
}
