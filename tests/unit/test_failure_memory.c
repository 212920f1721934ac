/* SPDX-License-Identifier: BSD-2-Clause */
/* test_failure_memory.c - failures that only the schedule remembers */
#include "serve/renewal/failure_memory.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define MARK 7
#define NOW 1000000

TEST(the_pause_doubles_up_to_a_minute)
{
	static const int64_t pauses[] = { 5, 10, 20, 40, 60, 60, 60 };
	struct failure_memory b = { .pause = 0 };
	int64_t now = NOW;
	int i;

	ck_assert_int_eq(failure_memory_holds(&b, MARK, now), 0);
	for (i = 0; i < COUNT(pauses); i++) {
		failure_memory_note(&b, MARK, "no room", now);
		ck_assert_int_eq(b.until - now, pauses[i] * 1000);
		ck_assert_int_eq(failure_memory_holds(&b, MARK, now), 1);
		ck_assert_int_eq(failure_memory_holds(&b, MARK, b.until - 1),
		    1);
		ck_assert_int_eq(failure_memory_holds(&b, MARK, b.until), 0);
		now = b.until;
	}
}

TEST(changed_files_are_tried_at_once)
{
	struct failure_memory b = { .pause = 0 };

	failure_memory_note(&b, MARK, "no room", NOW);
	failure_memory_note(&b, MARK, "no room", NOW + 5000);
	ck_assert_int_eq(failure_memory_holds(&b, MARK + 1, NOW + 5000), 0);
	/* And begin again with the first pause, and a line in the log. */
	ck_assert_int_eq(failure_memory_note(&b, MARK + 1, "no room",
	    NOW + 6000), 1);
	ck_assert_int_eq(b.until, NOW + 11000);
}

TEST(a_renewal_ends_it)
{
	struct failure_memory b = { .pause = 0 };

	failure_memory_note(&b, MARK, "no room", NOW);
	failure_memory_clear(&b);
	ck_assert_int_eq(failure_memory_holds(&b, MARK, NOW), 0);
	ck_assert_int_eq(failure_memory_note(&b, MARK, "no room", NOW + 1), 1);
	ck_assert_int_eq(b.until, NOW + 5001);
}

/* A day of a full disk is some ten lines, and not one a minute. */
TEST(it_is_said_at_doubling_intervals)
{
	struct failure_memory b = { .pause = 0 };
	int64_t now = NOW, end = NOW + 24 * 3600 * 1000;
	int said = 0;

	ck_assert_int_eq(failure_memory_note(&b, MARK, "no room", now), 1);
	ck_assert_int_eq(failure_memory_note(&b, MARK, "no room", b.until), 0);
	for (; now < end; now = b.until)
		said += failure_memory_note(&b, MARK, "no room", now);
	ck_assert_int_ge(said, 5);
	ck_assert_int_le(said, 12);
}

TEST(another_failure_is_said_at_once)
{
	struct failure_memory b = { .pause = 0 };

	ck_assert_int_eq(failure_memory_note(&b, MARK, "no room", NOW), 1);
	ck_assert_int_eq(failure_memory_note(&b, MARK, "no right",
	    NOW + 5000), 1);
	ck_assert_int_eq(failure_memory_note(&b, MARK, "no right",
	    NOW + 15000), 0);
	/* That is no reason to be tried more often. */
	ck_assert_int_eq(b.until, NOW + 35000);
}
