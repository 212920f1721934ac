/* SPDX-License-Identifier: BSD-2-Clause */
/* test_due.c - when a token is good, and when it is due */
#include "state/due.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1000000

/* Results are seconds from now. */
static const struct {
	int64_t lifetime;
	int64_t before_ends;	/* the token before, from now; 0: none */
	long refresh_before, min_valid;
	int64_t is_valid_until, is_fresh_until;
} cases[] = {
	/* Defaults, and the same settings. */
	{ 3600, 0, 0, 0, 3540, 3300 },
	{ 3600, 0, 900, 0, 3540, 2700 },
	{ 3600, 0, 0, 600, 3000, 2400 },
	{ 3600, 0, 300, 60, 3540, 3300 },
	{ 7200, 0, 300, 60, 7140, 6900 },
	/* Microsoft: 15 min. Its tokens live for 60 to 90 min. */
	{ 3599, 0, 900, 60, 3539, 2699 },
	{ 5400, 0, 900, 60, 5340, 4500 },
	/* HVE: min_valid of 600 s doubles refresh_before. */
	{ 3600, 0, 300, 600, 3000, 2400 },
	{ 3600, 0, 1500, 600, 3000, 2100 },
	/* Never renewed before half of the life is over. */
	{ 600, 0, 300, 60, 540, 300 },
	{ 500, 0, 300, 60, 440, 250 },
	{ 3600, 0, 86400, 60, 3540, 1800 },
	/* min_valid is a quarter at most. */
	{ 200, 0, 300, 60, 150, 100 },
	{ 1200, 0, 60, 600, 900, 600 },
	{ 3600, 0, 60, 86400, 2700, 1800 },
	/* Tiny lifetimes: a token just obtained is always given. */
	{ 1, 0, 300, 60, 1, 1 },
	{ 2, 0, 300, 60, 2, 1 },
	{ 3, 0, 300, 60, 3, 2 },
	{ 4, 0, 300, 60, 3, 2 },
	{ 10, 0, 300, 60, 8, 5 },
	{ 60, 0, 300, 60, 45, 30 },
	/* Least settings. */
	{ 3600, 0, 1, 1, 3599, 3598 },
	/* Long ones. */
	{ 86400, 0, 300, 60, 86340, 86100 },
	{ INT64_C(316224000), 0, 300, 60, 316223940, 316223700 },
	/* A later expiry than before changes nothing. */
	{ 3600, 100, 300, 60, 3540, 3300 },
	{ 3600, 3599, 300, 60, 3540, 3300 },
	/* None that is later: half of what is left, 30 s at least. */
	{ 3600, 3600, 300, 60, 3540, 3300 },
	{ 300, 300, 300, 60, 240, 150 },
	{ 300, 400, 300, 60, 240, 150 },
	{ 100, 100, 300, 60, 75, 50 },
	{ 50, 50, 300, 60, 38, 30 },
	{ 20, 20, 300, 60, 15, 30 },
	{ 1, 1, 300, 60, 1, 30 },
};

TABLE_TEST(thresholds, cases)
{
	struct thresholds t = due_thresholds(NOW, cases[_i].lifetime,
	    cases[_i].before_ends > 0 ? NOW + cases[_i].before_ends : 0,
	    cases[_i].refresh_before, cases[_i].min_valid);

	ck_assert_int_eq(cases[_i].lifetime - t.min_valid,
	    cases[_i].is_valid_until);
	ck_assert_int_eq(t.fresh_until - NOW, cases[_i].is_fresh_until);
}

/* What holds for each, whatever the settings are. */
TEST(a_new_token_is_given_and_used)
{
	static const long settings[] = { 1, 30, 60, 300, 600, 3600, 86400 };
	struct thresholds t;
	int64_t lifetime;
	int i, k;

	for (lifetime = 1; lifetime < 100000; lifetime += 1 + lifetime / 7)
		for (i = 0; i < COUNT(settings); i++)
			for (k = 0; k < COUNT(settings); k++) {
				t = due_thresholds(NOW, lifetime, 0,
				    settings[i], settings[k]);
				ck_assert_int_ge(t.min_valid, 0);
				ck_assert_int_le(t.min_valid, settings[k]);
				ck_assert_int_le(t.min_valid, lifetime / 4);
				ck_assert_int_gt(t.fresh_until, NOW);
				ck_assert_int_le(t.fresh_until,
				    NOW + lifetime - t.min_valid);
			}
}

/* The consent's end: seconds from NOW. */
#define DAY 86400
static const struct {
	int64_t since, end;	/* from NOW */
	int64_t renew, warn;	/* renew 0: nothing is ahead */
} ends[] = {
	/* Keycloak: a session of 30 minutes, just renewed. */
	{ 0, 1800, 900, 1350 },
	/* The renewal did not move it: then the warning alone is ahead. */
	{ -900, 900, 450, 450 },
	{ -1350, 450, 0, 0 },
	{ -1351, 449, 0, -1 },
	/* A day before at most; Keycloak's 10 hours. */
	{ 0, 36000, 18000, 27000 },
	{ 0, 2 * DAY, DAY, 129600 },
	{ 0, 4 * DAY, 3 * DAY, 3 * DAY },
	/* A week of Google's; half a year of GitHub's: 7 days at most. */
	{ 0, 7 * DAY, 453600, 453600 },
	{ 0, 180 * DAY, 173 * DAY, 173 * DAY },
	/* Its warning was, and a renewal a day before is left. */
	{ -174 * DAY, 6 * DAY, 5 * DAY, -DAY },
	{ -179 * DAY, DAY, 0, -6 * DAY },
	/* None, over, damaged. */
	{ -NOW, -NOW, 0, -NOW },
	{ -10, -5, 0, -6 },
	{ 5, -5, 0, -5 },
	{ 0, 1, 0, 1 },
	{ 0, 2, 1, 2 },
};

TABLE_TEST(a_renewal_comes_before_the_end, ends)
{
	int64_t at = due_before_end(NOW, NOW + ends[_i].since,
	    NOW + ends[_i].end);

	if (ends[_i].end == 1)	/* no second is between */
		ck_assert_int_eq(at, NOW + 1);
	else
		ck_assert_int_eq(at, ends[_i].renew == 0 ? 0 :
		    NOW + ends[_i].renew);
	ck_assert_int_eq(due_warning(NOW + ends[_i].since, NOW + ends[_i].end),
	    NOW + ends[_i].warn);
}
