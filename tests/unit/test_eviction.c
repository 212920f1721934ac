/* SPDX-License-Identifier: BSD-2-Clause */
/* test_eviction.c - who may wait when there are more clients than places */
#include <stdio.h>
#include <string.h>

#include "serve/eviction.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define UID 4711
#define PATIENCE 5000

static struct board b;

static void
setup(void)
{
	memset(&b, 0, sizeof(b));
}

FIXTURE(setup, NULL);

/* Fills places from first with clients that wait for that account. */
static int
wait_at(int first, int count, const char *account)
{
	int i, n = 0;

	for (i = first; i < first + count; i++) {
		eviction_join(&b, i);
		n += eviction_wait_begin(account) == 0;
	}
	return n;
}

static int
leaving(int first, int count)
{
	int i, n = 0;

	for (i = first; i < first + count; i++)
		n += atomic_load(&b.place[i].must_leave);
	return n;
}

TEST(one_account_may_have_all)
{
	ck_assert_int_eq(wait_at(0, EVICTION_WAITERS_MAX, "one"),
	    EVICTION_WAITERS_MAX);
	ck_assert_int_eq(leaving(0, ANSWERERS_MAX), 0);
	/* More of it are told to come later; nobody who waits has to go. */
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX, 5, "one"), 0);
	ck_assert_int_eq(leaving(0, ANSWERERS_MAX), 0);
}

TEST(another_account_gets_its_share)
{
	wait_at(0, EVICTION_WAITERS_MAX, "one");
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX, 30, "two"), 30);
	ck_assert_int_eq(leaving(0, EVICTION_WAITERS_MAX), 30);
	ck_assert_int_eq(leaving(EVICTION_WAITERS_MAX, 30), 0);
	/* Those that waited longest go, and no place twice. */
	ck_assert_int_eq(leaving(0, 30), 30);
}

/* As many accounts as places, all at one silent provider. */
TEST(single_ones_give_way_to_a_single_one)
{
	char name[16];
	int i;

	for (i = 0; i < EVICTION_WAITERS_MAX; i++) {
		snprintf(name, sizeof(name), "account%d", i);
		ck_assert_int_eq(wait_at(i, 1, name), 1);
	}
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX, 1, "good"), 1);
	ck_assert_int_eq(leaving(0, EVICTION_WAITERS_MAX), 1);
	/* A second one of the same has no claim to a place. */
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX + 1, 1, "good"), 0);
}

TEST(the_end_of_a_wait_makes_room)
{
	wait_at(0, EVICTION_WAITERS_MAX, "one");
	eviction_join(&b, 3);
	eviction_wait_end();
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX, 2, "one"), 1);
	eviction_clear(&b, 4);	/* killed */
	ck_assert_int_eq(wait_at(EVICTION_WAITERS_MAX + 1, 2, "one"), 1);
}

/* All of them are taken by silent connections of one user. */
static void
read_at(int first, int count, uid_t uid)
{
	int i;

	for (i = first; i < first + count; i++) {
		atomic_store(&b.place[i].is_busy, 1);
		eviction_join(&b, i);
		eviction_read_begin(uid, PATIENCE);
	}
}

static int
patience_at(int place, uid_t uid)
{
	atomic_store(&b.place[place].is_busy, 1);
	eviction_join(&b, place);
	return eviction_read_begin(uid, PATIENCE);
}

TEST(a_user_with_many_silent_ones_is_given_less_time)
{
	read_at(0, 63, UID);
	ck_assert_int_eq(patience_at(63, UID), PATIENCE);
	ck_assert_int_eq(patience_at(64, UID), 250);
	ck_assert_int_eq(patience_at(65, UID + 1), 1000);
	read_at(66, 130, UID);
	ck_assert_int_eq(patience_at(196, UID), 50);
	ck_assert_int_eq(patience_at(197, UID + 1), 250);
}

/* A hundred smtp(8) that wait for a token are not silent. */
TEST(who_has_asked_is_not_silent)
{
	int i;

	for (i = 0; i < 100; i++) {
		patience_at(i, UID);
		eviction_read_end();
		ck_assert_int_eq(eviction_wait_begin("one"), 0);
	}
	ck_assert_int_eq(patience_at(100, UID), 1000);
}
