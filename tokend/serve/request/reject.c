/* SPDX-License-Identifier: BSD-2-Clause */
/* reject.c - see reject.h */
#include "serve/request/reject.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "echo.h"
#include "files/lock.h"
#include "knowledge/mail_passing.h"
#include "name.h"
#include "serve/log_throttle.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"
#include "state/state.h"
#include "state/token_cache.h"

/*
 * The user's plugin reads the cache file by itself, and must not take from it
 * for a host that refused this token, nor put off that it is due; so the file
 * says both.
 */
static int
note_in_cache(struct cache *c, const struct state *st, const struct scope *s,
    const struct account *account, int64_t now, struct failure *why)
{
	struct buf hosts = BUF_INIT(REFUSALS_MAX * (HOST_MAX + 1));
	int result;

	if (refusals_list_hosts(st, c->id, now, &hosts) == -1) {
		buf_free(&hosts);
		return fail_memory(why);
	}
	c->refused = buf_text(&hosts);
	c->fresh_until = refusals_fresh_until(st, c);
	result = token_cache_write(c, s, account, why);
	buf_free(&hosts);
	return result;
}

/* The client has masked them, if it is our plugin. */
static int
mask_words(char said[SAID_MAX + 1], const char *challenge,
    const struct cache *c, struct failure *why)
{
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);
	int result = echo_add_token(&secrets, c->token, strlen(c->token));

	said[0] = '\0';
	if (result == -1)
		fail_memory(why);
	else if (challenge != NULL)
		echo_mask(&secrets, said, SAID_MAX + 1, challenge,
		    strlen(challenge));
	buf_free(&secrets);
	return result;
}

/* One line for what changes something, however many say the same. */
static void
log_refusal(const struct account *account, uid_t uid, const char *host,
    const char *said, enum refusal_result result)
{
	if (result == REFUSAL_REPLACE)
		throttle_warning(uid, THROTTLE_REFUSED, account->name,
		    "account \"%s\": %s refused the token (%s): the next "
		    "login there gets a new one", account->name, host, said);
	else if (result == REFUSAL_REFUSE)
		throttle_warning(uid, THROTTLE_REFUSED, account->name,
		    "account \"%s\": %s refused a second fresh token "
		    "(%s): no more are spent on it for now", account->name,
		    host, said);
}

/* That tells nothing of the token: it stays as it is, for this host too. */
static void
log_passing(const struct account *account, uid_t uid, const char *host,
    const char *said)
{
	throttle_warning(uid, THROTTLE_REFUSED, account->name,
	    "account \"%s\": %s takes no login for now (%s): the token is "
	    "kept, as the server says that this passes by itself",
	    account->name, host, said);
}

/* The state before the cache: a host that repeats itself completes that. */
static int
note_refusal(struct cache *c, const struct request *r, const struct scope *s,
    const struct account *account, uid_t uid, int64_t now,
    struct failure *why)
{
	struct state st;
	char said[SAID_MAX + 1];
	enum refusal_result noted;
	int was_interrupted;

	if (mask_words(said, r->challenge, c, why) == -1)
		return -1;
	if (r->challenge != NULL && mail_challenge_passing(r->challenge)) {
		log_passing(account, uid, r->host, said);
		return 0;
	}
	state_read(&st, s, account->name);
	/* Newer than its mark, what is written here would hide it. */
	was_interrupted = interrupted_find(&st, s, account->name);
	noted = refusals_note(&st, r->host, r->id, said, now);
	if (noted == REFUSAL_KNOWN && host_matches(c->refused, r->host))
		return 0;
	log_refusal(account, uid, r->host, said, noted);
	if ((noted != REFUSAL_KNOWN || was_interrupted) &&
	    state_write(&st, s, account->name, why) == -1)
		return -1;
	return note_in_cache(c, &st, s, account, now, why);
}

static int
apply_refusal(const struct request *r, const struct scope *s,
    const struct account *account, uid_t uid, struct failure *why)
{
	struct cache c = CACHE_INIT;
	int64_t now = (int64_t)time(NULL);
	int result = 0;

	if (token_cache_read(&c, s, account, now) == 0 &&
	    strcmp(c.id, r->id) == 0)
		result = note_refusal(&c, r, s, account, uid, now, why);
	cache_free(&c);
	return result;
}

/* A name or an address, and no pattern: it is kept, and compared. */
static int
is_host(const char *host)
{
	return host != NULL && host[0] != '\0' && strlen(host) <= HOST_MAX &&
	    host[strspn(host, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-[]%")] == '\0';
}

void
reject_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline)
{
	int lock;

	if (!is_host(r->host)) {
		fail(&a->failure, STATUS_INTERNAL, "account \"%s\": a reject "
		    "names no proper host", account->name);
		return;
	}
	if ((lock = lock_open(s, account->name, &a->failure)) == -1)
		return;
	if (lock_take(lock, deadline) == -1)
		fail(&a->failure, STATUS_LATER, "account \"%s\": its token is "
		    "being renewed already", account->name);
	else {
		if (apply_refusal(r, s, account, uid, &a->failure) == 0)
			a->failure.code = STATUS_OK;
		lock_clear_time(lock);
	}
	close(lock);
}
