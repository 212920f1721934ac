/* SPDX-License-Identifier: BSD-2-Clause */
/* test_lineio.c - one message, one deadline */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/attr.h"
#include "lineio.h"
#include "proto.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define MESSAGE "tokend=1\nverb=get\nempty=\n\n"
#define LONG 60000	/* ms, for what does not wait */
#define SHORT 100	/* ms, for what does */

static int fd[2];
static struct buf got;
static struct sigaction alarm_before;

static void
setup(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	got = (struct buf)BUF_INIT(PROTO_MESSAGE_MAX);
}

static void
teardown(void)
{
	close(fd[0]);
	if (fd[1] != -1)
		close(fd[1]);
	buf_free(&got);
}

FIXTURE(setup, teardown);

static void
put(const void *data, size_t len)
{
	ck_assert_int_eq(send(fd[1], data, len, MSG_DONTWAIT), (ssize_t)len);
}

static int
receive(int64_t wait)
{
	errno = 0;
	return io_receive(fd[0], &got, clock_ms() + wait);
}

TEST(a_message_comes_through)
{
	struct buf sent = BUF_INIT(1000);

	ck_assert_int_eq(buf_adds(&sent, MESSAGE), 0);
	ck_assert_int_eq(io_send(fd[1], &sent, clock_ms() + LONG), 0);
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(buf_text(&got), MESSAGE);
	ck_assert_uint_eq(got.len, strlen(MESSAGE));
	buf_free(&sent);
}

TEST(what_is_here_needs_no_time)
{
	struct buf sent = BUF_INIT(1000);

	ck_assert_int_eq(buf_adds(&sent, MESSAGE), 0);
	ck_assert_int_eq(io_send(fd[1], &sent, 0), 0);
	ck_assert_int_eq(receive(-1000), 0);
	ck_assert_str_eq(buf_text(&got), MESSAGE);
	buf_free(&sent);
}

/* Each packet is one recv: so come bytes one by one, without a clock. */
TEST(bytes_may_come_one_by_one)
{
	size_t i;

	close(fd[0]);
	close(fd[1]);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    fd), 0);
	for (i = 0; i < strlen(MESSAGE); i++)
		put(&MESSAGE[i], 1);
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(buf_text(&got), MESSAGE);
}

static int
write_slowly(void *text)
{
	const char *next;

	close(fd[0]);
	for (next = text; *next != '\0'; next++) {
		if (send(fd[1], next, 1, MSG_NOSIGNAL) != 1)
			return 1;
		poll(NULL, 0, 1);
	}
	return 0;
}

TEST(a_slow_peer_is_waited_for)
{
	char text[] = MESSAGE;
	pid_t child = scratch_fork(write_slowly, text);

	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(buf_text(&got), MESSAGE);
	ck_assert_int_eq(scratch_wait(child), 0);
}

static const struct {
	const char *bytes;
	size_t len;
} wrong[] = {
	{ "a=b\n\nx", 6 },
	{ "a=b\n\n\n", 6 },
	{ "a=b\n\na=b\n\n", 10 },
	{ "a=b\r\n", 5 },
	{ "a=\0", 3 },
};

TABLE_TEST(what_is_no_message_ends_it_at_once, wrong)
{
	put(wrong[_i].bytes, wrong[_i].len);
	ck_assert_int_eq(receive(LONG), -1);
	ck_assert_int_eq(errno, EPROTO);
}

TEST(a_peer_that_ends_early_is_enodata)
{
	size_t i;

	for (i = 0; i < strlen(MESSAGE); i++) {
		put(MESSAGE, i);
		shutdown(fd[1], SHUT_WR);
		ck_assert_int_eq(receive(LONG), -1);
		ck_assert_int_eq(errno, ENODATA);
		teardown();
		setup();
	}
}

TEST(a_silent_peer_is_waited_for_until_the_deadline)
{
	int64_t deadline = clock_ms() + SHORT;

	put("tokend=1\n", 9);
	ck_assert_int_eq(io_receive(fd[0], &got, deadline), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_ge(clock_ms(), deadline);
	/* And not at all after it. */
	ck_assert_int_eq(receive(0), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_eq(receive(-1), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
}

/* A line that never ends, by a peer that never tires. */
static int
write_on(void *argument)
{
	(void)argument;
	close(fd[0]);
	while (send(fd[1], "x", 1, MSG_NOSIGNAL) == 1)
		poll(NULL, 0, 10);
	return 0;
}

TEST(bytes_do_not_put_the_deadline_off)
{
	pid_t child = scratch_fork(write_on, NULL);
	int64_t deadline = clock_ms() + 2 * SHORT;

	put("x=", 2);
	ck_assert_int_eq(io_receive(fd[0], &got, deadline), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_ge(clock_ms(), deadline);
	scratch_kill(child);
}

static volatile sig_atomic_t alarms;

static void
on_alarm(int number)
{
	(void)number;
	alarms++;
}

static void
set_alarms(int on)
{
	struct sigaction action = { .sa_handler = on_alarm };
	struct itimerval every = { { 0, on ? 3000 : 0 }, { 0, on ? 3000 : 0 } };

	if (on) {
		alarms = 0;
		sigaction(SIGALRM, &action, &alarm_before);
	}
	setitimer(ITIMER_REAL, &every, NULL);
	if (!on)
		sigaction(SIGALRM, &alarm_before, NULL);
}

TEST(signals_do_not_end_a_wait)
{
	int64_t deadline = clock_ms() + SHORT;

	set_alarms(1);
	ck_assert_int_eq(io_receive(fd[0], &got, deadline), -1);
	set_alarms(0);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_ge(clock_ms(), deadline);
	ck_assert_int_gt(alarms, 0);
}

/* A message of so many bytes, in lines as long as they may be. */
static void
fill(struct buf *b, size_t len)
{
	char *line = malloc(ATTR_LINE_MAX + 2);
	size_t n;
	int i;

	*b = (struct buf)BUF_INIT(2 * PROTO_MESSAGE_MAX);
	memset(line, 'v', ATTR_LINE_MAX);
	line[1] = '=';
	for (i = 0; len > 1; i++, len -= n) {
		n = len - 1 < ATTR_LINE_MAX ? len - 1 : ATTR_LINE_MAX;
		if (len - 1 - n > 0 && len - 1 - n < 4)
			n -= 4;
		line[0] = (char)('a' + i);
		line[n - 1] = '\n';
		ck_assert_int_eq(buf_add(b, line, n), 0);
		line[n - 1] = 'v';
	}
	ck_assert_int_eq(buf_adds(b, "\n"), 0);
	free(line);
}

/* In packets, the first of which is small: nothing is aligned. */
TEST(a_message_has_65536_bytes_at_most)
{
	struct buf message;
	size_t at, n;
	int more;

	for (more = 0; more < 2; more++) {
		close(fd[0]);
		close(fd[1]);
		ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET |
		    SOCK_CLOEXEC, 0, fd), 0);
		fill(&message, (size_t)(PROTO_MESSAGE_MAX + more));
		ck_assert_uint_eq(message.len, PROTO_MESSAGE_MAX + more);
		for (at = 0; at < message.len; at += n) {
			n = at == 0 ? 1 : message.len - at;
			n = n < 1000 ? n : 1000;
			put(message.data + at, n);
		}
		ck_assert_int_eq(receive(LONG), -more);
		if (more == 1) {
			ck_assert_int_eq(errno, EMSGSIZE);
		} else {
			ck_assert_uint_eq(got.len, message.len);
			ck_assert_mem_eq(got.data, message.data, message.len);
		}
		buf_free(&got);
		buf_free(&message);
	}
}

TEST(a_peer_that_does_not_read_is_left_at_the_deadline)
{
	struct buf much = BUF_INIT(1 << 20);
	int64_t deadline = clock_ms() + SHORT;
	int small = 1;

	ck_assert_int_eq(setsockopt(fd[1], SOL_SOCKET, SO_SNDBUF, &small,
	    sizeof(small)), 0);
	ck_assert_int_eq(buf_room(&much, 1 << 20), 0);
	memset(much.data, 'x', 1 << 20);
	much.len = 1 << 20;
	ck_assert_int_eq(io_send(fd[1], &much, deadline), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_ge(clock_ms(), deadline);
	buf_free(&much);
}

/* SIGPIPE's default would end this process. */
TEST(a_peer_that_is_gone_raises_no_signal)
{
	struct buf sent = BUF_INIT(1000);
	struct sigaction before, action = { .sa_handler = SIG_DFL };

	sigaction(SIGPIPE, &action, &before);
	ck_assert_int_eq(buf_adds(&sent, MESSAGE), 0);
	close(fd[1]);
	fd[1] = -1;
	ck_assert_int_eq(io_send(fd[0], &sent, clock_ms() + LONG), -1);
	ck_assert_int_eq(errno, EPIPE);
	ck_assert_int_eq(receive(LONG), -1);
	ck_assert_int_eq(errno, ENODATA);
	sigaction(SIGPIPE, &before, NULL);
	buf_free(&sent);
}

TEST(a_descriptor_that_is_none_is_an_error)
{
	struct buf sent = BUF_INIT(1000);

	ck_assert_int_eq(buf_adds(&sent, MESSAGE), 0);
	ck_assert_int_eq(io_send(-1, &sent, clock_ms() + LONG), -1);
	ck_assert_int_eq(errno, EBADF);
	ck_assert_int_eq(io_receive(-1, &got, clock_ms() + LONG), -1);
	ck_assert_int_eq(errno, EBADF);
	buf_free(&sent);
}
