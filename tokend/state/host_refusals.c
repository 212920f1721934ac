/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/shell_word.h"
#include "state/host_refusals.h"

#include <stdio.h>
#include <string.h>

#include "common/date.h"

/* Seconds. Refusals further apart have nothing to do with one another. */
#define REFUSAL_WINDOW (6 * 3600)
#define REFUSED_FOR 3600
/* Between two replacements because of refusals, by all hosts together. */
#define REPLACE_PAUSE_FIRST 30
#define REPLACE_PAUSE_MOST 3600

/* In the place of a strike's renewals: its one excuse was taken. */
#define EXCUSED (-1)

static int
is_recent(const struct refusal *k, int64_t now)
{
	return k->count > 0 && now >= k->when &&
	    now - k->when <= REFUSAL_WINDOW;
}

static int
is_refused(const struct refusal *k, int64_t now)
{
	return k->count >= 2 && now >= k->when && now < k->when + REFUSED_FOR;
}

/* The host is owed another token than id. */
static int
is_owed(const struct refusal *k, const char *id)
{
	return k->count == 1 && strcmp(k->id, id) == 0;
}

static int64_t
replace_pause(int64_t replaced)
{
	int64_t pause = REPLACE_PAUSE_FIRST;

	for (; replaced > 1 && pause < REPLACE_PAUSE_MOST; replaced--)
		pause *= 2;
	return pause < REPLACE_PAUSE_MOST ? pause : REPLACE_PAUSE_MOST;
}

/* The current token becomes due, but not too soon after the last that did. */
static void
make_due(struct state *st, int64_t now)
{
	int64_t pause = replace_pause(st->replaced);
	int64_t at = st->replaced > 0 ? st->replace_at + pause : 0;

	if (now - at > REFUSAL_WINDOW)
		st->replaced = 0;
	/* Further off only if the clock was set back, or by short lives. */
	if (at > now + pause)
		at = now + pause;
	st->replace_at = now > at ? now : at;
	st->replaced++;
}

int64_t
refusals_replace_at(const struct state *st, const char *id)
{
	int i;

	for (i = 0; i < REFUSALS_MAX; i++)
		if (is_owed(&st->refusals[i], id))
			return st->replace_at;
	return 0;
}

int64_t
refusals_fresh_until(const struct state *st, const struct cache *c)
{
	int64_t at = refusals_replace_at(st, c->id);

	return at != 0 && at < c->fresh_until ? at : c->fresh_until;
}

/* What one more refusal, of the token id, makes of a host's strike. */
static void
count_refusal(struct refusal *k, const struct state *st, const char *id,
    int64_t now)
{
	if (!is_recent(k, now)) {
		k->count = 1;
		k->renewals = st->renewals;
	} else if (k->count == 1) {
		if (k->renewals == st->renewals || k->renewals == EXCUSED)
			k->count = 2;
		else
			k->renewals = EXCUSED;
	}
	k->when = now;
	snprintf(k->id, sizeof(k->id), "%s", id);
}

enum refusal_result
refusals_note(struct state *st, const char *host, const char *id,
    const char *said, int64_t now)
{
	int is_due = refusals_replace_at(st, id) != 0;
	struct refusal *k = state_add_refusal(st, host);

	if (is_refused(k, now) || (is_owed(k, id) && is_recent(k, now)))
		return REFUSAL_KNOWN;
	count_refusal(k, st, id, now);
	snprintf(k->said, sizeof(k->said), "%s", said);
	make_printable(k->said, sizeof(k->said));
	if (k->count > 1)
		return REFUSAL_REFUSE;
	if (is_due)
		return REFUSAL_LATER;
	make_due(st, now);
	return REFUSAL_REPLACE;
}

static const char *
words_of(const struct refusal *k)
{
	return k->said[0] != '\0' ? k->said : "nothing";
}

int
refusals_hold_back(const struct state *st, const char *account,
    const char *host, const char *id, int64_t now, struct failure *why)
{
	const struct refusal *k = state_find_refusal(st, host);
	char duration[DURATION_MAX];
	int64_t left;

	if (k == NULL || !is_owed(k, id))
		return 0;
	left = st->replace_at > now ? st->replace_at - now : 0;
	fail(why, STATUS_LATER, "account \"%s\": %s refused the current token "
	    "(it said: %.80s), and refusals had one replaced just before: the "
	    "next one comes in %s. Fix: nothing to do, it is tried again; "
	    "\"tokend refresh %s\" does it at once", account, host,
	    words_of(k), duration_text(duration, left), SHELL_NAME(account));
	if (why != NULL)
		why->retry_after = left;
	return 1;
}

int
refusals_reject(const struct state *st, const char *account, const char *host,
    int64_t now, struct failure *why)
{
	const struct refusal *k = state_find_refusal(st, host);

	if (k == NULL || !is_refused(k, now))
		return 0;
	/* Its words are cut, not what to do. */
	fail(why, STATUS_REJECTED, "account \"%s\": %s refused two fresh "
	    "tokens (it said: %.80s), so the token is not the reason: check "
	    "that the mailbox may use this protocol there, and that user= is "
	    "the one who signed in; then \"tokend refresh %s\" (else tried "
	    "again in %lld min)", account, host, words_of(k),
	    SHELL_NAME(account),
	    (long long)(k->when + REFUSED_FOR - now + 59) / 60);
	why->retry_after = k->when + REFUSED_FOR - now;
	return 1;
}

int
refusals_list_hosts(const struct state *st, const char *id, int64_t now,
    struct buf *b)
{
	const struct refusal *k;

	for (k = st->refusals; k < st->refusals + REFUSALS_MAX; k++)
		if ((is_refused(k, now) || is_owed(k, id)) &&
		    (buf_adds(b, k->host) == -1 || buf_adds(b, " ") == -1))
			return -1;
	return 0;
}

void
refusals_note_renewal(struct state *st, const char *before)
{
	if (before == NULL || refusals_replace_at(st, before) == 0)
		st->renewals++;
}

void
refusals_forget(struct state *st)
{
	memset(st->refusals, 0, sizeof(st->refusals));
	st->replaced = st->replace_at = st->doubted = 0;
}
