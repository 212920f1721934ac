/* test_strikes.c - what a host's refusals lead to */
#include <stdio.h>
#include <string.h>

#include "account/strikes.h"
#include "scratch.h"

#include <check.h>	/* last: it has a macro fail() */

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

static enum strike_result
refused(const char *host, const char *id, int64_t now)
{
	return strikes_note(&st, host, id, "535 no", now);
}

static int
told(const char *host, int64_t now)
{
	return strikes_refuse(&st, "acct", host, now, &why);
}

static const char *
hosts(int64_t now)
{
	static char text[STRIKES_MAX * (HOST_MAX + 1) + 1];
	struct buf b = BUF_INIT(sizeof(text) - 1);

	ck_assert_int_eq(strikes_hosts(&st, now, &b), 0);
	snprintf(text, sizeof(text), "%s", buf_text(&b));
	buf_free(&b);
	return text;
}

/* The first costs the token; the one that came for it brings the refusal. */
static void
refuse_twice(int64_t now)
{
	ck_assert_int_eq(refused(HOST, A, now), STRIKE_DROP);
	ck_assert_int_eq(told(HOST, now), 0);
	st.renewals++;
	ck_assert_int_eq(refused(HOST, B, now + 5), STRIKE_REFUSE);
}

START_TEST(nothing_is_refused_at_first)
{
	ck_assert_int_eq(told(HOST, NOW), 0);
	ck_assert_str_eq(hosts(NOW), "");
}
END_TEST

START_TEST(the_first_refusal_drops_the_token)
{
	ck_assert_int_eq(refused(HOST, A, NOW), STRIKE_DROP);
	ck_assert_int_eq(told(HOST, NOW), 0);
	ck_assert_str_eq(hosts(NOW), "");
	ck_assert_str_eq(st.strikes[0].said, "535 no");
}
END_TEST

START_TEST(the_second_refuses_that_host_only)
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
END_TEST

START_TEST(another_host_has_its_own_count)
{
	refuse_twice(NOW);
	ck_assert_int_eq(refused("other", B, NOW + 10), STRIKE_DROP);
	ck_assert_int_eq(told("other", NOW + 10), 0);
	st.renewals++;
	ck_assert_int_eq(refused("other", C, NOW + 15), STRIKE_REFUSE);
	ck_assert_str_eq(hosts(NOW + 15), HOST " other ");
}
END_TEST

START_TEST(after_an_hour_it_is_tried_again)
{
	refuse_twice(NOW);
	ck_assert_int_eq(told(HOST, NOW + 5 + HOUR - 1), 1);
	ck_assert_int_eq(why.retry_after, 1);
	ck_assert_ptr_nonnull(strstr(why.text, "in 1 min"));
	ck_assert_int_eq(told(HOST, NOW + 5 + HOUR), 0);
	ck_assert_str_eq(hosts(NOW + 5 + HOUR), "");
	/* The same token, or the next one: no more are spent on it. */
	ck_assert_int_eq(refused(HOST, B, NOW + 6 + HOUR), STRIKE_REFUSE);
	ck_assert_int_eq(told(HOST, NOW + 6 + HOUR), 1);
	st.renewals++;
	ck_assert_int_eq(refused(HOST, C, NOW + 7 + 2 * HOUR), STRIKE_REFUSE);
	ck_assert_int_eq(told(HOST, NOW + 7 + 2 * HOUR), 1);
}
END_TEST

START_TEST(after_six_hours_it_is_forgotten)
{
	refuse_twice(NOW);
	ck_assert_int_eq(refused(HOST, C, NOW + 5 + 6 * HOUR), STRIKE_REFUSE);
	ck_assert_int_eq(refused(HOST, A, NOW + 6 + 12 * HOUR), STRIKE_DROP);
	ck_assert_int_eq(told(HOST, NOW + 6 + 12 * HOUR), 0);
}
END_TEST

START_TEST(two_first_refusals_far_apart_are_two_first_ones)
{
	ck_assert_int_eq(refused(HOST, A, NOW), STRIKE_DROP);
	st.renewals++;
	ck_assert_int_eq(refused(HOST, B, NOW + 6 * HOUR + 1), STRIKE_DROP);
	ck_assert_int_eq(told(HOST, NOW + 6 * HOUR + 1), 0);
}
END_TEST

/* Tokens that came between, and of which nobody complained, were good. */
START_TEST(what_was_good_in_between_makes_it_a_first_one)
{
	ck_assert_int_eq(refused(HOST, A, NOW), STRIKE_DROP);
	st.renewals += 2;
	ck_assert_int_eq(refused(HOST, C, NOW + 2 * HOUR), STRIKE_DROP);
	st.renewals++;
	ck_assert_int_eq(refused(HOST, B, NOW + 2 * HOUR + 5), STRIKE_REFUSE);
}
END_TEST

/*
 * A tokend that was killed between noting and dropping: the token is still
 * the current one, and must go.
 */
START_TEST(a_token_that_was_not_dropped_is_dropped)
{
	ck_assert_int_eq(refused(HOST, A, NOW), STRIKE_DROP);
	ck_assert_int_eq(refused(HOST, A, NOW + 1), STRIKE_DROP);
	ck_assert_int_eq(told(HOST, NOW + 1), 0);
	st.renewals++;
	ck_assert_int_eq(refused(HOST, B, NOW + 2), STRIKE_REFUSE);
}
END_TEST

START_TEST(a_clock_set_back_forgets)
{
	refuse_twice(NOW);
	ck_assert_int_eq(told(HOST, NOW - HOUR), 0);
	ck_assert_str_eq(hosts(NOW - HOUR), "");
	ck_assert_int_eq(refused(HOST, C, NOW - HOUR), STRIKE_DROP);
}
END_TEST

START_TEST(words_are_made_printable_and_cut)
{
	char much[SAID_MAX * 3];

	memset(much, 'w', sizeof(much));
	much[0] = '\n';
	much[sizeof(much) - 1] = '\0';
	strikes_note(&st, HOST, A, much, NOW);
	ck_assert_uint_eq(strlen(st.strikes[0].said), SAID_MAX);
	ck_assert_int_eq(st.strikes[0].said[0], '?');
	st.renewals++;
	strikes_note(&st, HOST, B, "", NOW);
	ck_assert_int_eq(told(HOST, NOW), 1);
	ck_assert_ptr_nonnull(strstr(why.text, "(it said: nothing)"));
}
END_TEST

START_TEST(more_hosts_than_places)
{
	char host[20];
	int i;

	for (i = 0; i < STRIKES_MAX + 3; i++) {
		snprintf(host, sizeof(host), "h%d", i);
		ck_assert_int_eq(refused(host, A, NOW + i), STRIKE_DROP);
		st.renewals++;
		ck_assert_int_eq(refused(host, B, NOW + i), STRIKE_REFUSE);
	}
	/* The oldest have given way, the others are as they were. */
	ck_assert_int_eq(told("h2", NOW + 20), 0);
	ck_assert_int_eq(told("h3", NOW + 20), 1);
	ck_assert_int_eq(told("h10", NOW + 20), 1);
}
END_TEST

int
main(void)
{
	Suite *s = suite_create("strikes");
	TCase *t = tcase_create("strikes");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, nothing_is_refused_at_first);
	tcase_add_test(t, the_first_refusal_drops_the_token);
	tcase_add_test(t, the_second_refuses_that_host_only);
	tcase_add_test(t, another_host_has_its_own_count);
	tcase_add_test(t, after_an_hour_it_is_tried_again);
	tcase_add_test(t, after_six_hours_it_is_forgotten);
	tcase_add_test(t, two_first_refusals_far_apart_are_two_first_ones);
	tcase_add_test(t, what_was_good_in_between_makes_it_a_first_one);
	tcase_add_test(t, a_token_that_was_not_dropped_is_dropped);
	tcase_add_test(t, a_clock_set_back_forgets);
	tcase_add_test(t, words_are_made_printable_and_cut);
	tcase_add_test(t, more_hosts_than_places);
	suite_add_tcase(s, t);
	return scratch_run(s);
}
