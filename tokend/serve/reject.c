/* reject.c - see reject.h */
#include "serve/reject.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "account/lock.h"
#include "account/state.h"
#include "account/strikes.h"
#include "account/token_cache.h"
#include "log.h"

/*
 * The user's plugin reads the cache file by itself and must not take from it
 * for a refused host; so the file says which hosts those are.
 */
static int
refuse_in_cache(struct cache *c, const struct state *st,
    const struct scope *s, const struct account *account, int64_t now,
    struct failure *why)
{
	struct buf hosts = BUF_INIT(STRIKES_MAX * (HOST_MAX + 1));
	int result;

	if (strikes_hosts(st, now, &hosts) == -1) {
		buf_free(&hosts);
		return fail_memory(why);
	}
	c->refused = buf_text(&hosts);
	result = token_cache_write(c, s, account, why);
	buf_free(&hosts);
	return result;
}

static int
apply(const struct request *r, const struct scope *s,
    const struct account *account, struct failure *why)
{
	struct cache c = CACHE_INIT;
	struct state st;
	int64_t now = (int64_t)time(NULL);
	const char *said = r->challenge != NULL ? r->challenge : "";
	int result = 0;

	if (token_cache_read(&c, s, account, now) == 0 &&
	    strcmp(c.id, r->id) == 0) {
		state_read(&st, s, account->name);
		switch (strikes_note(&st, r->host, r->id, said, now)) {
		case STRIKE_DROP:
			log_warning("account \"%s\": %s refused the token "
			    "(%.200s): the next login gets a new one",
			    account->name, r->host, said);
			result = state_write(&st, s, account->name, why);
			if (result == 0)
				token_cache_drop(s, account);
			break;
		case STRIKE_REFUSE:
			log_warning("account \"%s\": %s refused a second fresh "
			    "token (%.200s): no more are spent on it for now",
			    account->name, r->host, said);
			result = state_write(&st, s, account->name, why) == -1
			    ? -1 : refuse_in_cache(&c, &st, s, account, now,
			    why);
			break;
		}
	}
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
    const struct scope *s, const struct account *account, int64_t deadline)
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
		if (apply(r, s, account, &a->failure) == 0)
			a->failure.code = STATUS_OK;
		lock_done(lock);
	}
	close(lock);
}
