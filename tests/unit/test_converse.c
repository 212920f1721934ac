/* SPDX-License-Identifier: BSD-2-Clause */
/* test_converse.c - the command's side of a conversation with the worker */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command/converse.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct converse c;
static int worker;	/* the other side */
static struct failure why;

static void
setup(void)
{
	int fd[2];

	c = (struct converse)CONVERSE_INIT;
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd), 0);
	c.fd = fd[0];
	worker = fd[1];
	memset(&why, 0, sizeof(why));
}

static void
teardown(void)
{
	converse_close(&c);
	close(worker);
}

FIXTURE(setup, teardown);

static void
tell(const char *message)
{
	ck_assert_int_eq(send(worker, message, strlen(message), 0),
	    (ssize_t)strlen(message));
}

static int
wait_once(void)
{
	return converse_wait(&c, WAIT_EVENT, 2000, &why);
}

TEST(events_come_one_by_one)
{
	tell("event=open\nurl=https://op.example/\n\n");
	tell("event=note\ntext=two\n\n");
	ck_assert_int_eq(wait_once(), CONVERSE_EVENT);
	ck_assert(converse_is(&c, "open"));
	ck_assert_str_eq(converse_value(&c, "url"), "https://op.example/");
	ck_assert_str_eq(converse_value(&c, "port"), "");
	ck_assert_int_eq(wait_once(), CONVERSE_EVENT);
	ck_assert_str_eq(converse_value(&c, "text"), "two");
	ck_assert_str_eq(converse_value(&c, "url"), "");
}

/* A provider's words may come to a terminal through here. */
TEST(what_a_terminal_would_obey_is_masked)
{
	tell("event=note\ntext=a\033[2Jb\n\n");
	ck_assert_int_eq(wait_once(), CONVERSE_EVENT);
	ck_assert_str_eq(converse_value(&c, "text"), "a?[2Jb");
}

TEST(the_end_is_an_end)
{
	tell("event=end\ncode=ok\n\n");
	ck_assert_int_eq(wait_once(), CONVERSE_END);
}

TEST(the_end_brings_the_failure)
{
	tell("event=end\ncode=later\ntext=come again %s\nretry_after=7\n\n");
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_str_eq(why.text, "come again %s");
	ck_assert_int_eq(why.retry_after, 7);
}

TEST(an_end_that_says_nothing_is_a_failure)
{
	tell("event=end\n\n");
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	tell("event=end\ncode=nonsense\n\n");
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
}

TEST(a_worker_that_is_gone_is_told)
{
	close(worker);
	worker = -1;
	ck_assert_int_eq(converse_send_one(&c, "keep", "yes", &why), 0);
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "without a result"));
}

/* The failure is what counts, not that nobody listens any more. */
TEST(the_last_word_is_heard_after_its_sender_has_gone)
{
	tell("event=end\ncode=config\ntext=wrong\n\n");
	close(worker);
	worker = -1;
	ck_assert_int_eq(converse_send_one(&c, "way", "given", &why), 0);
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_str_eq(why.text, "wrong");
}

TEST(what_is_no_message_is_refused)
{
	tell("nonsense");
	ck_assert_int_eq(wait_once(), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
}

TEST(nothing_happens_for_a_while)
{
	ck_assert_int_eq(converse_wait(&c, WAIT_EVENT, 10, &why),
	    CONVERSE_TIMEOUT);
	ck_assert_int_eq(converse_wait(&c, WAIT_UNINTERRUPTED, 10, &why),
	    CONVERSE_TIMEOUT);
}

TEST(what_is_said_arrives)
{
	struct message t = MESSAGE_INIT;

	ck_assert_int_eq(converse_send_one(&c, "pasted",
	    "http://127.0.0.1/?code=1", &why), 0);
	ck_assert_int_eq(message_receive(worker, &t, INT64_MAX), 0);
	ck_assert_str_eq(attrs_get(&t.attrs, "pasted"),
	    "http://127.0.0.1/?code=1");
	message_free(&t);
	ck_assert_int_eq(converse_send_one(&c, "pasted", "two\nlines", &why),
	    -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

/* Where a person may type, that ends the wait as an event does. */
TEST(standard_input_is_heard)
{
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(dup2(fd[0], STDIN_FILENO), STDIN_FILENO);
	ck_assert_int_eq(write(fd[1], "x\n", 2), 2);
	ck_assert_int_eq(converse_wait(&c, WAIT_EVENT, 10, &why),
	    CONVERSE_TIMEOUT);
	ck_assert_int_eq(converse_wait(&c, WAIT_INPUT, 2000, &why),
	    CONVERSE_INPUT);
	/* An event goes before it. */
	tell("event=end\ncode=ok\n\n");
	ck_assert_int_eq(converse_wait(&c, WAIT_INPUT, 2000, &why),
	    CONVERSE_END);
	close(fd[0]);
	close(fd[1]);
}
