/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_session.c - one request on one connection, from the bytes that come in
 * to those that go out
 *
 * exec_worker.c and start_worker.c are compiled in here with a worker of the
 * test's own: this program again, which does as TOKEND_TEST_WORKER says.
 */
#undef TOKEND_WORKER
#define TOKEND_WORKER "./tokend-worker"
#include "serve/exec_worker.c"
#include "serve/start_worker.c"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "account/account.h"
#include "files/lock.h"
#include "lineio.h"
#include "played_worker.h"
#include "serve/request/session.h"
#include "state/state.h"
#include "state/token_cache.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define SHORT 150	/* ms */

#define ACCOUNT "token_endpoint = https://as.example.org/t\n" \
	"client_id = x\nhosts = mx.example.org mx2.example.org\n" \
	"user = me\nuser_imap = me-imap\n"
#define GET "tokend=1\nverb=get\naccount=acct\nservice=smtp\n" \
	"host=mx.example.org\nmechanism=XOAUTH2\n"
#define REJECT "tokend=1\nverb=reject\naccount=acct\nhost=mx.example.org\n"

static void
stamp_of_account(char stamp[STAMP_MAX])
{
	struct stat st;

	if (stat("config/accounts/acct.conf", &st) == 0)
		cache_stamp(stamp, &st);
}

/* The worker's side: what tokend-worker does, without a provider. */
static int
be_worker(int argc, char *argv[])
{
	const char *plan = getenv("TOKEND_TEST_WORKER");
	struct answer mine = ANSWER_INIT;
	struct state st;
	char pid[20];
	int fd = open("requests", O_WRONLY | O_APPEND | O_CREAT, 0600);

	if (fd == -1 || write(fd, "x", 1) != 1 || close(fd) == -1 ||
	    strcmp(argv[argc - 1], "acct") != 0 || scope_own(&s, &why) != 1)
		return 1;
	snprintf(pid, sizeof(pid), "%ld", (long)getpid());
	scratch_write("worker.pid", 0600, pid);
	if (strcmp(plan, "die") == 0)
		return 1;
	if (strcmp(plan, "silent") == 0)
		for (;;)
			pause();
	poll(NULL, 0, 20);	/* a provider takes its time */
	if (strcmp(plan, "later") != 0)
		return played_renew() == 0 ? 0 : 1;
	state_read(&st, &s, "acct");
	st.code = STATUS_LATER;
	st.failures = 1;
	st.tried = clock_seconds();
	st.retry_at = st.tried + 3600;
	snprintf(st.text, sizeof(st.text), "no answer from there");
	stamp_of_account(st.stamp);
	state_write(&st, &s, "acct", &why);
	(fail)(&mine.failure, STATUS_LATER, "%s", st.text);
	return played_answer(&mine) == 0 ? 0 : 1;
}

static int
requests(void)
{
	struct stat st;

	return stat("requests", &st) == -1 ? 0 : (int)st.st_size;
}

static void
setup(void)
{
	played_open(ACCOUNT);
	setenv("TOKEND_TEST_WORKER", "ok", 1);
}

/* A worker that lives on is ours to end; it holds the lock. */
static void
end_worker(void)
{
	char *pid = scratch_read("worker.pid");
	int lock;

	if (pid != NULL)
		kill((pid_t)atol(pid), SIGKILL);
	free(pid);
	lock = lock_open(&s, "acct", &why);
	if (lock != -1)
		lock_take(lock, clock_ms() + LONG);
	close(lock);
}

static void
teardown(void)
{
	unsetenv("TOKEND_TEST_WORKER");
	played_close();
}

FIXTURE(setup, teardown);

/* As uid, or as ourselves; whoever makes the connection is the peer. */
static void
ask_as(uid_t uid, const char *request)
{
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	int fd[2];

	if (uid != (uid_t)-1)
		ck_assert_int_eq(seteuid(uid), 0);
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	if (uid != (uid_t)-1)
		ck_assert_int_eq(seteuid(0), 0);
	ck_assert_int_eq(send(fd[0], request, strlen(request), 0),
	    (ssize_t)strlen(request));
	session(fd[1], &s, SESSION_PATIENCE);
	close(fd[1]);
	answer_free(&a);
	memset(&a.failure, 0, sizeof(a.failure));
	ck_assert_int_eq(io_receive(fd[0], &b, clock_ms() + LONG), 0);
	ck_assert_msg(answer_decode(&a, &b, &why) == 0, "%s", why.text);
	close(fd[0]);
}

static void
ask(const char *request)
{
	ask_as((uid_t)-1, request);
}

static void
expect_token(const char *token)
{
	ck_assert_msg(a.failure.code == STATUS_OK, "%s: %s",
	    status_word(a.failure.code), a.failure.text);
	ck_assert_ptr_nonnull(a.token);
	ck_assert_str_eq(a.token, token);
}

static void
expect_failure(enum status code, const char *says)
{
	ck_assert_msg(a.failure.code == code &&
	    strstr(a.failure.text, says) != NULL, "%s: %s",
	    status_word(a.failure.code), a.failure.text);
}

TEST(a_fresh_token_is_given)
{
	put_token("cached", ID, 1000, 2000, "");
	ask(GET "\n");
	expect_token("cached");
	ck_assert_str_eq(a.id, ID);
	ck_assert_str_eq(a.user, "me");
	ask("tokend=1\nverb=get\naccount=ACCT\nservice=imap\n"
	    "host=MX2.example.org\nmechanism=OAUTHBEARER\n\n");
	expect_token("cached");
	ck_assert_str_eq(a.user, "me-imap");
	ck_assert_int_eq(requests(), 0);
}

TEST(a_command_names_no_host)
{
	put_token("cached", ID, 1000, 2000, "");
	ask("tokend=1\nverb=get\naccount=acct\nmechanism=none\n\n");
	expect_token("cached");
	ask("tokend=1\nverb=get\naccount=acct\nmechanism=XOAUTH2\n\n");
	expect_failure(STATUS_HOST, "names no server");
	ck_assert_int_eq(requests(), 0);
}

TEST(a_host_is_listed_or_gets_nothing)
{
	put_token("cached", ID, 1000, 2000, "");
	ask("tokend=1\nverb=get\naccount=acct\nhost=evil.example.org\n"
	    "mechanism=XOAUTH2\n\n");
	expect_failure(STATUS_HOST, "not for the server evil.example.org");
	ck_assert_ptr_nonnull(strstr(a.failure.text,
	    "`hosts = mx.example.org mx2.example.org`"));
	ck_assert_ptr_null(a.token);
	ck_assert_int_eq(requests(), 0);
}

TEST(without_a_token_one_is_fetched)
{
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_str_eq(a.user, "me");
	ck_assert_int_eq(requests(), 1);
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

TEST(one_that_is_over_is_fetched_anew)
{
	put_token("over", ID, 1000, 59, "");
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

/* The worker has the lock until it is done. */
static void
wait_for_worker(void)
{
	int lock;

	ck_assert_int_ne(lock = lock_open(&s, "acct", &why), -1);
	ck_assert_int_eq(lock_take(lock, clock_ms() + LONG), 0);
	close(lock);
}

TEST(one_that_is_due_is_given_and_renewed_behind)
{
	put_token("due", ID, -1, 2000, "");
	ask(GET "\n");
	expect_token("due");
	wait_for_worker();
	ck_assert_int_eq(requests(), 1);
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

#define ASKERS 12

static int
ask_alone(void *argument)
{
	(void)argument;
	ask(GET "wait=50000\n\n");
	return a.failure.code == STATUS_OK && a.token != NULL &&
	    strcmp(a.token, "fetched") == 0 ? 0 : 1;
}

TEST(many_askers_cause_one_request)
{
	pid_t child[ASKERS];
	int i, lock;

	/* The last use of the lock was long ago. */
	ck_assert_int_ne(lock = lock_open(&s, "acct", &why), -1);
	ck_assert_int_eq(lock_try(lock), 1);
	lock_clear_time(lock);
	close(lock);
	for (i = 0; i < ASKERS; i++)
		child[i] = scratch_fork(ask_alone, NULL);
	for (i = 0; i < ASKERS; i++)
		ck_assert_int_eq(scratch_wait(child[i]), 0);
	ck_assert_int_eq(requests(), 1);
}

TEST(a_failure_holds_for_all)
{
	setenv("TOKEND_TEST_WORKER", "later", 1);
	ask(GET "\n");
	expect_failure(STATUS_LATER, "no answer from there");
	ask(GET "\n");
	expect_failure(STATUS_LATER, "no answer from there (next try in ");
	ck_assert_int_gt(a.failure.retry_after, 3000);
	ck_assert_int_eq(requests(), 1);
	/* A token that is still good is given all the same. */
	put_token("good", ID, -1, 2000, "");
	ask(GET "\n");
	expect_token("good");
	ck_assert_int_eq(requests(), 1);
}

TEST(a_worker_that_dies_is_told)
{
	setenv("TOKEND_TEST_WORKER", "die", 1);
	ask(GET "\n");
	expect_failure(STATUS_INTERNAL, "ended without an answer");
}

TEST(a_silent_provider_holds_up_one_asker)
{
	int64_t begun = clock_ms();
	struct timespec long_ago[2];
	int fd;

	setenv("TOKEND_TEST_WORKER", "silent", 1);
	ask(GET "wait=150\n\n");
	expect_failure(STATUS_LATER, "is being renewed");
	ck_assert_int_ge(clock_ms() - begun, SHORT);
	ck_assert_int_gt(a.failure.retry_after, 0);
	/* Once it has lasted, the next one is sent away at once. */
	clock_gettime(CLOCK_REALTIME, &long_ago[0]);
	long_ago[0].tv_sec -= 20;
	long_ago[1] = long_ago[0];
	ck_assert_int_ne(fd = open("state/lock/acct", O_RDWR | O_CLOEXEC), -1);
	ck_assert_int_eq(futimens(fd, long_ago), 0);
	close(fd);
	begun = clock_ms();
	ask(GET "wait=50000\n\n");
	expect_failure(STATUS_LATER, "is being renewed");
	ck_assert_int_lt(clock_ms() - begun, 40000);
	ck_assert_int_eq(requests(), 1);
	end_worker();
}

/*
 * Whoever has just taken the lock has not stamped it yet: flock(2) alone. An
 * asker who comes then waits, and is not sent away for the last one's sake.
 */
TEST(one_who_has_just_begun_is_waited_for)
{
	int64_t begun;
	int lock = lock_open(&s, "acct", &why);

	ck_assert_int_eq(lock_try(lock), 1);
	lock_clear_time(lock);
	ck_assert_int_eq(flock(lock, LOCK_UN), 0);
	ck_assert_int_eq(flock(lock, LOCK_EX | LOCK_NB), 0);
	begun = clock_ms();
	ask(GET "wait=150\n\n");
	expect_failure(STATUS_LATER, "is being renewed");
	ck_assert_int_ge(clock_ms() - begun, SHORT - 50);
	ck_assert_int_eq(requests(), 0);
	close(lock);
}

/* A lock that is shared cannot be taken, and is not waited for either. */
TEST(a_shared_lock_holds_nobody_beyond_the_deadline)
{
	int lock = lock_open(&s, "acct", &why);

	ck_assert_int_eq(flock(lock, LOCK_SH | LOCK_NB), 0);
	ask(GET "wait=150\n\n");
	expect_failure(STATUS_LATER, "is being renewed");
	ck_assert_int_eq(requests(), 0);
	close(lock);
}

TEST(an_account_that_is_not_there)
{
	unlink("config/accounts/acct.conf");
	ask(GET "\n");
	expect_failure(STATUS_NO_ACCOUNT, "there is no ");
	put_account("nonsense\n");
	ask(GET "\n");
	expect_failure(STATUS_CONFIG, "acct.conf:1: not `key = value`");
	ask("tokend=1\nverb=get\naccount=../acct\nhost=mx.example.org\n"
	    "mechanism=XOAUTH2\n\n");
	expect_failure(STATUS_CONFIG, "may not contain '/'");
	ck_assert_int_eq(requests(), 0);
}

/* As root: the peer is somebody else. */
TEST(a_stranger_is_told_nothing)
{
	char missing[FAILURE_TEXT_MAX + 1];

	if (!scratch_started_as_root())
		return;
	put_token("cached", ID, 1000, 2000, "4712 ");
	ask_as(4711, GET "\n");
	expect_failure(STATUS_DENIED, "(uid 4711) may not use it, or there is "
	    "no such account");
	memcpy(missing, a.failure.text, sizeof(missing));
	put_account("nonsense\n");
	ask_as(4711, GET "\n");
	ck_assert_int_eq(a.failure.code, STATUS_DENIED);
	ck_assert_str_eq(a.failure.text, missing);
	unlink("config/accounts/acct.conf");
	ask_as(4711, GET "\n");
	ck_assert_int_eq(a.failure.code, STATUS_DENIED);
	ck_assert_str_eq(a.failure.text, missing);
	ask_as(4711, REJECT "id=" ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_DENIED);
	ck_assert_int_eq(requests(), 0);
}

TEST(who_is_listed_may_ask)
{
	if (!scratch_started_as_root())
		return;
	put_account(ACCOUNT "allow = 4711 @no-such-group\n");
	/* By the cache's own list, and by the account file's. */
	put_token("cached", ID, 1000, 2000, "4711 ");
	ask_as(4711, GET "\n");
	expect_token("cached");
	put_token("cached", ID, 1000, 2000, "");
	ask_as(4711, GET "\n");
	expect_token("cached");
	ask_as(4712, GET "\n");
	expect_failure(STATUS_DENIED, "uid 4712");
	ask_as(4711, "tokend=1\nverb=get\naccount=acct\n"
	    "host=evil.example.org\nmechanism=XOAUTH2\n\n");
	expect_failure(STATUS_HOST, "not for the server");
	/* And is told what is wrong with its file. */
	put_account("allow = 4711\nnonsense\n");
	ask_as(4711, GET "\n");
	expect_failure(STATUS_CONFIG, "acct.conf:2: ");
	ask_as(4712, GET "\n");
	expect_failure(STATUS_DENIED, "uid 4712");
	/* Or by tokend.conf, for all accounts that say nothing. */
	put_account(ACCOUNT);
	scratch_write("config/tokend.conf", 0600, "allow = 4713\n");
	put_token("cached", ID, 1000, 2000, "");
	ask_as(4713, GET "\n");
	expect_token("cached");
	ask_as(4711, GET "\n");
	expect_failure(STATUS_DENIED, "uid 4711");
}

static const struct {
	const char *request;
	enum status code;
	const char *says;
} wrong[] = {
	{ "tokend=2\nverb=get\naccount=acct\nmechanism=none\n\n",
	    STATUS_VERSION, "version \"2\"" },
	{ "GET / HTTP/1.0\r\n\r\n", STATUS_INTERNAL, "not in tokend's" },
	{ GET "\nx", STATUS_INTERNAL, "not in tokend's" },
	{ "\n", STATUS_INTERNAL, "" },
	{ "tokend=1\nverb=store\naccount=acct\n\n", STATUS_INTERNAL, "verb" },
	{ "tokend=1\nverb=get\nverb=get\n\n", STATUS_INTERNAL, "twice" },
	{ REJECT "\n", STATUS_INTERNAL, "lacks" },
	{ "tokend=1\nverb=reject\naccount=acct\nid=" ID "\n\n",
	    STATUS_HOST, "" },
	{ "tokend=1\nverb=reject\naccount=acct\nhost=a b\nid=" ID "\n\n",
	    STATUS_HOST, "" },
};

TABLE_TEST(a_bad_request_is_answered, wrong)
{
	put_token("cached", ID, 1000, 2000, "");
	ask(wrong[_i].request);
	expect_failure(wrong[_i].code, wrong[_i].says);
	ck_assert_int_eq(requests(), 0);
	ask(GET "\n");
	expect_token("cached");
}

TEST(one_who_says_nothing_is_left)
{
	int fd[2];
	char byte;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	ck_assert_int_eq(shutdown(fd[0], SHUT_WR), 0);
	session(fd[1], &s, SESSION_PATIENCE);
	/* Ended for good, although fd[1] is still open. */
	ck_assert_int_eq(recv(fd[0], &byte, 1, MSG_DONTWAIT), 0);
	close(fd[0]);
	close(fd[1]);
}

TEST(one_who_takes_his_time_is_left)
{
	int64_t begun = clock_ms();
	int fd[2];
	char byte;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	ck_assert_int_eq(send(fd[0], GET, strlen(GET), 0),
	    (ssize_t)strlen(GET));
	session(fd[1], &s, SHORT);
	ck_assert_int_ge(clock_ms() - begun, SHORT);
	ck_assert_int_eq(recv(fd[0], &byte, 1, MSG_DONTWAIT), 0);
	close(fd[0]);
	close(fd[1]);
}

#define OTHER_GET "tokend=1\nverb=get\naccount=acct\n" \
	"host=mx2.example.org\nmechanism=XOAUTH2\n\n"
#define DOUBT "tokend=1\nverb=doubt\naccount=acct\nhost=mx.example.org\n"
#define OTHER_REJECT "tokend=1\nverb=reject\naccount=acct\n" \
	"host=mx2.example.org\n"

/* The one that the host of a helper has: its own files may be full. */
static int
reject_without_files(void *argument)
{
	const struct rlimit none = { 0, 0 };

	(void)argument;
	/* libcheck writes to a file as well: a session comes first. */
	ask(GET "\n");
	if (setrlimit(RLIMIT_FSIZE, &none) == -1)
		return 1;
	ask(REJECT "id=" ID "\nchallenge={}\n\n");
	return a.failure.code == STATUS_LATER ||
	    a.failure.code == STATUS_CONFIG ? 0 : 1;
}

TEST(a_limit_on_files_is_told)
{
	put_token("cached", ID, 1000, 2000, "");
	ck_assert_int_eq(scratch_wait(scratch_fork(reject_without_files,
	    NULL)), 0);
}

/* What the user's plugin is told, who reads the cache file by itself. */
static void
expect_in_cache(const char *token, const char *refused, int is_fresh)
{
	struct account account;
	struct cache c = CACHE_INIT;
	int64_t now = clock_seconds();

	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	ck_assert_int_eq(token_cache_read(&c, &s, &account, now), 0);
	ck_assert_str_eq(c.token, token);
	ck_assert_str_eq(c.refused, refused);
	ck_assert_int_eq(now < c.fresh_until, is_fresh);
	cache_free(&c);
	account_free(&account);
}

TEST(a_refusal_makes_the_token_due)
{
	struct state st;

	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" NEW_ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ask(GET "\n");
	expect_token("cached");		/* that was of another token */
	ask(REJECT "id=" ID "\nchallenge={\"status\":\"401\"}\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	expect_in_cache("cached", "mx.example.org ", 0);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refusals[0].count, 1);
	ck_assert_str_eq(st.refusals[0].said, "{\"status\":\"401\"}");
	ck_assert_int_eq(requests(), 0);
	/* A second report of it changes nothing more. */
	ask(REJECT "id=" ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

TEST(a_refusal_that_passes_changes_nothing)
{
	struct state st;

	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\nchallenge={\"status\":\"503\"}\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	expect_in_cache("cached", "", 1);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refusals[0].count, 0);
	ask(GET "\n");
	expect_token("cached");
	ck_assert_int_eq(requests(), 0);
}

/* Given until there is a newer one; no other doubt counts for an hour. */
TEST(a_doubt_renews_once)
{
	struct state st;

	put_token("cached", ID, 1000, 2000, "");
	ask(DOUBT "id=" NEW_ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ck_assert_int_eq(requests(), 0);	/* that was of another token */
	ask(DOUBT "id=" ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	wait_for_worker();
	ck_assert_int_eq(requests(), 1);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refusals[0].count, 0);
	put_token("newer", ID, 1000, 2000, "");
	ask(DOUBT "id=" ID "\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	expect_in_cache("newer", "", 1);
	ask(GET "\n");
	expect_token("newer");
	ck_assert_int_eq(requests(), 1);
}

/* It is good for the others, whatever the provider does meanwhile. */
TEST(a_refusal_takes_the_token_from_that_host_only)
{
	setenv("TOKEND_TEST_WORKER", "later", 1);
	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\n\n");
	ask(GET "\n");
	expect_failure(STATUS_LATER, "no answer from there");
	ck_assert_ptr_null(a.token);
	ck_assert_int_eq(requests(), 1);
	ask(OTHER_GET);
	expect_token("cached");
	ask(GET "\n");
	expect_failure(STATUS_LATER, "no answer from there (next try in");
	ck_assert_int_eq(requests(), 1);
	expect_in_cache("cached", "mx.example.org ", 0);
}

TEST(what_one_host_refused_the_next_asker_renews)
{
	int lock;

	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\n\n");
	ask(OTHER_GET);
	expect_token("cached");
	ck_assert_int_ne(lock = lock_open(&s, "acct", &why), -1);
	ck_assert_int_eq(lock_take(lock, clock_ms() + LONG), 0);
	close(lock);
	ask(GET "\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

/* The second replacement waits, and only the host that caused it does. */
TEST(another_host_that_refuses_waits)
{
	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\n\n");
	ask(GET "\n");
	expect_token("fetched");
	ask(OTHER_REJECT "id=" NEW_ID "\nchallenge=no\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ask(OTHER_GET);
	expect_failure(STATUS_LATER, "mx2.example.org refused the current "
	    "token (it said: no)");
	ck_assert_int_gt(a.failure.retry_after, 0);
	ck_assert_int_le(a.failure.retry_after, 30);
	ask(GET "\n");
	expect_token("fetched");
	expect_in_cache("fetched", "mx2.example.org ", 1);
	ck_assert_int_eq(requests(), 1);
}

/* A client that is not ours may not have masked what the server echoed. */
TEST(a_refusal_is_kept_without_the_token)
{
	struct state st;

	put_token("ya29.a0AfH6SMBx-7_Qw", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\nchallenge={\"d\":\"bad ya29.a0Af H6SMBx-7_Q"
	    "!\"}\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	state_read(&st, &s, "acct");
	ck_assert_str_eq(st.refusals[0].said, "{\"d\":\"bad ***!\"}");
}

TEST(two_refusals_shut_that_host_out)
{
	put_token("cached", ID, 1000, 2000, "");
	ask(REJECT "id=" ID "\n\n");
	ask(GET "\n");
	expect_token("fetched");
	ask(REJECT "id=" NEW_ID "\nchallenge=535 no\n\n");
	ck_assert_int_eq(a.failure.code, STATUS_OK);
	ask(GET "\n");
	expect_failure(STATUS_REJECTED, "mx.example.org refused two fresh "
	    "tokens (it said: 535 no)");
	ck_assert_int_gt(a.failure.retry_after, 3000);
	/* The others go on with the token that there is. */
	ask("tokend=1\nverb=get\naccount=acct\nhost=mx2.example.org\n"
	    "mechanism=XOAUTH2\n\n");
	expect_token("fetched");
	ck_assert_int_eq(requests(), 1);
}

TEST(no_descriptor_is_left)
{
	int before, after;

	put_token("cached", ID, 1000, 2000, "");
	ask(GET "\n");		/* libc opens some of its own, once */
	ask(REJECT "id=" NEW_ID "\n\n");
	before = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(before);
	ask(GET "\n");
	ask(REJECT "id=" ID "\n\n");
	ask(GET "\n");
	ask("GET / HTTP/1.0\r\n\r\n");
	after = open("/dev/null", O_RDONLY | O_CLOEXEC);
	close(after);
	ck_assert_int_eq(before, after);
}

TEST(without_a_place_everybody_is_told_why)
{
	struct buf b = BUF_INIT(PROTO_MESSAGE_MAX);
	int fd[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    fd), 0);
	ck_assert_int_eq(send(fd[0], GET "\n", strlen(GET "\n"), 0),
	    (ssize_t)strlen(GET "\n"));
	(fail)(&why, STATUS_CONFIG, "there is no user");
	session_refuse(fd[1], &why);
	ck_assert_int_eq(io_receive(fd[0], &b, clock_ms() + LONG), 0);
	ck_assert_int_eq(answer_decode(&a, &b, &why), 0);
	expect_failure(STATUS_CONFIG, "there is no user");
	close(fd[0]);
	close(fd[1]);
}

int
main(int argc, char *argv[])
{
	if (strcmp(argv[0], TOKEND_WORKER) == 0)
		_exit(be_worker(argc, argv));
	return unit_run();
}
