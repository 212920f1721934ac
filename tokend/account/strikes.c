/* strikes.c - see strikes.h */
#include "account/strikes.h"

#include <stdio.h>
#include <string.h>

/* Seconds. Refusals further apart have nothing to do with one another. */
#define STRIKE_WINDOW (6 * 3600)
#define REFUSED_FOR 3600

/*
 * Whether a refusal goes on from the one before: it is of the very token that
 * was got because of that, or the host has been refused already. Anything
 * else began well and ended later, and is a first refusal again.
 */
static int
continues(const struct strike *k, const struct state *st, int64_t now)
{
	return k->count > 0 && now >= k->when &&
	    now - k->when <= STRIKE_WINDOW &&
	    (k->count > 1 || st->renewals - 1 == k->renewals);
}

enum strike_result
strikes_note(struct state *st, const char *host, const char *id,
    const char *said, int64_t now)
{
	struct strike *k = state_strike_new(st, host);

	k->count = continues(k, st, now) ? 2 : 1;
	k->when = now;
	k->renewals = st->renewals;
	snprintf(k->id, sizeof(k->id), "%s", id);
	snprintf(k->said, sizeof(k->said), "%s", said);
	make_printable(k->said);
	return k->count == 1 ? STRIKE_DROP : STRIKE_REFUSE;
}

static int
is_refused(const struct strike *k, int64_t now)
{
	return k->count >= 2 && now >= k->when && now < k->when + REFUSED_FOR;
}

int
strikes_refuse(struct state *st, const char *account, const char *host,
    int64_t now, struct failure *why)
{
	const struct strike *k = state_strike(st, host);

	if (k == NULL || !is_refused(k, now))
		return 0;
	/* Its words are cut, not what to do. */
	fail(why, STATUS_REJECTED, "account \"%s\": %s refused two fresh "
	    "tokens (it said: %.80s), so the token is not the reason: check "
	    "that the mailbox may use this protocol there, and that user= is the "
	    "one who signed in; then \"tokend refresh %s\" (else tried again "
	    "in %lld min)", account, host, k->said[0] != '\0' ? k->said :
	    "nothing", account, (long long)(k->when + REFUSED_FOR - now + 59) /
	    60);
	why->retry_after = k->when + REFUSED_FOR - now;
	return 1;
}

int
strikes_hosts(const struct state *st, int64_t now, struct buf *b)
{
	int i;

	for (i = 0; i < STRIKES_MAX; i++)
		if (is_refused(&st->strikes[i], now) &&
		    (buf_adds(b, st->strikes[i].host) == -1 ||
		    buf_adds(b, " ") == -1))
			return -1;
	return 0;
}
