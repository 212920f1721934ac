/* due.c - see due.h */
#include "account/due.h"

#define REPEAT_LEAST 30

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

struct thresholds
due_thresholds(int64_t now, int64_t lifetime, int64_t previous_expires,
    long refresh_before, long min_valid)
{
	struct thresholds t;
	int64_t before, pause;

	t.min_valid = least(min_valid, lifetime / 4);
	before = 2 * t.min_valid;
	if (before < refresh_before)
		before = refresh_before;
	t.fresh_until = now + lifetime - least(before, lifetime / 2);
	if (previous_expires > 0 && now + lifetime <= previous_expires) {
		pause = lifetime / 2 > REPEAT_LEAST ? lifetime / 2 :
		    REPEAT_LEAST;
		if (t.fresh_until < now + pause)
			t.fresh_until = now + pause;
	}
	return t;
}
