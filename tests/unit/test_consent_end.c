/* SPDX-License-Identifier: BSD-2-Clause */
/* test_consent_end.c - when a consent expires, and what is said of it */
#include <string.h>

#include "set_text.h"
#include "state/consent_end.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1800000000
#define DAY 86400

static struct account account;
static struct consent_end e;
static char text[CONSENT_END_TEXT_MAX];

static void
setup(void)
{
	memset(&account, 0, sizeof(account));
	set_text(account.name, "a b@example.org");
	e = (struct consent_end){ 0, 0 };
}

FIXTURE(setup, NULL);

/* Answers that come one after the other; times are seconds from NOW. */
static const struct {
	int64_t asked, left;
	int is_new_token;
	int64_t ends, since;	/* 0: none */
} notes[][5] = {
	/* Keycloak: a session that each renewal puts off. */
	{ { 0, 1800, 1, 1800, 0 }, { 900, 1800, 1, 2700, 900 },
	    { 910, 1800, 1, 2710, 910 }, { 911, 1800, 1, 2711, 911 } },
	/* Until its longest life is near. */
	{ { 0, 1800, 1, 1800, 0 }, { 900, 1000, 1, 1800, 0 },
	    { 1700, 200, 1, 1800, 0 } },
	/* It says 0 when there is no end (offline_access). */
	{ { 0, 1800, 1, 1800, 0 }, { 900, 0, 1, 0, 0 } },
	/* A consent for a week, told with the delay of each answer. */
	{ { 0, 604799, 1, 604799, 0 }, { 3600, 601200, 0, 604799, 0 },
	    { 7200, 597580, 0, 604780, 0 }, { 7201, 597598, 0, 604780, 0 },
	    { 604000, 785, 0, 604780, 0 } },
	/* An end that comes nearer. */
	{ { 0, 1800, 1, 1800, 0 }, { 900, 100, 1, 1000, 0 } },
	/* Nothing is said: it is the end of that refresh token. */
	{ { 0, 1800, 1, 1800, 0 }, { 900, -1, 0, 1800, 0 },
	    { 1000, -1, 1, 0, 0 } },
	/* A renewal after it: that was not the end. */
	{ { 0, 1800, 1, 1800, 0 }, { 1801, -1, 0, 0, 0 } },
	{ { 0, -1, 1, 0, 0 }, { 900, -1, 0, 0, 0 }, { 1800, 60, 0, 1860,
	    1800 } },
};

TABLE_TEST(what_answers_say_is_noted, notes)
{
	int i;

	for (i = 0; i < 5; i++) {
		if (i > 0 && notes[_i][i].asked == 0)
			break;
		consent_end_note(&e, NOW + notes[_i][i].asked,
		    notes[_i][i].left, notes[_i][i].is_new_token);
		ck_assert_int_eq(e.at > 0 ? e.at - NOW : 0,
		    notes[_i][i].ends);
		ck_assert_int_eq(e.at > 0 ? e.since - NOW : 0,
		    notes[_i][i].since);
	}
}

TEST(a_renewal_shows_whether_it_stays)
{
	ck_assert(!consent_end_stays(&e, NOW));
	ck_assert(!consent_end_is_near(&e, NOW));
	consent_end_note(&e, NOW, 4000, 1);
	ck_assert(!consent_end_stays(&e, NOW));
	ck_assert(!consent_end_is_near(&e, NOW + 2999));
	ck_assert(consent_end_is_near(&e, NOW + 3000));
	consent_end_note(&e, NOW + 2000, 2000, 0);
	ck_assert(consent_end_stays(&e, NOW + 2000));
	consent_end_note(&e, NOW + 3000, 4000, 0);
	ck_assert(!consent_end_stays(&e, NOW + 3000));
	ck_assert(!consent_end_is_near(&e, NOW + 3001));
}

static void
says(int64_t refreshed, int is_served, int64_t now, const char *what)
{
	consent_end_text(text, &e, &account, refreshed, is_served, now);
	ck_assert_str_eq(text, what);
}

TEST(what_is_said)
{
	consent_end_note(&e, NOW, 6 * DAY, 1);
	says(NOW, 1, NOW, "expires in 6 days (2027-01-21 08:00:00 UTC) unless "
	    "a renewal moves that; tokend serve renews the token before");
	says(NOW, 0, NOW, "expires in 6 days (2027-01-21 08:00:00 UTC) unless "
	    "a renewal moves that, and no tokend serve is here to renew it in "
	    "time: let one run, or run \"tokend refresh 'a b@example.org'\" "
	    "before then");
	says(NOW + 1, 1, NOW + 5 * DAY, "expires in 24 h (2027-01-21 08:00:00 "
	    "UTC), and renewals do not move that: sign in again before, with "
	    "\"tokend login 'a b@example.org'\"");
	says(NOW + 1, 1, NOW + 6 * DAY, "was to expire at 2027-01-21 "
	    "08:00:00 UTC, as announced: when a renewal fails, \"tokend login "
	    "'a b@example.org'\"");
}

TEST(a_week_of_google_is_explained)
{
	static char google[] = "https://oauth2.googleapis.com/token";
	static char other[] = "https://login.example.org/token";

	account.token_endpoint = google;
	consent_end_note(&e, NOW, 7 * DAY - 1, 1);
	consent_end_text(text, &e, &account, NOW, 1, NOW);
	ck_assert_ptr_nonnull(strstr(text, "publish it under Audience first"));
	account.token_endpoint = other;
	consent_end_text(text, &e, &account, NOW, 1, NOW);
	ck_assert_ptr_null(strstr(text, "Audience"));
	/* A person may give one for a time, too. */
	account.token_endpoint = google;
	consent_end_note(&e, NOW, 30 * DAY, 1);
	consent_end_text(text, &e, &account, NOW, 1, NOW);
	ck_assert_ptr_null(strstr(text, "Audience"));
}
