/* SPDX-License-Identifier: BSD-2-Clause */
/* test_join.c - two streams that become one connection */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/join.h"
#include "lineio.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define BIG (4 * 1024 * 1024)
#define LINGER 300	/* ms */

/* The two ends that the join has, and those of its peers. */
static int local[2], far[2];
static struct stream near_side, far_side;
static struct join join;
static enum join_end result;
static pthread_t thread;
static int watched = -1;

static void *
run(void *arg)
{
	(void)arg;
	result = join_run(&join, watched);
	/* As the process that ends does. */
	shutdown(local[1], SHUT_RDWR);
	shutdown(far[1], SHUT_RDWR);
	return NULL;
}

static void
begin(int linger)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, local), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, far), 0);
	stream_open(&near_side, local[1], local[1]);
	stream_open(&far_side, far[1], far[1]);
	ck_assert_int_eq(join_open(&join, &near_side, &far_side, linger), 0);
}

static void
start(void)
{
	ck_assert_int_eq(pthread_create(&thread, NULL, run, NULL), 0);
}

static void
finish(enum join_end expected)
{
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_int_eq(result, expected);
	join_free(&join);
	close(local[0]);
	close(local[1]);
	close(far[0]);
	close(far[1]);
}

static void
say(int fd, const char *text)
{
	ck_assert_int_eq(write(fd, text, strlen(text)),
	    (ssize_t)strlen(text));
}

/* Reads until text has come, and nothing else. */
static void
hear(int fd, const char *text)
{
	char got[256] = "";
	size_t len = 0;
	ssize_t n = 0;

	while (len < strlen(text)) {
		n = read(fd, got + len, sizeof(got) - 1 - len);
		ck_assert_int_gt(n, 0);
		len += (size_t)n;
	}
	got[len] = '\0';
	ck_assert_str_eq(got, text);
}

static void
hear_end(int fd)
{
	char byte = 0;

	ck_assert_int_eq(read(fd, &byte, 1), 0);
}

TEST(passes_both_ways_until_the_far_side_ends)
{
	begin(-1);
	join_begin_with(&join, "first ", 6);
	start();
	say(local[0], "hello");
	hear(far[0], "first hello");
	say(far[0], "answer");
	hear(local[0], "answer");
	say(far[0], "bye");
	shutdown(far[0], SHUT_RDWR);
	hear(local[0], "bye");
	hear_end(local[0]);
	finish(JOIN_ENDED);
}

/* The end of one way is told, where it can be, and the other goes on. */
TEST(half_closes)
{
	begin(-1);
	start();
	say(local[0], "last words");
	shutdown(local[0], SHUT_WR);
	hear(far[0], "last words");
	hear_end(far[0]);
	say(far[0], "heard");
	shutdown(far[0], SHUT_WR);
	hear(local[0], "heard");
	hear_end(local[0]);
	finish(JOIN_ENDED);
}

TEST(lingers_for_the_far_side_that_cannot_be_told)
{
	int64_t begun = 0;

	begin(LINGER);
	far_side.finish = NULL;
	start();
	say(local[0], "last words");
	shutdown(local[0], SHUT_WR);
	hear(far[0], "last words");
	usleep(LINGER * 600);
	say(far[0], "slow answer");
	hear(local[0], "slow answer");
	begun = clock_ms();
	hear_end(local[0]);
	ck_assert_int_ge(clock_ms() - begun, LINGER / 2);
	ck_assert_int_lt(clock_ms() - begun, 20 * LINGER);
	finish(JOIN_ENDED);
}

TEST(ends_when_the_local_side_is_gone)
{
	begin(-1);
	far_side.finish = NULL;
	start();
	say(local[0], "and away");
	close(local[0]);
	hear(far[0], "and away");
	hear_end(far[0]);
	local[0] = open("/dev/null", O_RDONLY);
	finish(JOIN_ENDED);
}

TEST(ends_when_nobody_reads_a_pipe)
{
	int in[2], out[2];

	ck_assert_int_eq(pipe(in), 0);
	ck_assert_int_eq(pipe(out), 0);
	begin(-1);
	stream_open(&near_side, in[0], out[1]);
	start();
	say(in[1], "through pipes");
	hear(far[0], "through pipes");
	say(far[0], "and back");
	hear(out[0], "and back");
	close(out[0]);
	hear_end(far[0]);
	finish(JOIN_ENDED);
	close(in[0]);
	close(in[1]);
	close(out[1]);
}

static void *
write_much(void *arg)
{
	int fd = *(int *)arg;
	char *data = malloc(BIG);
	size_t at = 0, i = 0;
	ssize_t n = 0;

	for (i = 0; data != NULL && i < BIG; i++)
		data[i] = (char)(i * 7 + i / 251);
	while (data != NULL && at < BIG &&
	    (n = write(fd, data + at, BIG - at)) > 0)
		at += (size_t)n;
	shutdown(fd, SHUT_WR);
	free(data);
	return NULL;
}

static void
read_much(int fd)
{
	static char part[5000];
	size_t at = 0, wrong = 0;
	ssize_t n = 0, i = 0;

	while ((n = read(fd, part, sizeof(part))) > 0)
		for (i = 0; i < n; i++, at++)
			wrong += part[i] != (char)(at * 7 + at / 251);
	ck_assert_uint_eq(at, BIG);
	ck_assert_uint_eq(wrong, 0);
}

TEST(passes_much_both_ways_at_once)
{
	pthread_t writers[2];

	begin(-1);
	start();
	pthread_create(&writers[0], NULL, write_much, &local[0]);
	pthread_create(&writers[1], NULL, write_much, &far[0]);
	read_much(far[0]);
	read_much(local[0]);
	pthread_join(writers[0], NULL);
	pthread_join(writers[1], NULL);
	finish(JOIN_ENDED);
}

/* Who does not read stops who writes: what is under way stays small. */
TEST(holds_back_who_writes)
{
	char part[4096] = "";
	struct pollfd p = { .events = POLLOUT };
	size_t sent = 0;
	ssize_t n = 0;

	begin(-1);
	start();
	fcntl(local[0], F_SETFL, O_NONBLOCK);
	p.fd = local[0];
	while (sent < BIG && poll(&p, 1, 300) == 1)
		if ((n = write(local[0], part, sizeof(part))) > 0)
			sent += (size_t)n;
	ck_assert_uint_lt(sent, 2 * 1024 * 1024);
	shutdown(far[0], SHUT_RDWR);
	finish(JOIN_ENDED);
}

TEST(is_idle_without_a_limit_and_minds_what_it_watches)
{
	int talk[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, talk), 0);
	watched = talk[1];
	begin(LINGER);
	start();
	usleep(2 * LINGER * 1000);
	say(local[0], "still here");
	hear(far[0], "still here");
	close(talk[0]);
	finish(JOIN_WATCHED);
	close(talk[1]);
	watched = -1;
}

static ssize_t
read_broken(void *of, void *data, size_t len)
{
	(void)of;
	(void)data;
	(void)len;
	errno = EIO;
	return -1;
}

TEST(says_that_the_far_side_broke)
{
	begin(-1);
	far_side.read = read_broken;
	start();
	hear_end(local[0]);
	finish(JOIN_BROKEN);
}

/* Ready for poll(2), and yet nothing to be had: no loop at full speed. */
static int turns;

static ssize_t
read_nothing(void *of, void *data, size_t len)
{
	(void)of;
	(void)data;
	(void)len;
	turns++;
	errno = EAGAIN;
	return -1;
}

TEST(does_not_spin)
{
	int talk[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, talk), 0);
	watched = talk[1];
	begin(-1);
	far_side.read = read_nothing;
	say(far[0], "half a record");
	turns = 0;
	start();
	usleep(500000);
	close(talk[0]);
	finish(JOIN_WATCHED);
	ck_assert_int_lt(turns, 400);
	close(talk[1]);
	watched = -1;
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	return unit_run();
}
