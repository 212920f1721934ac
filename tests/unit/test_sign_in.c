/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_sign_in.c - what the job sign-in keeps, and upon whose word
 *
 * The provider is played_grant.h's. The command is this process, too: what it
 * says waits in its socket until the job listens.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/draft.h"
#include "files/lock.h"
#include "state/state.h"
#include "job/jobs.h"
#include "lineio.h"
#include "played_grant.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ACCOUNT "token_endpoint = https://as.example.org/t\n" \
	"client_id = x\nhosts = mx.example.org\n"

static struct job j;
static int command;	/* its end of the conversation */
static struct message heard;

static void
setup(void)
{
	int fd[2];

	played_setup(ACCOUNT);
	provider.scope = "mail";
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    fd), 0);
	command = fd[0];
	j = (struct job){ .fd = fd[1], .first = MESSAGE_INIT, .scope = &s,
	    .account = "acct" };
	heard = (struct message)MESSAGE_INIT;
}

static void
teardown(void)
{
	alarm(0);
	close(command);
	close(j.fd);
	message_free(&heard);
	message_free(&j.first);
	scratch_teardown();
}

FIXTURE(setup, teardown);

/* The command says one thing, and nothing else of its own accord. */
static void
say(const char *name, const char *value)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);

	ck_assert_int_eq(attrs_add(&b, name, value), 0);
	ck_assert_int_eq(message_send(command, &b), 0);
	buf_free(&b);
}

enum word { YES, NO, GONE };

/* Runs the job with what was typed; the command's word waits for it. */
static int
sign_in(const char *token, const char *secret, enum word word)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	int result;

	ck_assert_int_eq(attrs_add(&b, "way", "given"), 0);
	ck_assert_int_eq(attrs_add(&b, "refresh_token", token), 0);
	ck_assert_int_eq(attrs_add(&b, "client_secret", secret), 0);
	ck_assert_int_eq(message_send(command, &b), 0);
	buf_free(&b);
	ck_assert_int_eq(message_receive(j.fd, &j.first, clock_ms() + 1000), 0);
	/* What comes too late is no answer to event=token. */
	say("pasted", "too late");
	if (word != GONE)
		say("keep", word == YES ? "yes" : "no");
	shutdown(command, SHUT_WR);
	memset(&j.why, 0, sizeof(j.why));
	result = sign_in_run(&j);
	alarm(0);
	return result;
}

static const char *
hear(const char *name)
{
	const char *value = attrs_get(&heard.attrs, name);

	return value != NULL ? value : "";
}

static void
expect_event(const char *event)
{
	ck_assert_int_eq(message_receive(command, &heard, clock_ms() + 1000),
	    0);
	ck_assert_str_eq(hear("event"), event);
}

static void
expect_silence(void)
{
	ck_assert_int_eq(message_receive(command, &heard, clock_ms()), -1);
}

/* Nothing that was begun lies about, and nobody holds the lock. */
static void
expect_tidy(void)
{
	static const char *const beside[] = { "credentials", "cache", "state" };
	size_t i;
	int lock;

	for (i = 0; i < 3; i++)
		ck_assert_int_eq(access(scratch_path("state/%s/.acct.new",
		    beside[i]), F_OK), -1);
	ck_assert_int_ne(lock = lock_open(&s, "acct", &why), -1);
	ck_assert_int_eq(lock_try(lock), 1);
	close(lock);
}

static void
refuse(enum status code, int answered)
{
	provider.result = -1;
	provider.failure.answered = answered;
	provider.failure.failure.code = code;
	set_text(provider.failure.failure.text, "the provider's words");
}

TEST(tokens_are_kept_when_the_command_says_so)
{
	struct state *st = state();

	st->failures = 3;
	st->code = STATUS_SIGN_IN;
	st->retry_at = clock_seconds() + 3000;
	st->refusals[0].count = 2;
	st->refusals[0].when = clock_seconds();
	set_text(st->refusals[0].id, "00000000000000000000000000000000");
	set_text(st->refusals[0].host, "mx.example.org");
	ck_assert_int_eq(state_write(st, &s, "acct", &why), 0);
	ck_assert_int_eq(state()->refusals[0].count, 2);
	provider.refresh_token = "new-refresh";
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret", YES), 0);
	ck_assert_str_eq(provider.saw, "typed-refresh");
	ck_assert_str_eq(provider.secret, "typed-secret");
	expect_event("token");
	ck_assert_str_eq(hear("expires_in"), "3600");
	ck_assert_str_eq(hear("scope"), "mail");
	expect_stored("new-refresh", "typed-secret");
	expect_cached("new-access");
	/* What was remembered against the account is over. */
	ck_assert_int_eq(state()->failures, 0);
	ck_assert_int_eq(state()->code, STATUS_OK);
	ck_assert_int_eq(state()->retry_at, 0);
	ck_assert_int_eq(state()->refusals[0].count, 0);
	ck_assert_int_eq(state()->renewals, 1);
	expect_tidy();
}

TEST(what_was_not_typed_stays)
{
	put_credential("old-refresh");
	ck_assert_int_eq(sign_in("typed-refresh", NULL, YES), 0);
	ck_assert_str_eq(provider.secret, "old-secret");
	expect_stored("typed-refresh", "old-secret");
	expect_tidy();
}

LOOP_TEST(nothing_is_kept_without_the_word, 0, 2)
{
	put_credential("old-refresh");
	provider.refresh_token = "new-refresh";
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret",
	    _i == 0 ? GONE : NO), -1);
	ck_assert_int_eq(j.why.code, _i == 0 ? STATUS_INTERNAL :
	    STATUS_SIGN_IN);
	expect_event("token");
	expect_stored("old-refresh", "old-secret");
	expect_cached(NULL);
	ck_assert_int_eq(state()->renewals, 0);
	expect_tidy();
}

TEST(a_refusal_replaces_nothing)
{
	put_credential("old-refresh");
	refuse(STATUS_SIGN_IN, 1);
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret", YES), -1);
	ck_assert_int_eq(j.why.code, STATUS_SIGN_IN);
	expect_silence();
	expect_stored("old-refresh", "old-secret");
	/* Not the old one's fault. */
	ck_assert_int_eq(state()->failures, 0);
	expect_tidy();
}

LOOP_TEST(a_refusal_fills_no_empty_place, 0, 2)
{
	refuse(_i == 0 ? STATUS_SIGN_IN : STATUS_CONFIG, 1);
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret", YES), -1);
	expect_silence();
	expect_stored("", "");
	expect_tidy();
}

LOOP_TEST(what_is_not_proven_fills_an_empty_place, 0, 2)
{
	/* An answer of no use, which spent what was typed, counts, too. */
	provider.refresh_token = _i == 0 ? NULL : "new-refresh";
	refuse(STATUS_LATER, _i);
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret", YES), -1);
	expect_event("unproven");
	ck_assert_str_eq(hear("text"), "the provider's words");
	ck_assert_int_eq(j.why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(j.why.text, "stored all the same"));
	ck_assert_int_ge(j.why.retry_after, 5);
	expect_stored(_i == 0 ? "typed-refresh" : "new-refresh",
	    "typed-secret");
	ck_assert_int_eq(state()->failures, 1);
	expect_tidy();
}

TEST(nor_without_the_word)
{
	refuse(STATUS_LATER, 0);
	ck_assert_int_eq(sign_in("typed-refresh", NULL, NO), -1);
	expect_event("unproven");
	expect_stored("", "");
	ck_assert_int_eq(state()->failures, 0);
	expect_tidy();
}

LOOP_TEST(what_is_not_proven_replaces_nothing, 0, 2)
{
	struct state *st = state();

	/* Something is stored; or nothing had to be, and it worked. */
	if (_i == 0)
		put_credential("old-refresh");
	st->refreshed = _i == 0 ? 0 : 5;
	ck_assert_int_eq(state_write(st, &s, "acct", &why), 0);
	refuse(STATUS_LATER, 0);
	ck_assert_int_eq(sign_in("typed-refresh", "typed-secret", YES), -1);
	expect_silence();
	ck_assert_str_eq(j.why.text, "the provider's words");
	expect_stored(_i == 0 ? "old-refresh" : "",
	    _i == 0 ? "old-secret" : "");
	expect_tidy();
}

/* A new secret is proven by the stored refresh token, which is spent by it. */
LOOP_TEST(a_stored_token_that_was_spent_is_replaced, 0, 3)
{
	put_credential("old-refresh");
	provider.refresh_token = "new-refresh";
	if (_i == 1)
		refuse(STATUS_LATER, 1);
	if (_i == 2)
		refuse(STATUS_CONFIG, 1);
	ck_assert_int_eq(sign_in(NULL, "typed-secret", NO), -1);
	ck_assert_str_eq(provider.saw, "old-refresh");
	ck_assert_str_eq(provider.secret, "typed-secret");
	expect_stored("new-refresh", "old-secret");
	expect_cached(NULL);
	expect_tidy();
}

TEST(and_the_rest_is_kept_upon_the_word)
{
	put_credential("old-refresh");
	provider.refresh_token = "new-refresh";
	ck_assert_int_eq(sign_in(NULL, "typed-secret", YES), 0);
	expect_stored("new-refresh", "typed-secret");
	expect_cached("new-access");
	expect_tidy();
}

TEST(a_damaged_store_is_replaced_by_a_token)
{
	scratch_write(scratch_path("state/credentials/acct"), 0600, "x\n");
	/* A secret alone would lose the refresh token in it. */
	ck_assert_int_eq(sign_in(NULL, "typed-secret", YES), -1);
	ck_assert_int_eq(j.why.code, STATUS_CONFIG);
	ck_assert_int_eq(provider.asked, 0);
	teardown();
	setup();
	scratch_write(scratch_path("state/credentials/acct"), 0600, "x\n");
	ck_assert_int_eq(sign_in("typed-refresh", NULL, YES), 0);
	expect_stored("typed-refresh", "");
}

TEST(a_draft_is_signed_in_by)
{
	struct buf draft = BUF_INIT(1000);
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	int held;

	unlink(scratch_path("config/accounts/acct.conf"));
	ck_assert_int_eq(buf_adds(&draft, ACCOUNT), 0);
	held = draft_write(&s, "acct", &draft, &why);
	ck_assert_int_ne(held, -1);
	ck_assert_int_eq(attrs_add(&b, "way", "given"), 0);
	ck_assert_int_eq(attrs_add(&b, "draft", "yes"), 0);
	ck_assert_int_eq(attrs_add(&b, "refresh_token", "typed"), 0);
	ck_assert_int_eq(message_send(command, &b), 0);
	ck_assert_int_eq(message_receive(j.fd, &j.first, clock_ms() + 1000), 0);
	say("keep", "yes");
	ck_assert_int_eq(sign_in_run(&j), 0);
	alarm(0);
	/* The token is the account's, once the draft has become it. */
	ck_assert_int_eq(draft_commit(&s, "acct", NULL, &why), 0);
	close(held);
	expect_cached("new-access");
	expect_stored("typed", "");
	buf_free(&draft);
	buf_free(&b);
}

/* A limit on files' sizes stands for a disk that is full. */
static struct rlimit unlimited;

static void
fill_disk(void)
{
	struct rlimit limit = { 0, unlimited.rlim_max };

	setrlimit(RLIMIT_FSIZE, &limit);
}

TEST(a_full_disk_is_found_before_anything_is_asked)
{
	int result;

	put_credential("old-refresh");
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	signal(SIGXFSZ, SIG_IGN);
	fill_disk();
	result = sign_in("typed-refresh", NULL, YES);
	setrlimit(RLIMIT_FSIZE, &unlimited);
	signal(SIGXFSZ, SIG_DFL);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(j.why.code, STATUS_LATER);
	ck_assert_int_eq(provider.asked, 0);
	expect_stored("old-refresh", "old-secret");
	expect_tidy();
}

TEST(no_signal_comes_between_spending_and_storing)
{
	struct sigaction now;

	provider.refresh_token = "new-refresh";
	provider.meanwhile = be_told_to_go;
	ck_assert_int_eq(sign_in("typed-refresh", NULL, YES), 0);
	expect_stored("new-refresh", "");
	sigaction(SIGTERM, NULL, &now);
	ck_assert_ptr_eq(now.sa_handler, SIG_DFL);
}
