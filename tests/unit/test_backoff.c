/* SPDX-License-Identifier: BSD-2-Clause */
/* test_backoff.c - how long a failure keeps us away */
#include <string.h>

#include "refresh/backoff.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1000000

static struct state st;

static int64_t
pause_after(int failures, enum status code, int answered, int64_t retry_after,
    unsigned random)
{
	struct token_failure f = { .answered = answered };

	f.failure.code = code;
	f.failure.retry_after = retry_after;
	set_text(f.failure.text, "the reason");
	memset(&st, 0, sizeof(st));
	st.failures = failures - 1;
	backoff_note(&st, &f, "1.2.3.4", NOW, random);
	ck_assert_int_eq(st.failures, failures);
	return st.retry_at - NOW;
}

/* Failures in a row, and the pause without jitter. */
static const struct {
	int failures, unanswered, answered;
} pauses[] = {
	{ 1, 5, 5 }, { 2, 10, 10 }, { 3, 20, 20 }, { 4, 40, 40 },
	{ 5, 60, 80 }, { 6, 60, 160 }, { 7, 60, 320 }, { 8, 60, 640 },
	{ 9, 60, 900 }, { 10, 60, 900 }, { 1000000, 60, 900 },
};

TABLE_TEST(a_transient_failure_doubles_the_pause, pauses)
{
	int k = pauses[_i].failures;

	ck_assert_int_eq(pause_after(k, STATUS_LATER, 0, 0, 0),
	    pauses[_i].unanswered);
	ck_assert_int_eq(pause_after(k, STATUS_LATER, 1, 0, 0),
	    pauses[_i].answered);
	/* Out of memory is one too. */
	ck_assert_int_eq(pause_after(k, STATUS_INTERNAL, 1, 0, 0),
	    pauses[_i].answered);
}

TEST(jitter_makes_it_a_tenth_later_at_most)
{
	unsigned random;
	int64_t pause;

	for (random = 0; random < 1000; random++) {
		pause = pause_after(9, STATUS_LATER, 1, 0, random);
		ck_assert_int_ge(pause, 900);
		ck_assert_int_lt(pause, 990);
	}
	ck_assert_int_eq(pause_after(9, STATUS_LATER, 1, 0, 999), 989);
}

static const struct {
	int failures;
	int64_t retry_after, pause;
} said[] = {
	{ 1, 1, 5 }, { 1, 5, 5 }, { 1, 6, 6 }, { 1, 120, 120 },
	{ 1, 3600, 3600 }, { 1, 3601, 3600 }, { 1, INT64_MAX, 3600 },
	{ 1, -5, 5 }, { 9, 120, 900 }, { 9, 1800, 1800 },
};

TABLE_TEST(the_provider_may_say_how_long, said)
{
	ck_assert_int_eq(pause_after(said[_i].failures, STATUS_LATER, 1,
	    said[_i].retry_after, 0), said[_i].pause);
	ck_assert_int_ge(pause_after(said[_i].failures, STATUS_LATER, 1,
	    said[_i].retry_after, 999), said[_i].pause);
}

TEST(a_permanent_failure_is_tried_once_an_hour)
{
	ck_assert_int_eq(pause_after(1, STATUS_SIGN_IN, 1, 0, 0), 3600);
	ck_assert_int_eq(pause_after(7, STATUS_CONFIG, 1, 0, 0), 3600);
	ck_assert_int_eq(pause_after(1, STATUS_CONFIG, 1, 5, 0), 3600);
	ck_assert_int_lt(pause_after(1, STATUS_SIGN_IN, 1, 0, 999), 3960);
	ck_assert(backoff_is_permanent(STATUS_SIGN_IN));
	ck_assert(backoff_is_permanent(STATUS_CONFIG));
	ck_assert(!backoff_is_permanent(STATUS_LATER));
	ck_assert(!backoff_is_permanent(STATUS_INTERNAL));
}

/* A secret's file that is missing is soon there, and asking costs nothing. */
TEST(a_fault_of_our_own_is_looked_at_again_soon)
{
	ck_assert_int_eq(pause_after(1, STATUS_CONFIG, 0, 0, 0), 5);
	ck_assert_int_eq(pause_after(9, STATUS_SIGN_IN, 0, 0, 0), 60);
}

/* A session that ends soon is tried before, if the provider may be asked. */
static const struct {
	int64_t left, pause, retry_after;
} ends[] = {
	{ 0, 900, 0 }, { -5, 900, 0 }, { 7200, 900, 0 }, { 1800, 450, 0 },
	{ 100, 25, 0 }, { 10, 5, 0 }, { 1, 5, 0 }, { 100, 600, 600 },
};

TABLE_TEST(a_consent_that_ends_soon_is_tried_before, ends)
{
	struct token_failure f = { .answered = 1 };

	f.failure.code = STATUS_LATER;
	f.failure.retry_after = ends[_i].retry_after;
	memset(&st, 0, sizeof(st));
	st.failures = 20;
	st.consent.at = NOW + ends[_i].left;
	backoff_note(&st, &f, "1.2.3.4", NOW, 0);
	ck_assert_int_eq(st.retry_at - NOW, ends[_i].pause);
	/* But not where a person has to act first. */
	f.failure.code = STATUS_SIGN_IN;
	backoff_note(&st, &f, "1.2.3.4", NOW, 0);
	ck_assert_int_eq(st.retry_at - NOW, 3600);
}

TEST(it_is_all_noted)
{
	pause_after(3, STATUS_LATER, 0, 0, 0);
	ck_assert_int_eq(st.tried, NOW);
	ck_assert_int_eq(st.code, STATUS_LATER);
	ck_assert_str_eq(st.text, "the reason");
	ck_assert_str_eq(st.stamp, "1.2.3.4");
}
