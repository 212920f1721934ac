/* SPDX-License-Identifier: BSD-2-Clause */
/* test_worker_starter.c - what the process that starts workers is sent */
#include "base/name.h"
#include "serve/worker_starter.h"

#include "unit.h"	/* last: check.h has a macro fail() */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST 8

static int asking, report[2];
static pid_t starter;

static int
run_starter(void *sockets)
{
	const int *pair = sockets;

	close(pair[0]);
	close(report[0]);
	close(report[1]);
	starter_run(pair[1]);
}

static void
setup(void)
{
	int pair[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	ck_assert_int_eq(pipe(report), 0);
	starter = scratch_fork(run_starter, pair);
	close(pair[1]);
	asking = pair[0];
	alarm(60);	/* ends what hangs */
}

/* It ends by itself when no process can ask any more, by no signal. */
static void
teardown(void)
{
	int status = -1;

	close(asking);
	alarm(0);
	ck_assert_int_eq(waitpid(starter, &status, 0), starter);
	ck_assert_int_eq(status, 0);
}

FIXTURE(setup, teardown);

/* A packet with so many descriptors, each the writing end of report. */
static void
send_descriptors(size_t count, const char *account)
{
	struct {
		enum starter_task task;
		char account[NAME_MAX_LEN + 1];
	} request = { .task = STARTER_REFRESH };
	struct iovec part = { .iov_base = &request,
	    .iov_len = sizeof(request) };
	union {
		struct cmsghdr head;
		char bytes[CMSG_SPACE(MOST * sizeof(int))];
	} rights = { .bytes = "" };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	int all[MOST];
	size_t i;

	for (i = 0; i < count; i++)
		all[i] = report[1];
	strcpy(request.account, account);
	if (count > 0) {
		m.msg_control = rights.bytes;
		m.msg_controllen = CMSG_SPACE(count * sizeof(int));
		rights.head.cmsg_level = SOL_SOCKET;
		rights.head.cmsg_type = SCM_RIGHTS;
		rights.head.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&rights.head), all, count * sizeof(int));
	}
	ck_assert_int_eq(sendmsg(asking, &m, MSG_NOSIGNAL),
	    sizeof(request));
}

TEST(a_wrong_name_is_answered)
{
	int error = 0;

	send_descriptors(STARTER_FDS, "Not/Folded");
	ck_assert_int_eq(read(report[0], &error, sizeof(error)),
	    sizeof(error));
	ck_assert_int_eq(error, EINVAL);
}

/* Control buffers have room for more than is expected: alignment. */
LOOP_TEST(another_number_of_descriptors_is_refused, 0, MOST)
{
	size_t number = (size_t)_i + (_i >= STARTER_FDS);
	char byte;
	int error = 0;

	send_descriptors(number, "Not/Folded");
	send_descriptors(STARTER_FDS, "Not/Folded");
	ck_assert_int_eq(read(report[0], &error, sizeof(error)),
	    sizeof(error));
	ck_assert_int_eq(error, EINVAL);
	/* All that came along was closed, and nothing else was said. */
	close(report[1]);
	ck_assert_int_eq(read(report[0], &byte, 1), 0);
}
