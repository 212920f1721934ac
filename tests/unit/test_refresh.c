/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_refresh.c - what is spent, what is kept, and in which order; the
 * provider is played_grant.h's.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include "account/account.h"
#include "state/state.h"
#include "state/token_cache.h"
#include "lineio.h"
#include "refresh/renew.h"
#include "played_grant.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ACCOUNT "token_endpoint = https://as.example.org/t\n" \
	"client_id = x\nhosts = mx.example.org\nuser = me\nallow = 4711\n"
#define OLD_ID "00000000000000000000000000000000"

static struct answer a;

static void
setup(void)
{
	played_setup(ACCOUNT);
	put_credential("old-refresh");
	a = (struct answer)ANSWER_INIT;
}

static void
teardown(void)
{
	answer_free(&a);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
refresh(int by_hand)
{
	answer_free(&a);
	memset(&a.failure, 0, sizeof(a.failure));
	refresh_account(&a, &s, "acct", by_hand);
}

static void
expect_token(const char *token)
{
	ck_assert_msg(a.failure.code == STATUS_OK, "%s: %s",
	    status_word(a.failure.code), a.failure.text);
	ck_assert_str_eq(a.token, token);
	ck_assert_uint_eq(strlen(a.id), TOKEN_ID_LEN);
}

/* A token in the cache that is renewed and ends in so many seconds. */
static void
put_cache(int64_t fresh, int64_t left)
{
	struct account account;
	struct cache c = CACHE_INIT;
	int64_t now = clock_seconds();

	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	c.id = OLD_ID;
	c.token = "old-access";
	c.issued = now;
	c.fresh_until = now + fresh;
	c.expires = now + left;
	c.min_valid = 60;
	c.hosts = account.hosts;
	c.refused = c.allow = "";
	c.stamp = account.stamp;
	ck_assert_int_eq(token_cache_write(&c, &s, &account, &why), 0);
	account_free(&account);
}

/* Nothing that was begun is left lying about. */
static void
expect_tidy(void)
{
	char *leftover;

	ck_assert_ptr_null(leftover = scratch_read(
	    scratch_path("state/credentials/.acct.new")));
	ck_assert_ptr_null(leftover = scratch_read(
	    scratch_path("state/cache/.acct.new")));
	ck_assert_ptr_null(leftover = scratch_read(
	    scratch_path("state/state/.acct.new")));
	(void)leftover;
}

TEST(a_token_is_got_and_kept)
{
	struct account account;
	struct cache c = CACHE_INIT;
	int64_t before = clock_seconds();

	refresh(0);
	expect_token("new-access");
	ck_assert_int_eq(provider.asked, 1);
	ck_assert_str_eq(provider.saw, "old-refresh");
	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	ck_assert_int_eq(token_cache_read(&c, &s, &account, before), 0);
	ck_assert_str_eq(c.token, "new-access");
	ck_assert_str_eq(c.id, a.id);
	ck_assert_int_ge(c.issued, before);
	ck_assert_int_eq(c.expires, c.issued + 3600);
	ck_assert_int_eq(c.fresh_until, c.issued + 3300);
	ck_assert_int_eq(c.min_valid, 60);
	ck_assert_int_eq(a.expires, c.expires);
	ck_assert_int_eq(a.fresh_until, c.fresh_until);
	ck_assert_str_eq(c.hosts, "mx.example.org");
	ck_assert_str_eq(c.users.user, "me");
	ck_assert_str_eq(c.allow, "4711 ");
	ck_assert_str_eq(c.refused, "");
	cache_free(&c);
	account_free(&account);
	ck_assert_int_ge(state()->refreshed, before);
	ck_assert_int_eq(state()->renewals, 1);
	ck_assert_int_eq(state()->code, STATUS_OK);
	expect_stored("old-refresh", "old-secret");
	expect_tidy();
}

TEST(a_token_that_is_fresh_by_now_is_given)
{
	put_cache(1000, 2000);
	refresh(0);
	expect_token("old-access");
	ck_assert_int_eq(provider.asked, 0);
	/* By hand the provider is asked all the same. */
	refresh(1);
	expect_token("new-access");
	ck_assert_int_eq(provider.asked, 1);
}

TEST(one_that_is_due_or_over_is_renewed)
{
	put_cache(-1, 2000);
	refresh(0);
	expect_token("new-access");
	put_cache(1000, 30);
	refresh(0);
	expect_token("new-access");
	ck_assert_int_eq(provider.asked, 2);
}

TEST(a_new_refresh_token_replaces_the_old_one)
{
	provider.refresh_token = "new-refresh";
	refresh(0);
	expect_token("new-access");
	expect_stored("new-refresh", "old-secret");
	refresh(1);
	ck_assert_str_eq(provider.saw, "new-refresh");
	expect_stored("new-refresh", "old-secret");
	expect_tidy();
}

/* An answer can be of no use and have spent our token. */
static const struct {
	enum status code;
	int answered;
} useless[] = {
	{ STATUS_LATER, 1 }, { STATUS_CONFIG, 1 },
};

TABLE_TEST(a_new_refresh_token_is_kept_in_any_case, useless)
{
	provider.result = -1;
	provider.refresh_token = "new-refresh";
	provider.failure.failure.code = useless[_i].code;
	provider.failure.answered = useless[_i].answered;
	set_text(provider.failure.failure.text, "no access token");
	refresh(0);
	ck_assert_int_eq(a.failure.code, useless[_i].code);
	expect_stored("new-refresh", "old-secret");
	ck_assert_int_eq(state()->code, useless[_i].code);
	ck_assert_int_eq(state()->failures, 1);
	expect_tidy();
}

TEST(a_failure_keeps_us_away)
{
	put_cache(-1, 2000);
	provider.result = -1;
	provider.failure.failure.code = STATUS_LATER;
	set_text(provider.failure.failure.text, "account \"acct\": no answer");
	refresh(0);
	ck_assert_int_eq(a.failure.code, STATUS_LATER);
	ck_assert_str_eq(a.failure.text, "account \"acct\": no answer");
	ck_assert_int_ge(a.failure.retry_after, 5);
	ck_assert_int_le(a.failure.retry_after, 6);
	ck_assert_int_eq(state()->failures, 1);
	/* The next one is told the same, and the provider nothing. */
	refresh(0);
	ck_assert_int_eq(a.failure.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(a.failure.text, "no answer (next try"));
	ck_assert_int_eq(provider.asked, 1);
	/* The token that there was, and the other secrets, stand. */
	expect_cached("old-access");
	expect_stored("old-refresh", "old-secret");
	/* By hand it is tried at once, and a success ends it. */
	provider.result = 0;
	refresh(1);
	expect_token("new-access");
	ck_assert_int_eq(provider.asked, 2);
	ck_assert_int_eq(state()->failures, 0);
	ck_assert_int_eq(state()->code, STATUS_OK);
	expect_tidy();
}

TEST(a_changed_account_file_ends_the_pause)
{
	provider.result = -1;
	provider.failure.answered = 1;
	provider.failure.failure.code = STATUS_CONFIG;
	set_text(provider.failure.failure.text, "wrong client");
	refresh(0);
	refresh(0);
	ck_assert_int_eq(provider.asked, 1);
	put_account(ACCOUNT "# fixed\n");
	provider.result = 0;
	refresh(0);
	expect_token("new-access");
	ck_assert_int_eq(provider.asked, 2);
}

TEST(what_hosts_refused_is_told_to_the_cache)
{
	struct account account;
	struct cache c = CACHE_INIT;
	struct state *st = state();

	st->refusals[0].count = 2;
	st->refusals[0].when = clock_seconds();
	set_text(st->refusals[0].id, OLD_ID);
	set_text(st->refusals[0].host, "mx.example.org");
	ck_assert_int_eq(state_write(st, &s, "acct", &why), 0);
	refresh(0);
	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	ck_assert_int_eq(token_cache_read(&c, &s, &account, clock_seconds()),
	    0);
	ck_assert_str_eq(c.refused, "mx.example.org ");
	cache_free(&c);
	ck_assert_int_eq(state()->refusals[0].count, 2);
	/* By hand it is forgotten. */
	refresh(1);
	ck_assert_int_eq(token_cache_read(&c, &s, &account, clock_seconds()),
	    0);
	ck_assert_str_eq(c.refused, "");
	cache_free(&c);
	account_free(&account);
	ck_assert_int_eq(state()->refusals[0].count, 0);
}

TEST(without_an_account_nothing_is_asked)
{
	put_account("nonsense\n");
	refresh(1);
	ck_assert_int_eq(a.failure.code, STATUS_CONFIG);
	unlink(scratch_path("config/accounts/acct.conf"));
	refresh(1);
	ck_assert_int_eq(a.failure.code, STATUS_NO_ACCOUNT);
	ck_assert_int_eq(provider.asked, 0);
}

TEST(a_damaged_store_is_told_and_not_spent)
{
	scratch_write(scratch_path("state/credentials/acct"), 0600, "x\n");
	refresh(0);
	ck_assert_int_eq(a.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(a.failure.text, "is damaged"));
	ck_assert_int_eq(provider.asked, 0);
	expect_tidy();
}

/* A limit on files' sizes stands for a disk that is full. */
static struct rlimit unlimited;
static struct sigaction xfsz_before, alarm_before;

static void
fill_disk(void)
{
	struct rlimit limit = { 0, unlimited.rlim_max };

	setrlimit(RLIMIT_FSIZE, &limit);
}

static void
empty_disk(int number)
{
	(void)number;
	setrlimit(RLIMIT_FSIZE, &unlimited);
}

static void
begin_disk(void)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	struct sigaction action = { .sa_handler = empty_disk };

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &unlimited), 0);
	sigaction(SIGXFSZ, &ignore, &xfsz_before);
	sigaction(SIGALRM, &action, &alarm_before);
}

static void
end_disk(void)
{
	empty_disk(0);
	sigaction(SIGXFSZ, &xfsz_before, NULL);
	sigaction(SIGALRM, &alarm_before, NULL);
}

TEST(a_full_disk_is_found_before_anything_is_spent)
{
	begin_disk();
	fill_disk();
	refresh(0);
	end_disk();
	ck_assert_int_eq(a.failure.code, STATUS_LATER);
	ck_assert_msg(strstr(a.failure.text, "cannot be written") != NULL,
	    "%s", a.failure.text);
	ck_assert_int_eq(provider.asked, 0);
	expect_stored("old-refresh", "old-secret");
	expect_tidy();
}

static void
fill_disk_for_a_while(void)
{
	struct itimerval soon = { { 0, 0 }, { 0, 50000 } };

	fill_disk();
	setitimer(ITIMER_REAL, &soon, NULL);
}

/* It gets full meanwhile: the token is held until it can be stored. */
TEST(a_disk_that_gets_full_costs_no_token)
{
	provider.refresh_token = "new-refresh";
	provider.meanwhile = fill_disk_for_a_while;
	begin_disk();
	refresh(0);
	end_disk();
	expect_token("new-access");
	expect_stored("new-refresh", "old-secret");
	expect_cached("new-access");
	ck_assert_int_eq(provider.asked, 1);
	expect_tidy();
}

TEST(no_signal_comes_between_spending_and_storing)
{
	struct sigaction now;

	provider.refresh_token = "new-refresh";
	provider.meanwhile = be_told_to_go;
	refresh(0);
	expect_token("new-access");
	expect_stored("new-refresh", "old-secret");
	sigaction(SIGTERM, NULL, &now);
	ck_assert_ptr_eq(now.sa_handler, SIG_DFL);
}

/* A FIFO that the program of on_error writes to: no clock is needed. */
static void
expect_called(const char *with)
{
	FILE *fifo = fopen(scratch_path("fifo"), "re");
	char all[1000] = "";
	size_t n;

	ck_assert_ptr_nonnull(fifo);
	n = fread(all, 1, sizeof(all) - 1, fifo);
	all[n] = '\0';
	fclose(fifo);
	ck_assert_str_eq(all, with);
}

TEST(a_person_is_called_once)
{
	char line[600];
	struct statvfs fs;

	if (statvfs(scratch(), &fs) == -1 || (fs.f_flag & ST_NOEXEC) != 0)
		return;
	ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0600), 0);
	snprintf(line, sizeof(line), "#!/bin/sh\necho "
	    "\"$TOKEND_ACCOUNT|$TOKEND_CODE|$TOKEND_TEXT|$HOME|$#\" > %s\n",
	    scratch_path("fifo"));
	scratch_write(scratch_path("program"), 0700, line);
	snprintf(line, sizeof(line), "%son_error = %s\n", ACCOUNT,
	    scratch_path("program"));
	put_account(line);
	provider.result = -1;
	provider.failure.answered = 1;
	provider.failure.failure.code = STATUS_SIGN_IN;
	set_text(provider.failure.failure.text, "consent is gone");
	refresh(0);
	expect_called("acct|sign-in|consent is gone||0\n");
	/* The same again is no news, and something else is. */
	refresh(1);
	provider.failure.failure.code = STATUS_CONFIG;
	refresh(1);
	ck_assert_int_eq(provider.asked, 3);
	expect_called("acct|config|consent is gone||0\n");
}

#define DAY 86400

/* How it is known before the renewal, in days from now. */
static void
put_end(int since, int ends)
{
	static struct state st;
	int64_t now = clock_seconds();

	memset(&st, 0, sizeof(st));
	st.refreshed = now - DAY;
	st.consent = (struct consent_end){ now + (int64_t)ends * DAY,
	    now + (int64_t)since * DAY };
	ck_assert_int_eq(state_write(&st, &s, "acct", &why), 0);
}

static struct consent_end
read_end(void)
{
	static struct state st;

	state_read(&st, &s, "acct");
	return st.consent;
}

TEST(a_session_is_renewed_before_its_end)
{
	struct cache c = CACHE_INIT;
	struct account account;
	int64_t now = clock_seconds();

	provider.refresh_expires_in = 1800;
	provider.refresh_token = "new-refresh";
	refresh(0);
	expect_token("new-access");
	ck_assert_int_ge(read_end().at, now + 1800);
	ck_assert_int_eq(account_load(&account, &s, "acct", &why), 0);
	ck_assert_int_eq(token_cache_read(&c, &s, &account, now), 0);
	ck_assert_int_ge(c.fresh_until, now + 900);
	ck_assert_int_le(c.fresh_until, now + 905);
	ck_assert_int_ge(c.expires, now + 3600);
	cache_free(&c);
	account_free(&account);
	/* The provider says no more of it: its refresh token is another. */
	provider.refresh_expires_in = REFRESH_EXPIRY_UNKNOWN;
	provider.refresh_token = "third-refresh";
	refresh(1);
	ck_assert_int_eq(read_end().at, 0);
}

TEST(an_end_is_the_stored_ones_where_the_state_is_lost)
{
	struct credential c = CREDENTIAL_INIT;
	struct buf b = BUF_INIT(CREDENTIAL_FILE_MAX);
	int64_t now = clock_seconds();

	ck_assert_int_eq(buf_adds(&c.refresh_token, "old-refresh"), 0);
	c.granted = 5;
	c.end = (struct consent_end){ now + 1000, now - 1000 };
	ck_assert_int_eq(credential_format(&c, &b), 0);
	scratch_bytes(scratch_path("state/credentials/acct"), 0600, b.data,
	    b.len);
	buf_free(&b);
	credential_free(&c);
	refresh(0);
	ck_assert_int_eq(read_end().at, now + 1000);
	ck_assert_int_eq(read_end().since, now - 1000);
	/* And the state's, where that is there: 0 is that there is none. */
	provider.refresh_expires_in = REFRESH_NEVER_EXPIRES;
	refresh(1);
	provider.refresh_expires_in = REFRESH_EXPIRY_UNKNOWN;
	refresh(1);
	ck_assert_int_eq(read_end().at, 0);
}

TEST(a_person_is_warned_once_of_an_end)
{
	char line[600];
	struct statvfs fs;
	FILE *told = NULL;
	int64_t week = 7 * DAY;

	if (statvfs(scratch(), &fs) == -1 || (fs.f_flag & ST_NOEXEC) != 0)
		return;
	ck_assert_int_eq(mkfifo(scratch_path("fifo"), 0600), 0);
	snprintf(line, sizeof(line), "#!/bin/sh\necho \"$TOKEND_ACCOUNT|"
	    "$TOKEND_CODE|${TOKEND_TEXT%%%%(*}|$HOME|$#\" > %s\n",
	    scratch_path("fifo"));
	scratch_write(scratch_path("program"), 0700, line);
	snprintf(line, sizeof(line), "%son_warning = %s\non_error = "
	    "/bin/false\n", ACCOUNT, scratch_path("program"));
	put_account(line);
	/* Not before the time, and not for one that moves. */
	put_end(-20, 8);
	provider.refresh_expires_in = 8 * DAY;
	refresh(1);
	put_end(-20, 7);
	provider.refresh_expires_in = 2 * week;
	refresh(1);
	put_end(-20, 6);
	provider.refresh_expires_in = 6 * DAY;
	refresh(1);
	expect_called("acct|warning|account \"acct\": the consent expires in "
	    "6 days ||0\n");
	refresh(1);
	refresh(1);
	/* Nothing writes to it: then another end is told again. */
	told = fopen(scratch_path("fifo"), "r+e");
	ck_assert_ptr_nonnull(told);
	put_end(-20, 5);
	provider.refresh_expires_in = 5 * DAY;
	refresh(1);
	ck_assert_ptr_nonnull(fgets(line, sizeof(line), told));
	ck_assert_ptr_nonnull(strstr(line, "expires in 5 days"));
	fclose(told);
}
