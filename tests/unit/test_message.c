/* SPDX-License-Identifier: BSD-2-Clause */
/* test_message.c - messages between a command and its worker */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/message.h"
#include "lineio.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LONG 60000	/* ms, for what does not wait */
#define SHORT 50	/* ms, for what does */

static int fd[2];
static struct message got;

static void
setup(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    fd), 0);
	got = (struct message)MESSAGE_INIT;
}

static void
teardown(void)
{
	if (fd[0] != -1)
		close(fd[0]);
	close(fd[1]);
	message_free(&got);
}

FIXTURE(setup, teardown);

static int
receive(int64_t wait)
{
	return message_receive(fd[1], &got, clock_ms() + wait);
}

static void
say(const char *name, const char *value)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	ck_assert_int_eq(attrs_add(&b, name, value), 0);
	ck_assert_int_eq(message_send(fd[0], &b), 0);
	buf_free(&b);
}

static void
put(const char *packet, size_t len)
{
	ck_assert_int_eq(send(fd[0], packet, len, 0), (ssize_t)len);
}

TEST(messages_come_one_by_one)
{
	say("event", "open");
	say("event", "end");
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(attrs_get(&got.attrs, "event"), "open");
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(attrs_get(&got.attrs, "event"), "end");
}

TEST(what_was_sent_before_the_end_still_comes)
{
	say("event", "end");
	close(fd[0]);
	fd[0] = -1;
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_int_eq(receive(LONG), -1);
	ck_assert_int_eq(errno, ENODATA);
}

/* The kernel resets what was closed before all was read; it is an end, too. */
TEST(who_leaves_without_reading_has_closed)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	ck_assert_int_eq(attrs_add(&b, "event", "open"), 0);
	ck_assert_int_eq(message_send(fd[1], &b), 0);
	buf_free(&b);
	close(fd[0]);
	fd[0] = -1;
	ck_assert_int_eq(receive(LONG), -1);
	ck_assert_int_eq(errno, ENODATA);
}

TEST(a_long_value_comes_whole)
{
	char value[16001];

	memset(value, 'k', sizeof(value) - 1);
	value[sizeof(value) - 1] = '\0';
	say("client_key", value);
	ck_assert_int_eq(receive(LONG), 0);
	ck_assert_str_eq(attrs_get(&got.attrs, "client_key"), value);
}

TEST(silence_ends_at_the_deadline)
{
	int64_t begun = clock_ms();

	ck_assert_int_eq(receive(SHORT), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
	ck_assert_int_ge(clock_ms() - begun, SHORT);
}

TEST(a_deadline_in_the_past_is_one)
{
	say("event", "end");
	ck_assert_int_eq(receive(-1), -1);
	ck_assert_int_eq(errno, ETIMEDOUT);
}

static const struct {
	const char *bytes;
	size_t len;
} broken[] = {
	{ "event=end\n", 10 },
	{ "event=end\n\nx", 12 },
	{ "event=end\n\nevent=end\n\n", 22 },
	{ "event\n\n", 7 },
	{ "event=a\nevent=b\n\n", 17 },
	{ "event=a\0\n\n", 10 },
	{ "event=a\r\n\n", 10 },
};

TABLE_TEST(what_is_no_message_is_refused, broken)
{
	put(broken[_i].bytes, broken[_i].len);
	ck_assert_int_eq(receive(LONG), -1);
	ck_assert_int_eq(errno, EPROTO);
}

TEST(a_value_that_breaks_the_line_is_not_sent)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	ck_assert_int_eq(attrs_add(&b, "text", "a\nb"), -1);
	ck_assert_int_eq(errno, EINVAL);
	buf_free(&b);
}

TEST(a_side_that_has_gone_is_no_signal)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	close(fd[0]);
	fd[0] = -1;
	ck_assert_int_eq(attrs_add(&b, "event", "end"), 0);
	ck_assert_int_eq(message_send(fd[1], &b), -1);
	ck_assert_int_eq(errno, EPIPE);
	buf_free(&b);
}
