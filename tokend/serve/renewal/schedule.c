/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/renewal/schedule.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "common/date.h"
#include "common/log.h"
#include "files/folder.h"
#include "files/lock.h"
#include "lineio.h"
#include "proto.h"
#include "serve/hash.h"
#include "serve/renewal/known_accounts.h"
#include "serve/renewal/running_workers.h"
#include "serve/start_worker.h"
#include "state/due.h"
#include "state/host_refusals.h"
#include "state/state.h"
#include "state/token_cache.h"

/* ms. New accounts and changed files are seen at the next round. */
#define ROUND_LEAST 1000
#define ROUND_MOST 30000
/* A worker that goes on for longer waits for a disk: it keeps no place. */
#define WORKER_LIFE_MAX 120000
#define ANSWER_WAIT 1000	/* for an answer that has begun */

/* Those that failed the last time have a turn of their own, after the rest. */
enum turn {
	TURN_USUAL,
	TURN_FAILED,
	TURNS
};

struct schedule {
	const struct scope *scope;
	struct known_accounts known;
	struct running_workers running;
	struct failure_memory listing;		/* of accounts/ itself */
	char last[TURNS][NAME_MAX_LEN + 1];	/* started; the next goes on */
	int64_t round;			/* clock_ms of the last one */
};

/*
 * A number for the files that a renewal depends on: another state, another
 * number. That there are no credentials is a state, too.
 */
static uint64_t
hash_files(const struct scope *s, const struct account *a)
{
	char stamp[STAMP_MAX] = "";
	struct stat st;
	int folder = folder_open(s, "credentials", NULL);

	if (folder != -1) {
		if (fstatat(folder, a->name, &st, AT_SYMLINK_NOFOLLOW) == 0)
			cache_stamp(stamp, &st);
		close(folder);
	}
	return hash_text(hash_text(HASH_BEGIN, a->stamp), stamp);
}

/* Remembers a failure that is not on the disk, and logs it. */
static void
note_failure(struct known_account *k, uint64_t mark, const struct failure *why)
{
	char duration[DURATION_MAX];

	if (failure_memory_note(&k->memory, mark, why->text, clock_ms()))
		log_warning("%s: tried again in %s", why->text,
		    duration_text(duration, k->memory.pause / 1000));
	k->has_failed = 1;
}

/*
 * Without a token that counts, as after a change of its file, an account waits
 * for its first client; but not its consent, if that has an end that may move.
 */
static int64_t
due_of_consent(const struct state *st, int64_t now)
{
	const struct consent_end *e = &st->consent;

	return e->at > now ? due_before_end(st->refreshed, e->since, e->at) :
	    0;
}

/*
 * Sets when the account is due, or 0 if it is not ours to renew. Returns the
 * mark of its files, for an account that is due now.
 */
static uint64_t
look_at(struct known_account *k, const struct scope *s)
{
	struct cache c = CACHE_INIT;
	struct account a;
	struct failure why;
	struct state st;
	int64_t now = clock_seconds();
	uint64_t mark = 0;
	int is_whole = account_load(&a, s, k->name, &why) == 0;

	k->due = 0;
	if (is_whole) {
		state_read(&st, s, a.name);
		k->due = token_cache_read(&c, s, &a, now) == 0 ?
		    refusals_fresh_until(&st, &c) : due_of_consent(&st, now);
	}
	if (k->due != 0) {
		k->provider = running_workers_provider(&a);
		k->has_failed = st.failures > 0 || k->memory.pause > 0;
		if (state_holds_back(&st, a.stamp, now, NULL) &&
		    k->due < st.retry_at)
			k->due = st.retry_at;
	}
	if (k->due != 0 && k->due <= now)
		mark = hash_files(s, &a);
	else if (is_whole)
		failure_memory_clear(&k->memory);
	else if (why.code != STATUS_NO_ACCOUNT &&
	    failure_memory_note(&k->memory, 0, why.text, clock_ms()))
		log_warning("%s", why.text);
	cache_free(&c);
	account_free(&a);
	return mark;
}

static void
start_worker(struct schedule *sch, struct known_account *k, uint64_t mark)
{
	struct failure why;
	int channel, lock = lock_open(sch->scope, k->name, &why);

	if (lock == -1) {
		note_failure(k, mark, &why);
		return;
	}
	if (!lock_try(lock)) {
		/* It is being renewed already: no start, and no failure. */
		k->look_at = clock_ms() + ROUND_LEAST;
	} else if (worker_start("refresh", 0, k->name, lock, -1, &channel,
	    &why) == -1) {
		lock_clear_time(lock);
		note_failure(k, mark, &why);
	} else {
		running_workers_add(&sch->running, k->name, k->provider,
		    k->has_failed, channel, clock_ms());
		k->is_running = 1;
	}
	close(lock);
}

/* What the last look says; 0 for one that is out already. */
static int
may_start(const struct schedule *sch, const struct known_account *k,
    enum turn turn)
{
	return k->due != 0 && k->due <= clock_seconds() && !k->is_running &&
	    k->look_at <= clock_ms() && k->memory.until <= clock_ms() &&
	    k->has_failed == (turn == TURN_FAILED) &&
	    running_workers_have_room(&sch->running, k->provider,
	    k->has_failed);
}

/* The files may have changed since they were looked at. */
static void
start_due(struct schedule *sch, enum turn turn)
{
	size_t i, count = sch->known.count, first;
	struct known_account *k;
	uint64_t mark;

	first = known_accounts_after(&sch->known, sch->last[turn]);
	for (i = 0; i < count; i++) {
		k = &sch->known.known[(first + i) % count];
		if (!may_start(sch, k, turn))
			continue;
		mark = look_at(k, sch->scope);
		if (!may_start(sch, k, turn))
			continue;
		start_worker(sch, k, mark);
		snprintf(sch->last[turn], sizeof(sch->last[turn]), "%s",
		    k->name);
	}
}

/* Looks at every account. One that cannot be read costs the others nothing. */
static void
begin_round(struct schedule *sch)
{
	struct failure why;
	struct names n;
	struct known_account *k;
	uint64_t mark;
	size_t i;

	sch->round = clock_ms();
	if (names_list(&n, sch->scope, &why) == -1) {
		if (failure_memory_note(&sch->listing, 0, why.text, sch->round))
			log_warning("%s", why.text);
	} else {
		failure_memory_clear(&sch->listing);
		known_accounts_update(&sch->known, &n);
	}
	names_free(&n);
	for (i = 0; i < sch->known.count; i++) {
		k = &sch->known.known[i];
		if (k->is_running)
			continue;
		mark = look_at(k, sch->scope);
		/* Changed files are tried at once. */
		if (!failure_memory_holds(&k->memory, mark, sch->round))
			k->memory.until = 0;
	}
}

/* A worker has answered or ended: what came of it is on the disk, or not. */
static void
finish_worker(struct schedule *sch, struct running_worker *one,
    const struct failure *why)
{
	struct known_account *k = known_accounts_find(&sch->known,
	    one->account);
	uint64_t mark;

	running_workers_end(one);
	if (k == NULL)
		return;
	k->is_running = 0;
	mark = look_at(k, sch->scope);
	if (k->due == 0 || k->due > clock_seconds())
		return;
	if (why->code == STATUS_OK)
		k->look_at = clock_ms() + ROUND_LEAST;
	else
		note_failure(k, mark, why);
}

static void
receive_answer(struct schedule *sch, struct running_worker *one)
{
	struct answer a = ANSWER_INIT;
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);

	if (io_receive(one->channel, &raw, clock_ms() + ANSWER_WAIT) == -1 ||
	    answer_decode(&a, &raw, &a.failure) == -1)
		fail(&a.failure, STATUS_INTERNAL, "account \"%s\": its token "
		    "was not renewed: tokend-worker ended without an answer",
		    one->account);
	finish_worker(sch, one, &a.failure);
	answer_free(&a);
	buf_free(&raw);
}

static void
give_up_worker(struct schedule *sch, struct running_worker *one)
{
	struct failure why;

	fail(&why, STATUS_LATER, "account \"%s\": tokend-worker has been "
	    "renewing its token for %d s: the disk or the network does not "
	    "answer", one->account, WORKER_LIFE_MAX / 1000);
	finish_worker(sch, one, &why);
}

static void
keep_earlier(int64_t *a, int64_t b)
{
	if (b < *a)
		*a = b;
}

/* clock_ms of the next thing to do other than a worker's end. */
static int64_t
next_event(const struct schedule *sch)
{
	int64_t now = clock_ms(), wall = clock_seconds(), at;
	int64_t next = sch->round + ROUND_MOST;
	const struct known_account *k = sch->known.known;
	size_t i;

	for (i = 0; i < sch->known.count; i++, k++) {
		if (k->due == 0 || k->is_running)
			continue;
		at = now + (k->due - wall) * 1000;
		if (at < k->look_at)
			at = k->look_at;
		if (at < k->memory.until)
			at = k->memory.until;
		/* One that only waits for a place starts when there is one. */
		if (at > now || running_workers_have_room(&sch->running,
		    k->provider, k->has_failed))
			keep_earlier(&next, at);
	}
	for (i = 0; i < RUNNING_WORKERS_MAX; i++)
		if (sch->running.worker[i].channel != -1)
			keep_earlier(&next, sch->running.worker[i].begun +
			    WORKER_LIFE_MAX);
	return next < sch->round + ROUND_LEAST ? sch->round + ROUND_LEAST :
	    next;
}

/* Waits until then, or until a worker has something to say. */
static void
wait_for_workers(struct schedule *sch, int64_t until)
{
	struct pollfd p[RUNNING_WORKERS_MAX];
	struct running_worker *one = sch->running.worker;
	int64_t left = until - clock_ms();
	int i;

	for (i = 0; i < RUNNING_WORKERS_MAX; i++)	/* poll(2) skips -1 */
		p[i] = (struct pollfd){ .fd = one[i].channel,
		    .events = POLLIN };
	if (poll(p, RUNNING_WORKERS_MAX, left > 0 ? (int)left : 0) == -1)
		return;
	for (i = 0; i < RUNNING_WORKERS_MAX; i++) {
		if (one[i].channel == -1)
			continue;
		if (p[i].revents != 0)
			receive_answer(sch, &one[i]);
		else if (clock_ms() >= one[i].begun + WORKER_LIFE_MAX)
			give_up_worker(sch, &one[i]);
	}
}

void
schedule_run(const struct scope *s, struct throttle *t)
{
	struct schedule sch = { .scope = s };
	int64_t next = 0;

	running_workers_init(&sch.running);
	for (;;) {
		if (clock_ms() >= next)
			begin_round(&sch);
		throttle_flush(t, clock_ms());
		start_due(&sch, TURN_USUAL);
		start_due(&sch, TURN_FAILED);
		next = next_event(&sch);
		wait_for_workers(&sch, next);
	}
}
