/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/due.h"

/* Seconds. */
#define MIN_VALID 60		/* where the settings are not set */
#define REFRESH_BEFORE 300
#define REPEAT_LEAST 30
#define DAY 86400
#define END_MOST DAY		/* before the end of a consent */
#define WARNING_MOST (7 * DAY)

static int64_t
smaller_of(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

long
due_min_valid(long set)
{
	return set > 0 ? set : MIN_VALID;
}

struct thresholds
due_thresholds(int64_t now, int64_t lifetime, int64_t previous_expires,
    long refresh_before, long min_valid)
{
	struct thresholds t;
	int64_t before, pause;

	if (refresh_before == 0)
		refresh_before = REFRESH_BEFORE;
	t.min_valid = smaller_of(due_min_valid(min_valid), lifetime / 4);
	before = 2 * t.min_valid;
	if (before < refresh_before)
		before = refresh_before;
	t.fresh_until = now + lifetime - smaller_of(before, lifetime / 2);
	if (previous_expires > 0 && now + lifetime <= previous_expires) {
		pause = lifetime / 2 > REPEAT_LEAST ? lifetime / 2 :
		    REPEAT_LEAST;
		if (t.fresh_until < now + pause)
			t.fresh_until = now + pause;
	}
	return t;
}

int64_t
due_warning(int64_t since, int64_t end)
{
	const int64_t life = end > since ? end - since : 0;

	return end - smaller_of(WARNING_MOST, life / 4);
}

int64_t
due_before_end(int64_t now, int64_t since, int64_t end)
{
	const int64_t life = end > since ? end - since : 0;
	const int64_t renew = end - smaller_of(END_MOST, life / 2);
	const int64_t warn = due_warning(since, end);
	const int64_t first = smaller_of(renew, warn);
	const int64_t second = renew < warn ? warn : renew;

	return first > now ? first : second > now ? second : 0;
}
