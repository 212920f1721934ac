/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/request/report.h"

#include <string.h>
#include <unistd.h>

#include "echo.h"
#include "files/lock.h"
#include "knowledge/mail_passing.h"
#include "lineio.h"
#include "base/name.h"
#include "serve/log_throttle.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"
#include "state/state.h"
#include "state/token_cache.h"

#define DOUBT_PAUSE 3600	/* s between two renewals for doubts */

/* One report, under the account's lock. */
struct report {
	const struct request *request;
	const struct scope *scope;
	const struct account *account;
	uid_t uid;
	int64_t now;
	struct cache cache;
	struct state state;
	int was_interrupted;
	struct failure *why;
};

enum outcome {
	OUTCOME_FAILED,		/* why says it */
	OUTCOME_DONE,
	OUTCOME_RENEW		/* the token is to be renewed */
};

/*
 * The user's plugin reads the cache file by itself, and must not take from it
 * for a host that refused this token, nor put off that it is due; so the file
 * says both.
 */
static enum outcome
write_refusals(struct report *p)
{
	struct buf hosts = BUF_INIT(REFUSALS_MAX * (HOST_MAX + 1));
	struct cache *c = &p->cache;
	enum outcome result = OUTCOME_FAILED;

	if (refusals_list_hosts(&p->state, c->id, p->now, &hosts) == -1) {
		fail_memory(p->why);
		goto out;
	}
	c->refused = buf_text(&hosts);
	c->fresh_until = refusals_fresh_until(&p->state, c);
	if (token_cache_write(c, p->scope, p->account, p->why) == 0)
		result = OUTCOME_DONE;
out:
	buf_free(&hosts);
	return result;
}

/* The client has masked them, if it is our plugin. */
static int
mask_words(struct report *p, char said[SAID_MAX + 1])
{
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);
	const char *token = p->cache.token, *words = p->request->challenge;
	int result = echo_add_token(&secrets, token, strlen(token));

	said[0] = '\0';
	if (result == -1)
		fail_memory(p->why);
	else if (words != NULL)
		echo_mask(&secrets, said, SAID_MAX + 1, words, strlen(words));
	buf_free(&secrets);
	return result;
}

static void
log_refusal(const struct report *p, const char *did, const char *said,
    const char *follows)
{
	throttle_warning(p->uid, THROTTLE_REFUSED, p->account->name,
	    "account \"%s\": %s %s (%s): %s", p->account->name,
	    p->request->host, did, said, follows);
}

/* The state before the cache: a host that repeats itself completes that. */
static enum outcome
apply_reject(struct report *p)
{
	const struct request *r = p->request;
	char said[SAID_MAX + 1];
	enum refusal_result noted;

	if (mask_words(p, said) == -1)
		return OUTCOME_FAILED;
	if (r->challenge != NULL && mail_challenge_passing(r->challenge)) {
		log_refusal(p, "takes no login for now", said, "the token is "
		    "kept, as the server says that this passes by itself");
		return OUTCOME_DONE;
	}
	noted = refusals_note(&p->state, r->host, r->id, said, p->now);
	if (noted == REFUSAL_KNOWN && host_matches(p->cache.refused, r->host))
		return OUTCOME_DONE;
	/* One line for what changes something, however many say the same. */
	if (noted == REFUSAL_REPLACE)
		log_refusal(p, "refused the token", said,
		    "the next login there gets a new one");
	else if (noted == REFUSAL_REFUSE)
		log_refusal(p, "refused a second fresh token", said,
		    "no more are spent on it for now");
	if ((noted != REFUSAL_KNOWN || p->was_interrupted) &&
	    state_write(&p->state, p->scope, p->account->name, p->why) == -1)
		return OUTCOME_FAILED;
	return write_refusals(p);
}

/* The state first: a cache that is due without it could be so again at once. */
static enum outcome
apply_doubt(struct report *p)
{
	const struct account *a = p->account;
	struct state *st = &p->state;

	if ((st->doubted > 0 && p->now >= st->doubted &&
	    p->now - st->doubted < DOUBT_PAUSE) ||
	    state_holds_back(st, a->stamp, p->now, NULL))
		return OUTCOME_DONE;
	st->doubted = p->now;
	if (p->cache.fresh_until > p->now)
		p->cache.fresh_until = p->now;
	if (state_write(st, p->scope, a->name, p->why) == -1 ||
	    token_cache_write(&p->cache, p->scope, a, p->why) == -1)
		return OUTCOME_FAILED;
	throttle_warning(p->uid, THROTTLE_REFUSED, a->name, "account \"%s\": a "
	    "login did not succeed, and the server gave the plugin no reason: "
	    "the token is renewed, in case that was the reason", a->name);
	return OUTCOME_RENEW;
}

static enum outcome
apply_report(struct report *p)
{
	const char *name = p->account->name;
	enum outcome result = OUTCOME_DONE;

	if (token_cache_read(&p->cache, p->scope, p->account, p->now) == 0 &&
	    strcmp(p->cache.id, p->request->id) == 0) {
		state_read(&p->state, p->scope, name);
		/* Newer than its mark, what is written here would hide it. */
		p->was_interrupted = interrupted_find(&p->state, p->scope,
		    name);
		result = p->request->verb == VERB_DOUBT ? apply_doubt(p) :
		    apply_reject(p);
	}
	cache_free(&p->cache);
	return result;
}

/* A name or an address, and no pattern: it is kept, and compared. */
static int
is_host_name(const char *host)
{
	return host != NULL && host[0] != '\0' && strlen(host) <= HOST_MAX &&
	    host[strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-[]%")] == '\0';
}

void
report_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline, int *renew)
{
	struct report p = { .request = r, .scope = s, .account = account,
	    .uid = uid, .cache = CACHE_INIT,
	    .why = &a->failure };
	enum outcome result;
	int lock;

	*renew = -1;
	if (r->verb == VERB_REJECT && !is_host_name(r->host)) {
		fail(&a->failure, STATUS_INTERNAL, "account \"%s\": a reject "
		    "names no proper host", account->name);
		return;
	}
	if ((lock = lock_open(s, account->name, &a->failure)) == -1)
		return;
	if (lock_take(lock, deadline) == -1) {
		fail(&a->failure, STATUS_LATER, "account \"%s\": its token is "
		    "being renewed already", account->name);
		close(lock);
		return;
	}
	p.now = clock_seconds();
	result = apply_report(&p);
	if (result != OUTCOME_FAILED)
		a->failure.code = STATUS_OK;
	if (result == OUTCOME_RENEW) {
		*renew = lock;
		return;
	}
	lock_clear_time(lock);
	close(lock);
}
