/* SPDX-License-Identifier: BSD-2-Clause */
/* test_budget.c - what is looked at before anything is spent */
#include <string.h>
#include <unistd.h>

#include "refresh/budget.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define BEGUN 1000000

static struct failure why;

static int
check(const struct budget *b, int64_t elapsed)
{
	memset(&why, 0, sizeof(why));
	return budget_check(b, BEGUN + elapsed, "acct", "/state", &why);
}

/* ms that three files took, and what else did. */
static const struct {
	int file[3], other, fits;
} times[] = {
	{ { 0, 0, 0 }, 0, 1 },
	{ { 0, 0, 0 }, 10000, 1 },
	{ { 0, 0, 0 }, 10001, 0 },
	{ { 1, 2, 1 }, 20, 1 },
	/* 1.7 s for each of two syncs, or for each of three. */
	{ { 3400, 0, 0 }, 0, 1 },
	{ { 3400, 0, 0 }, 3000, 1 },
	{ { 3400, 0, 0 }, 4000, 0 },
	{ { 5000, 0, 0 }, 0, 1 },
	{ { 5001, 0, 0 }, 0, 0 },
	{ { 2000, 2000, 2000 }, 0, 0 },
	{ { 60000, 0, 0 }, 0, 0 },
};

TABLE_TEST(all_that_is_to_come_has_to_fit, times)
{
	struct budget b;
	int64_t elapsed = times[_i].other;
	int i;

	budget_begin(&b, BEGUN);
	for (i = 0; i < 3; i++) {
		budget_note(&b, times[_i].file[i]);
		elapsed += times[_i].file[i];
	}
	ck_assert_int_eq(check(&b, elapsed), times[_i].fits ? 0 : -1);
	ck_assert_int_eq(why.code, times[_i].fits ? STATUS_OK :
	    STATUS_LATER);
}

TEST(it_says_what_was_slow)
{
	struct budget b;

	budget_begin(&b, BEGUN);
	budget_note(&b, 7040);
	ck_assert_int_eq(check(&b, 7040), -1);
	ck_assert_str_eq(why.text, "account \"acct\": the disk below /state "
	    "is too slow (7.0 s to make room for what a renewal brings), so "
	    "the provider is not asked: make that disk less busy, or "
	    "use a faster one");
	budget_begin(&b, BEGUN);
	budget_note(&b, 1000);
	ck_assert_int_eq(check(&b, 15000), -1);
	ck_assert_str_eq(why.text, "account \"acct\": preparing its renewal "
	    "took 15 s, of these 1 s on the disk, so the provider is not "
	    "asked for a token: see whether this machine or its network is "
	    "overloaded");
}

TEST(a_clock_that_jumps_back_takes_nothing_away)
{
	struct budget b;

	budget_begin(&b, BEGUN);
	budget_note(&b, -5000);
	ck_assert_int_eq(b.disk, 0);
	ck_assert_int_eq(check(&b, -100), 0);
}

TEST(request_and_storing_have_a_life_of_their_own)
{
	struct budget b;

	budget_begin(&b, BEGUN);
	alarm(30);
	budget_spend(&b);
	ck_assert_uint_ge(alarm(700), (BUDGET_REQUEST + BUDGET_STORE) / 1000);
	/* Then what was left before is left again. */
	budget_end(&b);
	ck_assert_uint_le(alarm(0), 30);
	/* Enough for an answer, however late it got. */
	alarm(1);
	budget_spend(&b);
	budget_end(&b);
	ck_assert_uint_ge(alarm(0), 5);
	/* Nothing was sent, or there was no end: as it is. */
	budget_begin(&b, BEGUN);
	alarm(40);
	budget_end(&b);
	ck_assert_uint_gt(alarm(0), 30);
	budget_spend(&b);
	budget_end(&b);
	ck_assert_uint_gt(alarm(0), 600);
}
