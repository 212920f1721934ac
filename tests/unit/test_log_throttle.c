/* SPDX-License-Identifier: BSD-2-Clause */
/* test_log_throttle.c - what a local user can make us log */
#include <stdio.h>
#include <string.h>

#include "common/log.h"
#include "serve/log_throttle.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1000000
#define UID 4711

static struct throttle t;

static void
setup(void)
{
	memset(&t, 0, sizeof(t));
	log_open("test", LOG_TO_SYSLOG);	/* not in the way of TAP */
}

FIXTURE(setup, NULL);

TEST(a_line_a_user_and_minute)
{
	int i;

	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW), 0);
	for (i = 0; i < 1000; i++)
		ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
		    NOW + i), -1);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + THROTTLE_PAUSE - 1), -1);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + THROTTLE_PAUSE), 1001);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + 2 * THROTTLE_PAUSE), 0);
}

/* One user's flood takes nobody else's first line, and not that of a kind. */
TEST(the_first_line_is_always_there)
{
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW), 0);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW), -1);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_HOST, "", NOW), 0);
	ck_assert_int_eq(throttle_ask(&t, UID + 1, THROTTLE_DENIED, "", NOW),
	    0);
	ck_assert_int_eq(throttle_ask(&t, 0, THROTTLE_DENIED, "", NOW), 0);
	/* Who may use two accounts hears of both. */
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_REFUSED, "a", NOW), 0);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_REFUSED, "b", NOW), 0);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_REFUSED, "a", NOW), -1);
}

/* 65536 uids of a user's own namespace: the table and the log are bounded. */
TEST(many_users_share_what_is_left)
{
	int lines = 0, i;

	for (i = 0; i < 65536; i++)
		lines += throttle_ask(&t, (uid_t)(100000 + i),
		    THROTTLE_DENIED, "", NOW) >= 0;
	ck_assert_int_le(lines, THROTTLE_PLACES + 1);
	/* A minute later the places are for whoever comes. */
	throttle_flush(&t, NOW + THROTTLE_PAUSE);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + 3 * THROTTLE_PAUSE), 0);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + 3 * THROTTLE_PAUSE), -1);
}

/* What is counted is told also when nothing more comes. */
TEST(a_flood_that_ends_is_told_of)
{
	throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW);
	throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW);
	throttle_flush(&t, NOW + 1000);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "", NOW + 1000),
	    -1);
	/* Two were counted; that line begins the next minute. */
	throttle_flush(&t, NOW + THROTTLE_PAUSE);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + THROTTLE_PAUSE + 1), -1);
	ck_assert_int_eq(throttle_ask(&t, UID, THROTTLE_DENIED, "",
	    NOW + 2 * THROTTLE_PAUSE), 1);
}

static const struct {
	const char *sent, *shown;
} names[] = {
	{ "alice@example.org", "alice@example.org" },
	{ "", "" },
	{ "a b\"c\nd", "a?b?c?d" },
	{ "\xc3\xa9\xe2\x80\xae", "?????" },
	{ "%s%n", "%s%n" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" },
	{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	    "bbbbbbbbbbbbbbbbbb",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa..."
	},
};

TABLE_TEST(what_a_stranger_sends_is_cut, names)
{
	char shown[SHOWN_MAX];

	ck_assert_str_eq(shown_name(shown, names[_i].sent), names[_i].shown);
}
