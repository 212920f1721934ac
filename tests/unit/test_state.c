/* SPDX-License-Identifier: BSD-2-Clause */
/* test_state.c - what is remembered of an account */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <signal.h>
#include <unistd.h>

#include "state/interrupted.h"
#include "state/state.h"
#include "common/date.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ID "0123456789abcdef0123456789abcdef"
#define NOW 1000000

static struct scope s;
static struct state st;
static struct failure why;

static void
setup(void)
{
	scratch_scope(&s);
	memset(&st, 0, sizeof(st));
	memset(&why, 0, sizeof(why));
}

FIXTURE(setup, scratch_teardown);

static void
fill(void)
{
	st.refreshed = 1;
	st.renewals = 2;
	st.tried = NOW;
	st.retry_at = NOW + 60;
	st.failures = 5;
	st.interrupted = NOW - 60;
	st.consent = (struct consent_end){ NOW + 1800, NOW - 10 };
	st.warned = NOW + 5;
	st.code = STATUS_LATER;
	set_text(st.text, "account \"a\": it = failed");
	set_text(st.stamp, "1.2.3.4");
}

static void
fill_detail(void)
{
	set_text(st.detail.error, "invalid_grant");
	set_text(st.detail.meaning, "It = means this.");
	set_text(st.detail.remedy, "Do \"this\".");
	set_text(st.detail.words, "AADSTS700082: it has expired.");
	st.detail.number = 700082;
}

static void
set_refusal(int i, int count, int64_t when, const char *host, const char *said)
{
	struct refusal *k = &st.refusals[i];

	k->count = count;
	k->when = when;
	k->renewals = 7;
	set_text(k->id, ID);
	set_text(k->host, host);
	set_text(k->said, said);
}

static void
expect_nothing(void)
{
	static const struct state nothing;

	memset(&st, 'x', sizeof(st));
	state_read(&st, &s, "acct");
	ck_assert_mem_eq(&st, &nothing, sizeof(st));
}

TEST(what_is_written_is_read)
{
	struct state written;

	fill();
	fill_detail();
	set_refusal(0, 1, NOW, "mx.example.org", "535 5.7.8 no = way");
	set_refusal(3, 2, NOW + 1, "2001:db8::1", "");
	person_add(&st.person, "ann@example.org");
	person_add(&st.person, "ann");
	st.person.is_accepted = 1;
	written = st;
	ck_assert_int_eq(state_write(&st, &s, "acct", &why), 0);
	memset(&st, 'x', sizeof(st));
	state_read(&st, &s, "acct");
	ck_assert_mem_eq(&st, &written, sizeof(st));
	/* And written over. */
	memset(&written, 0, sizeof(written));
	ck_assert_int_eq(state_write(&written, &s, "acct", &why), 0);
	state_read(&st, &s, "acct");
	ck_assert_mem_eq(&st, &written, sizeof(st));
	ck_assert_int_eq(scratch_count(scratch_path("state/state")), 1);
}

/* One of before that is read, and before reads one of now. */
TEST(a_state_without_an_end_has_none)
{
	static const char old[] = "tokend-state=1\nrefreshed=7\nrenewals=1\n"
	    "replaced=0\nreplace_at=0\ntried=0\nretry_at=0\nfailures=0\n"
	    "code=ok\ntext=\nstamp=\n\n";
	struct buf b = BUF_INIT(STATE_FILE_MAX);

	scratch_folder(scratch_path("state"), 0700);
	scratch_folder(scratch_path("state/state"), 0700);
	scratch_bytes(scratch_path("state/state/acct"), 0600, old,
	    sizeof(old) - 1);
	memset(&st, 'x', sizeof(st));
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.refreshed, 7);
	ck_assert_int_eq(st.consent.at, 0);
	ck_assert_int_eq(st.warned, 0);
	ck_assert_int_eq(state_format(&st, &b), 0);
	ck_assert_str_eq(buf_text(&b), old);
	st.consent.at = NOW;
	st.consent.since = st.warned = 9;
	buf_reset(&b);
	ck_assert_int_eq(state_format(&st, &b), 0);
	ck_assert_ptr_nonnull(strstr(buf_text(&b), "tokend-state=1\n"));
	ck_assert_ptr_nonnull(strstr(buf_text(&b),
	    "\nconsent_ends=1000000\nconsent_since=9\nwarned=9\n"));
	buf_free(&b);
}

TEST(the_longest_fits)
{
	struct state written;
	int i;

	fill();
	memset(st.text, 't', FAILURE_TEXT_MAX);
	memset(st.stamp, 's', STAMP_MAX - 1);
	memset(st.detail.error, 'e', DETAIL_ERROR_MAX);
	memset(st.detail.meaning, 'm', DETAIL_TEXT_MAX);
	memset(st.detail.remedy, 'r', DETAIL_TEXT_MAX);
	memset(st.detail.words, 'w', DETAIL_WORDS_MAX);
	st.detail.number = INT64_C(999999999999999999);
	st.consent.at = st.consent.since = st.warned =
	    INT64_C(999999999999999999);
	st.refreshed = st.tried = st.retry_at = st.failures = st.renewals =
	    INT64_C(999999999999999999);
	for (i = 0; i < REFUSALS_MAX; i++) {
		set_refusal(i, 2, INT64_C(999999999999999999), "", "");
		memset(st.refusals[i].host, 'h', HOST_MAX);
		memset(st.refusals[i].said, 'w', SAID_MAX);
		st.refusals[i].renewals = INT64_C(999999999999999999);
	}
	for (i = 0; i < PERSON_NAMES; i++) {
		memset(st.person.name[i], 'p', PERSON_NAME_MAX - 1);
		st.person.name[i][0] = (char)('a' + i);
	}
	written = st;
	ck_assert_int_eq(state_write(&st, &s, "acct", &why), 0);
	memset(&st, 'x', sizeof(st));
	state_read(&st, &s, "acct");
	ck_assert_mem_eq(&st, &written, sizeof(st));
}

TEST(what_is_absent_is_nothing)
{
	expect_nothing();
}

/* A file of these bytes, in the place of the state. */
static void
put(const char *data, size_t len, mode_t mode)
{
	if (access(scratch_path("state/state"), F_OK) == -1) {
		scratch_folder(scratch_path("state"), 0700);
		scratch_folder(scratch_path("state/state"), 0700);
	}
	scratch_bytes(scratch_path("state/state/acct"), mode, data, len);
}

TEST(what_is_cut_off_is_nothing)
{
	struct buf b = BUF_INIT(STATE_FILE_MAX);
	size_t i;

	fill();
	set_refusal(0, 1, NOW, "mx.example.org", "535");
	ck_assert_int_eq(state_format(&st, &b), 0);
	for (i = 0; i < b.len; i++) {
		put(b.data, i, 0600);
		expect_nothing();
	}
	buf_free(&b);
}

TEST(what_others_can_read_or_write_is_nothing)
{
	struct buf b = BUF_INIT(STATE_FILE_MAX);

	fill();
	ck_assert_int_eq(state_format(&st, &b), 0);
	put(b.data, b.len, 0604);
	expect_nothing();
	put(b.data, b.len, 0620);
	expect_nothing();
	put(b.data, b.len, 0600);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.failures, 5);
	ck_assert_int_eq(st.interrupted, NOW - 60);
	unlink(scratch_path("state/state/acct"));
	ck_assert_int_eq(symlink("/dev/zero",
	    scratch_path("state/state/acct")), 0);
	expect_nothing();
	buf_free(&b);
}

static const char *const damaged[] = {
	"tokend-state=2\nfailures=5\n\n",
	"failures=5\n\n",
	"tokend-state=1\nfailures=5\nfailures=5\n\n",
	"tokend-cache=1\nfailures=5\n\n",
	"\n",
};

TABLE_TEST(what_is_of_another_kind_is_nothing, damaged)
{
	put(damaged[_i], strlen(damaged[_i]), 0600);
	expect_nothing();
}

static const struct {
	const char *line;
	int count;		/* what is left of it: 0 nothing */
	const char *host, *said;
} refusal_lines[] = {
	{ "1 5 7 " ID " h said it", 1, "h", "said it" },
	{ "2 5 7 " ID " h ", 2, "h", "" },
	{ "1 5 7 " ID " h  two  blanks", 1, "h", "two  blanks" },
	{ "1 5 7 " ID " h \033[0m", 1, "h", "?[0m" },
	{ "0 5 7 " ID " h x", 0, "", "" },
	{ "-1 5 7 " ID " h x", 0, "", "" },
	{ "1 -5 7 " ID " h x", 0, "", "" },
	{ "1 -9223372036854775808 7 " ID " h x", 0, "", "" },
	{ "x 5 7 " ID " h x", 0, "", "" },
	{ "1 5 7 " ID, 0, "", "" },
	{ "1 5 7 " ID "0 h x", 1, "0", "h x" },
	{ "1 5", 0, "", "" },
	{ "", 0, "", "" },
};

TABLE_TEST(the_refusal_of_a_host_is_read_or_left_out, refusal_lines)
{
	char text[400];

	snprintf(text, sizeof(text), "tokend-state=1\nfailures=3\n"
	    "strike1=%s\n\n", refusal_lines[_i].line);
	put(text, strlen(text), 0600);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.failures, 3);
	ck_assert_int_eq(st.refusals[1].count, refusal_lines[_i].count);
	ck_assert_str_eq(st.refusals[1].host, refusal_lines[_i].host);
	ck_assert_str_eq(st.refusals[1].said, refusal_lines[_i].said);
}

TEST(a_line_too_long_overflows_nothing)
{
	char *text = malloc(20000);
	int at = sprintf(text, "tokend-state=1\ncode=later\nstrike0=1 5 7 ");

	memset(text + at, 'i', 15000);
	memcpy(text + at + 15000, "\n\n", 2);
	put(text, (size_t)at + 15002, 0600);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.code, STATUS_LATER);
	at = sprintf(text, "tokend-state=1\nstrike0=1 5 7 " ID " h ");
	memset(text + at, 'w', 15000);
	memcpy(text + at + 15000, "\ntext=", 6);
	memset(text + at + 15006, 't', 1000);
	memcpy(text + at + 16006, "\nstamp=", 7);
	memset(text + at + 16013, 's', 1000);
	memcpy(text + at + 17013, "\n\n", 2);
	put(text, (size_t)at + 17015, 0600);
	state_read(&st, &s, "acct");
	ck_assert_uint_eq(strlen(st.refusals[0].said), SAID_MAX);
	ck_assert_uint_eq(strlen(st.text), FAILURE_TEXT_MAX);
	ck_assert_uint_eq(strlen(st.stamp), STAMP_MAX - 1);
	free(text);
}

static const struct {
	enum status code;
	int64_t now;
	const char *stamp;
	int holds;
} holding[] = {
	{ STATUS_LATER, NOW, "1.2.3.4", 1 },
	{ STATUS_SIGN_IN, NOW + 59, "1.2.3.4", 1 },
	{ STATUS_LATER, NOW + 60, "1.2.3.4", 0 },	/* it is time */
	{ STATUS_LATER, NOW + 61, "1.2.3.4", 0 },
	{ STATUS_LATER, NOW, "1.2.3.5", 0 },	/* the file was changed */
	{ STATUS_LATER, NOW - 300, "1.2.3.4", 1 },
	{ STATUS_LATER, NOW - 301, "1.2.3.4", 0 },	/* the clock was */
	{ STATUS_OK, NOW, "1.2.3.4", 0 },
};

/* What an older tokend wrote has none of it. */
TEST(a_refusal_is_read_or_left_out)
{
	static const char without[] = "tokend-state=1\nfailures=3\n\n";
	static const char with[] = "tokend-state=1\nerror=e\033[0m\n"
	    "words=w\377\nnumber=x\n\n";
	static const struct detail nothing;

	put(without, strlen(without), 0600);
	memset(&st, 'x', sizeof(st));
	state_read(&st, &s, "acct");
	ck_assert_mem_eq(&st.detail, &nothing, sizeof(nothing));
	put(with, strlen(with), 0600);
	state_read(&st, &s, "acct");
	ck_assert_str_eq(st.detail.error, "e?[0m");
	ck_assert_str_eq(st.detail.words, "w?");
	ck_assert_str_eq(st.detail.meaning, "");
	ck_assert_int_eq(st.detail.number, 0);
}

TABLE_TEST(a_failure_holds_for_its_time, holding)
{
	fill();
	st.code = holding[_i].code;
	ck_assert_int_eq(state_holds_back(&st, holding[_i].stamp,
	    holding[_i].now, &why), holding[_i].holds);
	ck_assert_int_eq(state_holds_back(&st, holding[_i].stamp,
	    holding[_i].now, NULL), holding[_i].holds);
	if (holding[_i].holds) {
		char wait[64], duration[DURATION_MAX];
		int64_t left = NOW + 60 - holding[_i].now;

		snprintf(wait, sizeof(wait), "(next try in %s)",
		    duration_text(duration, left));
		ck_assert_int_eq(why.code, holding[_i].code);
		ck_assert_int_eq(why.retry_after, left);
		ck_assert_ptr_nonnull(strstr(why.text, st.text));
		ck_assert_msg(strstr(why.text, wait) != NULL, "%s", why.text);
	}
}

TEST(the_wait_is_told_behind_the_longest_text)
{
	fill();
	memset(st.text, 't', FAILURE_TEXT_MAX);
	ck_assert_int_eq(state_holds_back(&st, "1.2.3.4", NOW, &why), 1);
	ck_assert_ptr_nonnull(strstr(why.text, "t (next try in 60 s)"));
}

TEST(a_refusal_is_of_one_host)
{
	set_refusal(2, 1, NOW, "MX.example.org", "");
	ck_assert_ptr_eq(state_find_refusal(&st, "mx.EXAMPLE.org"),
	    &st.refusals[2]);
	ck_assert_ptr_null(state_find_refusal(&st, "mx.example.net"));
	ck_assert_ptr_null(state_find_refusal(&st, ""));
	ck_assert_ptr_eq(state_add_refusal(&st, "mx.example.org"),
	    &st.refusals[2]);
	/* A free place is not one with an empty name. */
	st.refusals[2].count = 0;
	ck_assert_ptr_null(state_find_refusal(&st, "mx.example.org"));
}

TEST(the_oldest_refusal_gives_way)
{
	char host[20];
	struct refusal *k;
	int i;

	for (i = 0; i < REFUSALS_MAX; i++) {
		snprintf(host, sizeof(host), "h%d", i);
		k = state_add_refusal(&st, host);
		ck_assert_str_eq(k->host, host);
		ck_assert_int_eq(k->count, 0);
		k->count = 1;
		k->when = NOW + (i + 5) % REFUSALS_MAX;
	}
	k = state_add_refusal(&st, "another");
	ck_assert_str_eq(k->host, "another");
	ck_assert_ptr_null(state_find_refusal(&st, "h3"));
	ck_assert_ptr_nonnull(state_find_refusal(&st, "h2"));
	ck_assert_ptr_nonnull(state_find_refusal(&st, "h4"));
}

/* A limit on files' sizes stands for a disk that is full. */
TEST(a_full_disk_is_told_and_changes_nothing)
{
	struct sigaction before, ignore = { .sa_handler = SIG_IGN };
	struct rlimit limit, none;
	int result;

	fill();
	ck_assert_int_eq(state_write(&st, &s, "acct", &why), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	none = limit;
	none.rlim_cur = 0;
	sigaction(SIGXFSZ, &ignore, &before);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	st.failures = 6;
	result = state_write(&st, &s, "acct", &why);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	sigaction(SIGXFSZ, &before, NULL);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_msg(strstr(why.text, "/state/state/acct cannot be written")
	    != NULL, "%s", why.text);
	state_read(&st, &s, "acct");
	ck_assert_int_eq(st.failures, 5);
	ck_assert_int_eq(scratch_count(scratch_path("state/state")), 1);
}

/* A file of the state, with content, as old as number. */
static void
put_aged(const char *path, const char *content, time_t age)
{
	const struct timespec t[2] = { { NOW - age, 5 }, { NOW - age, 5 } };

	scratch_write(scratch_path("%s", path), 0600, content);
	ck_assert_int_eq(utimensat(AT_FDCWD, scratch_path("%s", path), t, 0),
	    0);
}

/* What is in credentials/.a.new, and how old that, state and cache are. */
static const struct {
	const char *left;
	int age, state, cache, is_interrupted;
} left_over[] = {
	{ INTERRUPTED_MARK, 5, 10, 20, 1 },
	{ "tokend-credential=1\n", 5, 10, 20, 1 },
	{ INTERRUPTED_MARK, 5, 0, 20, 0 },
	{ INTERRUPTED_MARK, 5, 5, 20, 0 },
	{ INTERRUPTED_MARK, 5, 10, 3, 0 },
	{ INTERRUPTED_MARK, 5, -1, -1, 1 },
	{ "", 5, 10, 20, 0 },
	{ NULL, 5, 10, 20, 0 },
};

TABLE_TEST(what_was_cut_off_is_found, left_over)
{
	scratch_folder(scratch_path("state"), 0700);
	scratch_folder(scratch_path("state/credentials"), 0700);
	scratch_folder(scratch_path("state/state"), 0700);
	scratch_folder(scratch_path("state/cache"), 0700);
	if (left_over[_i].left != NULL)
		put_aged("state/credentials/.a.new", left_over[_i].left,
		    left_over[_i].age);
	if (left_over[_i].state != -1)
		put_aged("state/state/a", "x", left_over[_i].state);
	if (left_over[_i].cache != -1)
		put_aged("state/cache/a", "x", left_over[_i].cache);
	st.interrupted = 7;
	ck_assert_int_eq(interrupted_find(&st, &s, "a"),
	    left_over[_i].is_interrupted);
	ck_assert_int_eq(st.interrupted, left_over[_i].is_interrupted ?
	    NOW - left_over[_i].age : 7);
}

TEST(times_are_for_people)
{
	char text[DATE_MAX];

	date_text(text, NOW);
	ck_assert_str_eq(text, "1970-01-12 13:46:40 UTC");
	date_text(text, INT64_MAX);
	ck_assert_str_eq(text, "a time unknown");
}
