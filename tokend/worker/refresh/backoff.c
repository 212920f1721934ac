/* SPDX-License-Identifier: BSD-2-Clause */
#include "refresh/backoff.h"

#include <stdio.h>

/* Seconds. */
#define PAUSE_FIRST 5
#define PAUSE_MOST_UNANSWERED 60
#define PAUSE_MOST_ANSWERED 900
#define RETRY_AFTER_MOST 3600
#define PERMANENT_PAUSE 3600

int
backoff_is_permanent(enum status code)
{
	return code == STATUS_SIGN_IN || code == STATUS_CONFIG;
}

/* Where the consent expires soon, a quarter of what is left at most. */
static int64_t
pause_most(const struct token_failure *f, const struct state *st, int64_t now)
{
	int64_t most = f->answered ? PAUSE_MOST_ANSWERED :
	    PAUSE_MOST_UNANSWERED, left = st->consent.at - now;

	if (left > 0 && left / 4 < most)
		most = left / 4 > PAUSE_FIRST ? left / 4 : PAUSE_FIRST;
	return most;
}

static int64_t
pause_for(const struct token_failure *f, int64_t failures, int64_t most)
{
	int64_t pause = PAUSE_FIRST;

	/* Unanswered, a file of this machine is wrong, and may be fixed. */
	if (f->answered && backoff_is_permanent(f->failure.code))
		return PERMANENT_PAUSE;
	for (; failures > 1 && pause < most; failures--)
		pause *= 2;
	if (pause > most)
		pause = most;
	if (f->failure.retry_after > pause)
		pause = f->failure.retry_after < RETRY_AFTER_MOST ?
		    f->failure.retry_after : RETRY_AFTER_MOST;
	return pause;
}

void
backoff_note(struct state *st, const struct token_failure *f,
    const char *stamp, int64_t now, unsigned random)
{
	int64_t pause;

	st->failures++;
	pause = pause_for(f, st->failures, pause_most(f, st, now));
	st->tried = now;
	/* Only ever later: a provider's own Retry-After is a lower bound. */
	st->retry_at = now + pause + pause * (int64_t)random / 10000;
	st->code = f->failure.code;
	snprintf(st->text, sizeof(st->text), "%s", f->failure.text);
	snprintf(st->stamp, sizeof(st->stamp), "%s", stamp);
	st->detail = f->detail;
}
