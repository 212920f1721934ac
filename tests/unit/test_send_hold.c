/* SPDX-License-Identifier: BSD-2-Clause */
/* test_send_hold.c - until when an account sends nothing */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <fcntl.h>
#include <unistd.h>

#include "set_text.h"
#include "state/send_hold.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1800000000
#define DAY 86400

static struct scope s;
static struct account account;
static struct send_hold h;
static struct failure why, limit;

static void
setup(void)
{
	scratch_scope(&s);
	memset(&account, 0, sizeof(account));
	set_text(account.name, "a@example.org");
	set_text(account.stamp, "1.2.3.4");
	limit = (struct failure){ .code = STATUS_LATER, .retry_after = 90 };
	set_text(limit.text, "account \"a@example.org\": Gmail says wait");
}

FIXTURE(setup, scratch_teardown);

static void
note(int64_t seconds)
{
	limit.retry_after = seconds;
	ck_assert_int_eq(send_hold_note(&s, &account, &limit, NOW, &why), 0);
}

TEST(test_holds_until_its_time)
{
	ck_assert(!send_hold_is_on(&s, &account, NOW, &why));
	note(90);
	ck_assert(send_hold_is_on(&s, &account, NOW + 30, &why));
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(why.retry_after, 60);
	ck_assert_str_eq(why.text, "account \"a@example.org\": Gmail says wait "
	    "(no mail is sent before 2027-01-15 08:01:30 UTC, in 60 s)");
	ck_assert(send_hold_is_on(&s, &account, NOW + 89, NULL));
	ck_assert(!send_hold_is_on(&s, &account, NOW + 90, &why));
}

TEST(test_no_time_is_no_hold)
{
	note(0);
	note(-5);
	ck_assert_int_eq(access(s.state, F_OK), -1);
	note(30);
	note(0);
	ck_assert(send_hold_is_on(&s, &account, NOW, &why));
}

TEST(test_a_later_one_takes_its_place)
{
	note(90);
	note(DAY * 30);
	send_hold_read(&h, &s, account.name);
	ck_assert_int_eq(h.since, NOW);
	ck_assert_int_eq(h.until, NOW + SEND_HOLD_MOST);
	ck_assert_int_eq(scratch_count(scratch_path("state/holds")), 1);
}

TEST(test_a_shorter_one_does_not)
{
	note(DAY);
	note(60);
	ck_assert(send_hold_is_on(&s, &account, NOW + 3600, &why));
	/* Unless the long one was of another file. */
	set_text(account.stamp, "1.2.3.5");
	note(60);
	ck_assert(!send_hold_is_on(&s, &account, NOW + 3600, &why));
}

/* The account's file has changed, the clock was set back. */
TEST(test_what_no_longer_counts)
{
	note(90);
	ck_assert(!send_hold_is_on(&s, &account, NOW - 301, &why));
	set_text(account.stamp, "1.2.3.5");
	ck_assert(!send_hold_is_on(&s, &account, NOW, &why));
}

static const char *const damaged[] = {
	"", "\n", "tokend-hold=1\n", "tokend-hold=1\n\n",
	"tokend-hold=2\nsince=1800000000\nuntil=1800000090\nstamp=1.2.3.4\n"
	    "text=a\n\n",
	"tokend-hold=1\nsince=1800000000\nuntil=1800000090\nstamp=1.2.3.4\n\n",
	"tokend-hold=1\nsince=1800000000\nuntil=1800000090\ntext=a\n\n",
	"tokend-hold=1\nsince=1800000000\nuntil=x\nstamp=1.2.3.4\ntext=a\n\n",
	"tokend-hold=1\nsince=1800000000\nuntil=999999999999999999\n"
	    "stamp=1.2.3.4\ntext=a\n\n"
};

TABLE_TEST(test_a_damaged_file_is_none, damaged)
{
	note(90);
	scratch_write(scratch_path("state/holds/a@example.org"), 0600,
	    damaged[_i]);
	ck_assert(!send_hold_is_on(&s, &account, NOW, &why));
	note(90);
	ck_assert(send_hold_is_on(&s, &account, NOW, &why));
}

TEST(test_its_text_is_printable_and_leaves_room_for_the_time)
{
	memset(limit.text, 'x', FAILURE_TEXT_MAX);
	limit.text[FAILURE_TEXT_MAX] = '\0';
	note(90);
	ck_assert(send_hold_is_on(&s, &account, NOW, &why));
	ck_assert_ptr_nonnull(strstr(why.text, "UTC, in 90 s)"));
	scratch_write(scratch_path("state/holds/a@example.org"), 0600,
	    "tokend-hold=1\nsince=1800000000\nuntil=1800000090\n"
	    "stamp=1.2.3.4\ntext=a\033[2Jb\n\n");
	ck_assert(send_hold_is_on(&s, &account, NOW, &why));
	ck_assert_ptr_nonnull(strstr(why.text, "a?[2Jb ("));
}

/* All are told it who may send, and it came of one user's mail. */
static const struct {
	const char *text, *kept;
} addresses[] = {
	{ "<bob@x.example>: wait", "<***>: wait" },
	{ "account \"a@example.org\": A@Example.org has sent too much",
	    "account \"a@example.org\": A@Example.org has sent too much" },
	{ "aa@example.org, a@example.org.x", "***, ***" },
	{ "bob@x.example", "***" },
	{ "to=bob+list@x.example;carl@[192.0.2.1] (b@y)", "***;*** (***)" },
	{ "a \"bob \\\"smith\"@x.example b", "a *** b" },
	{ "\"bob@x.example\" 'carl@x'", "\"***\" ***" },
	{ "o'brien@x o%y@z@x b\xc3\xb6\x62@x", "*** *** ***" },
	{ "bob@... b@ @ @x @@ 5 @ 6 \"@", "*** ** @ ** ** 5 @ 6 \"@" },
	{ "x@[192.0.2.1 y", "*** y" },
	{ "wait", "wait" }
};

TABLE_TEST(test_it_names_no_address_of_a_mail, addresses)
{
	set_text(limit.text, addresses[_i].text);
	note(90);
	send_hold_read(&h, &s, account.name);
	ck_assert_str_eq(h.text, addresses[_i].kept);
}

TEST(test_a_lock_that_stays_ends_the_wait)
{
	int folder;

	note(90);
	folder = open(scratch_path("state/holds"), O_RDONLY | O_DIRECTORY);
	ck_assert_int_ne(folder, -1);
	ck_assert_int_eq(flock(folder, LOCK_EX), 0);
	ck_assert_int_eq(send_hold_note(&s, &account, &limit, NOW, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "/holds is locked"));
	close(folder);
	note(90);
}
