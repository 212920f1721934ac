/* SPDX-License-Identifier: BSD-2-Clause */
/* test_peer.c - who asks, and who may */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "account/allow.h"
#include "serve/peer.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* A uid and gids that are neither root's nor, we hope, our own. */
#define UID 4711
#define GID 4712
#define GROUP 4713

static struct peer p;
static struct failure why;

static void
setup(void)
{
	p.fd = -1;
	p.uid = UID;
	p.gid = GID;
}

FIXTURE(setup, NULL);

static const struct {
	const char *numbers;
	int allowed;
} lists[] = {
	{ "", 0 },
	{ "   ", 0 },
	{ "4711", 1 },
	{ "4711 ", 1 },
	{ "1 2 4711", 1 },
	{ "1  2   4711  ", 1 },
	{ "47110", 0 },
	{ "471", 0 },
	{ "-4711", 0 },
	{ "4712", 0 },		/* a gid is no uid */
	{ "@4711", 0 },
	{ "@4712", 1 },		/* its own group */
	{ "@4713", 0 },
	{ "@1 @2 @3", 0 },
	{ "2 @4712", 1 },
	{ "0", 0 },
	{ "4294971007", 0 },	/* 4711 + 2^32 */
	{ "99999999999999999999 4711", 0 },
	{ "x 4711", 0 },
	{ "*", 0 },
};

TABLE_TEST(a_list_admits_whom_it_names, lists)
{
	ck_assert_msg(!!peer_is_allowed(&p, lists[_i].numbers) ==
	    lists[_i].allowed, "\"%s\"", lists[_i].numbers);
}

TEST(root_and_who_serves_may_always)
{
	ck_assert(!peer_is_trusted(&p));
	p.uid = 0;
	ck_assert(peer_is_trusted(&p));
	ck_assert(peer_is_allowed(&p, ""));
	p.uid = geteuid();
	ck_assert(peer_is_trusted(&p));
	ck_assert(peer_is_allowed(&p, ""));
	/* Not a user who has only the group. */
	p.uid = UID;
	p.gid = 0;
	ck_assert(!peer_is_trusted(&p));
	ck_assert(!peer_is_allowed(&p, ""));
}

TEST(the_kernel_says_who_it_is)
{
	gid_t groups[256];
	char list[20];
	int fd[2], count = getgroups(256, groups), i;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
	ck_assert_int_eq(peer_read(&p, fd[0], &why), 0);
	ck_assert_uint_eq(p.uid, geteuid());
	ck_assert_uint_eq(p.gid, getegid());
#ifdef SO_PEERGROUPS
	/* As if it were another user with our groups. */
	p.uid = UID;
	for (i = 0; i < count; i++) {
		snprintf(list, sizeof(list), "@%lu", (unsigned long)groups[i]);
		ck_assert(peer_is_allowed(&p, list));
	}
#else
	(void)list;
	(void)count;
	(void)i;
#endif
	close(fd[0]);
	close(fd[1]);
}

/*
 * As root: the other end was made by a user with groups. Returns which of the
 * lists admit that user, one bit each.
 */
static const char *const tried[] = { "4711", "@4712", "@4713", "@1",
    "1 @5 @4713", "@4714", "@0", "0" };

static int
be_a_peer(void *argument)
{
	static const gid_t groups[] = { GROUP, 1 };
	int fd[2], i, admitted = 0;

	(void)argument;
	if (setgroups(2, groups) == -1 || setresgid(GID, GID, GID) == -1 ||
	    seteuid(UID) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, fd) == -1 ||
	    seteuid(0) == -1 || peer_read(&p, fd[0], NULL) == -1 ||
	    p.uid != UID || p.gid != GID)
		return 255;
	for (i = 0; i < COUNT(tried); i++)
		admitted |= peer_is_allowed(&p, tried[i]) << i;
	return admitted;
}

TEST(a_peer_has_its_groups)
{
	if (!scratch_started_as_root())
		return;
#ifdef SO_PEERGROUPS
	ck_assert_int_eq(scratch_wait(scratch_fork(be_a_peer, NULL)), 0x1f);
#endif
}

TEST(what_is_no_socket_has_no_peer)
{
	ck_assert_int_eq(peer_read(&p, -1, &why), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	ck_assert_int_eq(peer_read(&p, 0, NULL), -1);
}

/* Names become numbers once, when the token is written. */
static void
expect_numbers(const char *names, const char *numbers)
{
	struct buf b = BUF_INIT(ALLOW_MAX);

	ck_assert_int_eq(allow_numbers(names, &b), 0);
	ck_assert_str_eq(buf_text(&b), numbers);
	buf_free(&b);
}

TEST(names_become_numbers)
{
	struct group *gr;
	char names[300];

	expect_numbers(NULL, "");
	expect_numbers("", "");
	expect_numbers("   ", "");
	expect_numbers("1000", "1000 ");
	expect_numbers("  1000   1001 ", "1000 1001 ");
	expect_numbers("root", "0 ");
	expect_numbers("no-such-user-here", "");
	expect_numbers("@no-such-group-here", "");
	expect_numbers("no-such-user-here 7", "7 ");
	expect_numbers("@", "");
	expect_numbers("*", "");
	/* The next look at the groups may overwrite it. */
	if ((gr = getgrgid(0)) != NULL) {
		snprintf(names, sizeof(names), "5 @%s root", gr->gr_name);
		expect_numbers(names, "5 @0 0 ");
	}
	/* Longer than any name: it is passed over. */
	memset(names, 'n', sizeof(names));
	memcpy(names + sizeof(names) - 4, " 12", 4);
	expect_numbers(names, "12 ");
}

TEST(a_list_too_long_is_an_error)
{
	struct buf b = BUF_INIT(10);

	ck_assert_int_eq(allow_numbers("1000 1001 1002", &b), -1);
	buf_free(&b);
}
