/* SPDX-License-Identifier: BSD-2-Clause */
/* test_passing.c - open files that go over a Unix socket */
#include "passing.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LONG 60000

static int fd[2], pipes[2];

static void
open_pair(int type)
{
	ck_assert_int_eq(socketpair(AF_UNIX, type, 0, fd), 0);
	ck_assert_int_eq(pipe(pipes), 0);
}

/* Every copy of the pipe's writing end is closed. */
static void
close_pair(void)
{
	char byte;

	close(pipes[1]);
	ck_assert_int_eq(read(pipes[0], &byte, 1), 0);
	close(pipes[0]);
	close(fd[0]);
	close(fd[1]);
}

LOOP_TEST(files_come_as_they_were_sent, 1, PASSING_MOST + 1)
{
	int sent[PASSING_MOST], got[PASSING_MOST], count = -1, i;
	char data[8];

	open_pair(SOCK_SEQPACKET);
	for (i = 0; i < PASSING_MOST; i++)
		sent[i] = pipes[1];
	ck_assert_int_eq(passing_send(fd[0], "hello", 5, sent, _i, 0), 5);
	ck_assert_int_eq(passing_receive(fd[1], data, sizeof(data), got,
	    PASSING_MOST, &count, 0), 5);
	ck_assert_int_eq(memcmp(data, "hello", 5), 0);
	ck_assert_int_eq(count, _i);
	for (i = 0; i < count; i++) {
		ck_assert_int_eq(fcntl(got[i], F_GETFD), FD_CLOEXEC);
		close(got[i]);
	}
	close_pair();
}

LOOP_TEST(more_than_expected_are_closed, 2, PASSING_MOST + 1)
{
	int sent[PASSING_MOST], got[PASSING_MOST], count, i;
	char data[8];

	open_pair(SOCK_STREAM);
	for (i = 0; i < PASSING_MOST; i++)
		sent[i] = pipes[1];
	ck_assert_int_eq(passing_send(fd[0], "hello", 5, sent, _i, 0), 5);
	ck_assert_int_eq(passing_receive(fd[1], data, sizeof(data), got, 1,
	    &count, 0), -1);
	ck_assert_int_eq(errno, EPROTO);
	ck_assert_int_eq(count, 0);
	close_pair();
}

/* To look at the first byte takes a copy; to read it, the file itself. */
TEST(what_is_looked_at_is_left)
{
	int got, count;
	char data[8];

	open_pair(SOCK_STREAM);
	ck_assert_int_eq(passing_send(fd[0], "hello", 5, &pipes[1], 1, 0), 5);
	ck_assert_int_eq(passing_receive(fd[1], data, 1, &got, 1, &count,
	    MSG_PEEK), 1);
	ck_assert_int_eq(count, 1);
	close(got);
	/* Without room for it, the kernel closes it. */
	ck_assert_int_eq(recv(fd[1], data, sizeof(data), 0), 5);
	close_pair();
}

/* A packet without a byte is the end, and its files are not kept. */
TEST(an_empty_packet_is_the_end)
{
	struct iovec part = { .iov_base = NULL, .iov_len = 0 };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(sizeof(int))];
	} rights = { .bytes = "" };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = rights.bytes,
	    .msg_controllen = sizeof(rights.bytes) };
	int got, count;
	char data[8];

	open_pair(SOCK_SEQPACKET);
	rights.head.cmsg_level = SOL_SOCKET;
	rights.head.cmsg_type = SCM_RIGHTS;
	rights.head.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&rights.head), &pipes[1], sizeof(int));
	ck_assert_int_eq(sendmsg(fd[0], &m, 0), 0);
	ck_assert_int_eq(passing_receive(fd[1], data, sizeof(data), &got, 1,
	    &count, 0), 0);
	ck_assert_int_eq(count, 0);
	close_pair();
}

TEST(without_files_there_are_none)
{
	int got, count = -1;
	char data[8];

	open_pair(SOCK_STREAM);
	ck_assert_int_eq(send(fd[0], "x", 1, 0), 1);
	ck_assert_int_eq(passing_receive(fd[1], data, sizeof(data), &got, 1,
	    &count, 0), 1);
	ck_assert_int_eq(count, 0);
	close(fd[0]);
	ck_assert_int_eq(passing_receive(fd[1], data, sizeof(data), &got, 1,
	    &count, 0), 0);
	fd[0] = -1;
	close_pair();
}

/* A message as large as there are, and a file that comes before its end. */
TEST(a_long_message_goes_whole)
{
	struct buf message = BUF_INIT(60000);
	int got, count;
	char data[60000];
	size_t have;
	ssize_t n;

	open_pair(SOCK_STREAM);
	memset(data, 'x', sizeof(data));
	ck_assert_int_eq(buf_add(&message, data, sizeof(data)), 0);
	ck_assert_int_eq(passing_send_message(fd[0], &message, pipes[1],
	    clock_ms() + LONG), 0);
	n = passing_receive(fd[1], data, sizeof(data), &got, 1, &count, 0);
	ck_assert_int_gt(n, 0);
	ck_assert_int_eq(count, 1);
	close(got);
	for (have = (size_t)n; have < message.len; have += (size_t)n) {
		n = recv(fd[1], data, sizeof(data), 0);
		ck_assert_int_gt(n, 0);
	}
	ck_assert_uint_eq(have, message.len);
	buf_free(&message);
	close_pair();
}

/* A peer that has gone is an errno, and no signal. */
TEST(a_peer_that_has_gone)
{
	struct buf message = BUF_INIT(100);

	open_pair(SOCK_STREAM);
	ck_assert_int_eq(buf_adds(&message, "hello"), 0);
	close(fd[1]);
	ck_assert_int_eq(passing_send_message(fd[0], &message, pipes[1],
	    clock_ms() + LONG), -1);
	ck_assert_int_eq(errno, EPIPE);
	fd[1] = -1;
	buf_free(&message);
	close_pair();
}
