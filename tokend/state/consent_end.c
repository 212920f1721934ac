/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/consent_end.h"

#include <stdio.h>
#include <string.h>

#include "common/date.h"
#include "base/shell_word.h"
#include "state/due.h"

#define DAY 86400

/*
 * An end that each renewal puts off moves as far as time has gone by; one that
 * does not move is announced with the delay of two answers in it.
 */
static int
has_moved(const struct consent_end *e, int64_t asked, int64_t at)
{
	return e->at <= 0 || at - e->at > (asked - e->since) / 2;
}

void
consent_end_note(struct consent_end *e, int64_t asked, int64_t left,
    int is_new_token)
{
	const int64_t at = asked + left;

	if (left == 0 || (left < 0 && (is_new_token || asked > e->at))) {
		e->at = e->since = 0;
	} else if (left > 0 && has_moved(e, asked, at)) {
		e->at = at;
		e->since = asked;
	} else if (left > 0 && at < e->at) {
		e->at = at;
	}
}

int
consent_end_stays(const struct consent_end *e, int64_t refreshed)
{
	return e->at > 0 && e->since < refreshed;
}

int
consent_end_is_near(const struct consent_end *e, int64_t now)
{
	return e->at > 0 && now >= due_warning(e->since, e->at);
}

/* The seven days that Google gives an app that is not published. */
static const char *
explain_week(const struct consent_end *e, const struct account *a)
{
	const int64_t life = e->at - e->since;

	return a->token_endpoint != NULL &&
	    strstr(a->token_endpoint, ".googleapis.com/") != NULL &&
	    life > 6 * DAY && life <= 7 * DAY ? " (Google gives seven days to "
	    "an app in \"Testing\": publish it under Audience first)" : "";
}

void
consent_end_text(char text[CONSENT_END_TEXT_MAX],
    const struct consent_end *e, const struct account *a, int64_t refreshed,
    int is_served, int64_t now)
{
	char date[DATE_MAX], duration[DURATION_MAX];
	const char *week = explain_week(e, a);

	date_text(date, e->at);
	duration_text(duration, e->at - now);
	if (e->at <= now)
		snprintf(text, CONSENT_END_TEXT_MAX, "was to expire at %s, "
		    "as announced: when a renewal fails, \"tokend login "
		    "%s\"%s", date, SHELL_NAME(a->name), week);
	else if (consent_end_stays(e, refreshed))
		snprintf(text, CONSENT_END_TEXT_MAX, "expires in %s (%s), and "
		    "renewals do not move that: sign in again before, with "
		    "\"tokend login %s\"%s", duration, date,
		    SHELL_NAME(a->name), week);
	else if (is_served)
		snprintf(text, CONSENT_END_TEXT_MAX, "expires in %s (%s) "
		    "unless a renewal moves that; tokend serve renews the "
		    "token before%s", duration, date, week);
	else
		snprintf(text, CONSENT_END_TEXT_MAX, "expires in %s (%s) "
		    "unless a renewal moves that, and no tokend serve is here "
		    "to renew it in time: let one run, or run \"tokend refresh "
		    "%s\" before then%s", duration, date, SHELL_NAME(a->name),
		    week);
}
