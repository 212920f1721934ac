/* SPDX-License-Identifier: BSD-2-Clause */
/* test_kept_senders.c - which sender a mail goes to, and when there is none */
#include "lineio.h"
#include "passing.h"
#include "serve/kept_senders.h"

#include "unit.h"	/* last: check.h has a macro fail() */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define STARTS_MOST (SENDERS_MOST + 4)
#define MAILS_MOST 1000
#define ONE "alice@example.org"

int __wrap_sender_start(const char *account, int report, int *packets);

static struct kept_senders kept;
static int mail[SENDER_FILES];

/* The senders that were started, and where each is given its mails. */
static struct {
	char account[NAME_MAX_LEN + 1];
	int mails;
} started[STARTS_MOST];
static int starts, start_error;

/* In place of a process. The queue is as short as the kernel allows. */
int
__wrap_sender_start(const char *account, int report, int *packets)
{
	const int least = 1;
	int pair[2];

	(void)report;
	if (start_error != 0)
		return start_error;
	if (starts == STARTS_MOST ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == -1 ||
	    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &least,
	    sizeof(least)) == -1)
		return EMFILE;
	strcpy(started[starts].account, account);
	started[starts++].mails = pair[1];
	*packets = pair[0];
	return 0;
}

static void
setup(void)
{
	memset(&kept, 0, sizeof(kept));
	starts = start_error = 0;
	ck_assert_int_eq(pipe(mail), 0);
}

FIXTURE(setup, NULL);

static int
pass(const char *account)
{
	return kept_senders_pass(&kept, account, mail, -1);
}

static int
pass_to(int number)
{
	char account[32];

	snprintf(account, sizeof(account), "%d@example.org", number);
	return pass(account);
}

/* How many mails the sender has got since; -1 if no more can come. */
static int
count_mails(int sender)
{
	int files[SENDER_FILES], count, n = 0, i;
	char byte;
	ssize_t got;

	while ((got = passing_receive(started[sender].mails, &byte, 1, files,
	    SENDER_FILES, &count, MSG_DONTWAIT)) == 1) {
		ck_assert_int_eq(count, SENDER_FILES);
		for (i = 0; i < count; i++)
			close(files[i]);
		n++;
	}
	return got == 0 && n == 0 ? -1 : n;
}

TEST(a_sender_for_each_account)
{
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(pass("bob@example.org"), 0);
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(starts, 2);
	ck_assert_str_eq(started[1].account, "bob@example.org");
	ck_assert_int_eq(count_mails(0), 2);
	ck_assert_int_eq(count_mails(1), 1);
}

TEST(one_that_has_ended_is_replaced)
{
	ck_assert_int_eq(pass(ONE), 0);
	close(started[0].mails);
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(starts, 2);
	ck_assert_int_eq(count_mails(1), 2);
}

/* As a sender does that ends by itself: what it has by then it sends. */
TEST(one_that_takes_no_more_keeps_what_it_has)
{
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(shutdown(started[0].mails, SHUT_RD), 0);
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(starts, 2);
	ck_assert_int_eq(count_mails(0), 1);
	ck_assert_int_eq(count_mails(1), 1);
}

TEST(a_full_queue_starts_no_second_sender)
{
	int n = 0;

	while (n < MAILS_MOST && pass(ONE) == 0)
		n++;
	ck_assert_int_gt(n, 0);
	ck_assert_int_lt(n, MAILS_MOST);
	ck_assert_int_eq(pass(ONE), EAGAIN);
	ck_assert_int_eq(pass("bob@example.org"), 0);
	ck_assert_int_eq(starts, 2);
	ck_assert_int_eq(count_mails(0), n);
	ck_assert_int_eq(pass(ONE), 0);
	ck_assert_int_eq(starts, 2);
	ck_assert_int_eq(count_mails(0), 1);
}

/* All places are taken, and that of account 1 was used least. */
static void
take_all_places(void)
{
	int64_t now;
	int i;

	for (i = 0; i < SENDERS_MOST; i++)
		ck_assert_int_eq(pass_to(i), 0);
	for (now = clock_ms(); clock_ms() == now; )
		continue;
	ck_assert_int_eq(pass_to(0), 0);
	ck_assert_int_eq(starts, SENDERS_MOST);
}

TEST(one_account_too_many_ends_what_was_used_least)
{
	int i;

	take_all_places();
	ck_assert_int_eq(pass_to(SENDERS_MOST), EAGAIN);
	ck_assert_int_eq(starts, SENDERS_MOST);
	/* It still has its mail, and gets no other one. */
	ck_assert_int_eq(pass_to(1), EAGAIN);
	ck_assert_int_eq(count_mails(1), 1);
	ck_assert_int_eq(count_mails(1), -1);
	/* One is enough, whoever else asks. */
	ck_assert_int_eq(pass_to(SENDERS_MOST + 1), EAGAIN);
	for (i = 0; i < SENDERS_MOST; i++)
		ck_assert_int_eq(count_mails(i), i == 0 ? 2 : i == 1 ? -1 : 1);
	close(started[1].mails);
	ck_assert_int_eq(pass_to(SENDERS_MOST), 0);
	ck_assert_int_eq(pass_to(SENDERS_MOST), 0);
	ck_assert_int_eq(starts, SENDERS_MOST + 1);
	ck_assert_int_eq(count_mails(SENDERS_MOST), 2);
}

TEST(the_place_of_one_that_has_ended_is_free)
{
	take_all_places();
	close(started[7].mails);
	ck_assert_int_eq(pass_to(SENDERS_MOST), 0);
	ck_assert_int_eq(starts, SENDERS_MOST + 1);
	ck_assert_int_eq(count_mails(1), 1);
}

TEST(one_that_does_not_start_takes_no_place)
{
	int i;

	start_error = ENOMEM;
	for (i = 0; i <= SENDERS_MOST; i++)
		ck_assert_int_eq(pass_to(i), ENOMEM);
	start_error = 0;
	take_all_places();
}
