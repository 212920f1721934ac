/* SPDX-License-Identifier: BSD-2-Clause */
/* test_host_refusals.c - what a host's refusals lead to */
#include <stdio.h>
#include <string.h>

#include "common/date.h"
#include "state/host_refusals.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1000000
#define HOUR 3600
#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccc"
#define HOST "mx.example.org"

static struct state st;
static struct failure why;

static void
setup(void)
{
	memset(&st, 0, sizeof(st));
	memset(&why, 0, sizeof(why));
	st.renewals = 10;
}

FIXTURE(setup, NULL);

static enum refusal_result
refused(const char *host, const char *id, int64_t now)
{
	return refusals_note(&st, host, id, "535 no", now);
}

static int
told(const char *host, int64_t now)
{
	return refusals_reject(&st, "acct", host, now, &why);
}

/* The hosts that are not to be given the token id. */
static const char *
hosts_without(const char *id, int64_t now)
{
	static char text[REFUSALS_MAX * (HOST_MAX + 1) + 1];
	struct buf b = BUF_INIT(sizeof(text) - 1);

	ck_assert_int_eq(refusals_list_hosts(&st, id, now, &b), 0);
	snprintf(text, sizeof(text), "%s", buf_text(&b));
	buf_free(&b);
	return text;
}

/* Those that are given none at all. */
static const char *
hosts(int64_t now)
{
	return hosts_without("none", now);
}

static int
owed(const char *host, const char *id, int64_t now)
{
	return refusals_hold_back(&st, "acct", host, id, now, &why);
}

/* The first costs the token; the one that came for it brings the refusal. */
static void
refuse_twice(int64_t now)
{
	ck_assert_int_eq(refused(HOST, A, now), REFUSAL_REPLACE);
	ck_assert_int_eq(told(HOST, now), 0);
	refusals_note_renewal(&st, A);
	ck_assert_int_eq(refused(HOST, B, now + 5), REFUSAL_REFUSE);
}

TEST(nothing_is_refused_at_first)
{
	ck_assert_int_eq(told(HOST, NOW), 0);
	ck_assert_str_eq(hosts(NOW), "");
}

TEST(the_first_refusal_makes_the_token_due)
{
	struct cache c = { .id = A, .fresh_until = NOW + HOUR };

	ck_assert_int_eq(refusals_replace_at(&st, A), 0);
	ck_assert_int_eq(refusals_fresh_until(&st, &c), NOW + HOUR);
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	ck_assert_int_eq(told(HOST, NOW), 0);
	ck_assert_str_eq(hosts(NOW), "");
	ck_assert_str_eq(st.refusals[0].said, "535 no");
	ck_assert_int_eq(refusals_replace_at(&st, A), NOW);
	ck_assert_int_eq(refusals_fresh_until(&st, &c), NOW);
	ck_assert_int_eq(refusals_replace_at(&st, B), 0);
}

/* It is withheld from that host, and from no other. */
TEST(others_go_on_with_the_token)
{
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	ck_assert_str_eq(hosts_without(A, NOW), HOST " ");
	ck_assert_str_eq(hosts_without(B, NOW), "");
	ck_assert_int_eq(owed("MX.example.ORG", A, NOW), 1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(owed(HOST, B, NOW), 0);
	ck_assert_int_eq(owed("other", A, NOW), 0);
	ck_assert_int_eq(refused("other", A, NOW + 1), REFUSAL_LATER);
	ck_assert_str_eq(hosts_without(A, NOW + 1), HOST " other ");
	ck_assert_int_eq(st.replaced, 1);
	ck_assert_int_eq(refusals_hold_back(&st, "acct", "other", A, NOW,
	    NULL), 1);
}

TEST(what_is_said_again_is_known)
{
	struct state before;

	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	before = st;
	ck_assert_int_eq(refused(HOST, A, NOW + 1), REFUSAL_KNOWN);
	ck_assert_mem_eq(&st, &before, sizeof(st));
	ck_assert_int_eq(refused(HOST, B, NOW + 5), REFUSAL_REFUSE);
	before = st;
	ck_assert_int_eq(refused(HOST, B, NOW + 6), REFUSAL_KNOWN);
	ck_assert_int_eq(refused(HOST, C, NOW + 7), REFUSAL_KNOWN);
	ck_assert_mem_eq(&st, &before, sizeof(st));
}

/* A fresh token for each id that is asked for. */
static const char *
numbered(int i)
{
	static char id[TOKEN_ID_LEN + 1];

	snprintf(id, sizeof(id), "%032d", i);
	return id;
}

/* The token of that number was replaced, as soon as that was due. */
static int64_t
replace(int i, int64_t now)
{
	int64_t at = refusals_replace_at(&st, numbered(i));

	ck_assert_int_gt(at, 0);
	refusals_note_renewal(&st, numbered(i));
	return at > now ? at : now;
}

/* Whatever the other one did in between: the third token closes both. */
TEST(two_hosts_in_turn_are_both_refused)
{
	int64_t now = NOW;

	ck_assert_int_eq(refused("imap", numbered(0), now), REFUSAL_REPLACE);
	now = replace(0, now);
	ck_assert_int_eq(refused("smtp", numbered(1), now), REFUSAL_REPLACE);
	now = replace(1, now);
	ck_assert_int_eq(now, NOW + 30);
	ck_assert_int_eq(refused("imap", numbered(2), now), REFUSAL_REFUSE);
	ck_assert_int_eq(refused("smtp", numbered(2), now), REFUSAL_REFUSE);
	ck_assert_str_eq(hosts(now), "imap smtp ");
}

/* A peer with a name of its own for each reject. */
TEST(changing_hosts_wait_ever_longer)
{
	static const int pauses[] = { 0, 30, 60, 120, 240, 480, 960, 1920,
	    3600, 3600, 3600 };
	int64_t now = NOW;
	char duration[DURATION_MAX];
	char host[20];
	int i, id = 0, count = 0;

	for (i = 0; i < 40; i++) {
		snprintf(host, sizeof(host), "h%d.x", i);
		count += refused(host, numbered(0), NOW + i) ==
		    REFUSAL_REPLACE;
	}
	ck_assert_int_eq(count, 1);
	refusals_forget(&st);
	for (id = 0; id < (int)(sizeof(pauses) / sizeof(pauses[0])); id++) {
		snprintf(host, sizeof(host), "g%d.x", id);
		ck_assert_int_eq(refused(host, numbered(id), now),
		    REFUSAL_REPLACE);
		ck_assert_int_eq(refusals_replace_at(&st, numbered(id)),
		    now + pauses[id]);
		ck_assert_int_eq(owed(host, numbered(id), now), 1);
		ck_assert_int_eq(why.retry_after, pauses[id]);
		snprintf(host, sizeof(host), "in %s",
		    duration_text(duration, pauses[id]));
		ck_assert_msg(strstr(why.text, host) != NULL, "%s", why.text);
		now = replace(id, now);
	}
	/* After six hours in which none had to wait it begins again. */
	now += HOUR + 6 * HOUR + 1;
	ck_assert_int_eq(refused("new", numbered(id), now), REFUSAL_REPLACE);
	ck_assert_int_eq(refusals_replace_at(&st, numbered(id)), now);
}

/* Tokens that end before they are replaced do not add their pauses up. */
TEST(no_wait_is_longer_than_the_pause)
{
	char host[20];
	int id;

	for (id = 0; id < 100; id++) {
		snprintf(host, sizeof(host), "h%d", id);
		ck_assert_int_eq(refused(host, numbered(id), NOW + id),
		    REFUSAL_REPLACE);
		ck_assert_int_le(refusals_replace_at(&st, numbered(id)),
		    NOW + id + HOUR);
	}
}

TEST(a_person_who_acts_ends_all_of_it)
{
	refuse_twice(NOW);
	ck_assert_int_eq(refused("other", B, NOW + 6), REFUSAL_REPLACE);
	refusals_forget(&st);
	ck_assert_int_eq(told(HOST, NOW + 6), 0);
	ck_assert_str_eq(hosts_without(B, NOW + 6), "");
	ck_assert_int_eq(refused("other", B, NOW + 7), REFUSAL_REPLACE);
	ck_assert_int_eq(refusals_replace_at(&st, B), NOW + 7);
}

TEST(the_second_refuses_that_host_only)
{
	refuse_twice(NOW);
	ck_assert_int_eq(told(HOST, NOW + 5), 1);
	ck_assert_int_eq(why.code, STATUS_REJECTED);
	ck_assert_int_eq(why.retry_after, HOUR);
	ck_assert_msg(strstr(why.text, "account \"acct\": " HOST " refused two "
	    "fresh tokens (it said: 535 no)") != NULL &&
	    strstr(why.text, "in 60 min") != NULL, "%s", why.text);
	ck_assert_int_eq(told("MX.Example.ORG", NOW + 5), 1);
	ck_assert_int_eq(told("mx2.example.org", NOW + 5), 0);
	ck_assert_str_eq(hosts(NOW + 5), HOST " ");
}

TEST(another_host_has_its_own_count)
{
	refuse_twice(NOW);
	ck_assert_int_eq(refused("other", B, NOW + 10), REFUSAL_REPLACE);
	ck_assert_int_eq(told("other", NOW + 10), 0);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(refused("other", C, NOW + 15), REFUSAL_REFUSE);
	ck_assert_str_eq(hosts(NOW + 15), HOST " other ");
}

TEST(after_an_hour_it_is_tried_again)
{
	refuse_twice(NOW);
	ck_assert_int_eq(told(HOST, NOW + 5 + HOUR - 1), 1);
	ck_assert_int_eq(why.retry_after, 1);
	ck_assert_ptr_nonnull(strstr(why.text, "in 1 min"));
	ck_assert_int_eq(told(HOST, NOW + 5 + HOUR), 0);
	ck_assert_str_eq(hosts(NOW + 5 + HOUR), "");
	/* The same token, or the next one: no more are spent on it. */
	ck_assert_int_eq(refused(HOST, B, NOW + 6 + HOUR), REFUSAL_REFUSE);
	ck_assert_int_eq(told(HOST, NOW + 6 + HOUR), 1);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(refused(HOST, C, NOW + 7 + 2 * HOUR), REFUSAL_REFUSE);
	ck_assert_int_eq(told(HOST, NOW + 7 + 2 * HOUR), 1);
}

TEST(after_six_hours_it_is_forgotten)
{
	refuse_twice(NOW);
	ck_assert_int_eq(refused(HOST, C, NOW + 5 + 6 * HOUR), REFUSAL_REFUSE);
	ck_assert_int_eq(refused(HOST, A, NOW + 6 + 12 * HOUR),
	    REFUSAL_REPLACE);
	ck_assert_int_eq(told(HOST, NOW + 6 + 12 * HOUR), 0);
}

TEST(two_first_refusals_far_apart_are_two_first_ones)
{
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	refusals_note_renewal(&st, A);
	ck_assert_int_eq(refused(HOST, B, NOW + 6 * HOUR + 1), REFUSAL_REPLACE);
	ck_assert_int_eq(told(HOST, NOW + 6 * HOUR + 1), 0);
}

/* Tokens that came between, and of which nobody complained, were good. */
TEST(what_was_good_in_between_makes_it_a_first_one)
{
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	refusals_note_renewal(&st, A);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(refused(HOST, C, NOW + 2 * HOUR), REFUSAL_REPLACE);
	refusals_note_renewal(&st, C);
	ck_assert_int_eq(refused(HOST, B, NOW + 2 * HOUR + 5), REFUSAL_REFUSE);
}

/* That excuse counts once: polled every two hours, it refuses all it gets. */
TEST(the_third_refusal_has_no_excuse)
{
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	refusals_note_renewal(&st, A);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(refused(HOST, C, NOW + 2 * HOUR), REFUSAL_REPLACE);
	refusals_note_renewal(&st, C);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(refused(HOST, A, NOW + 4 * HOUR), REFUSAL_REFUSE);
}

TEST(only_tokens_that_none_refused_are_counted)
{
	ck_assert_int_eq(st.renewals, 10);
	refusals_note_renewal(&st, NULL);
	ck_assert_int_eq(st.renewals, 11);
	ck_assert_int_eq(refused(HOST, A, NOW), REFUSAL_REPLACE);
	refusals_note_renewal(&st, A);
	ck_assert_int_eq(st.renewals, 11);
	refusals_note_renewal(&st, B);
	ck_assert_int_eq(st.renewals, 12);
}

TEST(a_clock_set_back_forgets)
{
	refuse_twice(NOW);
	ck_assert_int_eq(told(HOST, NOW - HOUR), 0);
	ck_assert_str_eq(hosts(NOW - HOUR), "");
	ck_assert_int_eq(refused(HOST, C, NOW - HOUR), REFUSAL_REPLACE);
}

TEST(words_are_made_printable_and_cut)
{
	char much[SAID_MAX * 3];

	memset(much, 'w', sizeof(much));
	much[0] = '\n';
	much[sizeof(much) - 1] = '\0';
	refusals_note(&st, HOST, A, much, NOW);
	ck_assert_uint_eq(strlen(st.refusals[0].said), SAID_MAX);
	ck_assert_int_eq(st.refusals[0].said[0], '?');
	refusals_note_renewal(&st, A);
	refusals_note(&st, HOST, B, "", NOW);
	ck_assert_int_eq(told(HOST, NOW), 1);
	ck_assert_ptr_nonnull(strstr(why.text, "(it said: nothing)"));
}

TEST(more_hosts_than_places)
{
	char host[20];
	int i;

	for (i = 0; i < REFUSALS_MAX + 3; i++) {
		snprintf(host, sizeof(host), "h%d", i);
		ck_assert_int_eq(refused(host, A, NOW + i), REFUSAL_REPLACE);
		refusals_note_renewal(&st, A);
		ck_assert_int_eq(refused(host, B, NOW + i), REFUSAL_REFUSE);
	}
	/* The oldest have given way, the others are as they were. */
	ck_assert_int_eq(told("h2", NOW + 20), 0);
	ck_assert_int_eq(told("h3", NOW + 20), 1);
	ck_assert_int_eq(told("h10", NOW + 20), 1);
}
