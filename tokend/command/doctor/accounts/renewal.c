/* SPDX-License-Identifier: BSD-2-Clause */
/* renewal.c - what an account's tokens depend on */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "account/send_right.h"
#include "command/doctor/accounts/accounts.h"
#include "command/command.h"
#include "common/date.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"
#include "state/state.h"

#define DAY 86400
/* The consents of an app in "Testing" expire at Google after seven days. */
#define TESTING_WARN (4 * DAY)
#define TESTING_END (7 * DAY)
/* Providers drop what is not used: from two weeks (Yahoo) to half a year. */
#define REST_MOST (14 * DAY)

static int
path_below(char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32],
    const struct doctor *d, const char *folder, const char *name)
{
	snprintf(path, SCOPE_PATH_MAX + NAME_MAX_LEN + 32, "%s/%s%s%s",
	    d->scope.state, folder, name[0] != '\0' ? "/" : "", name);
	return access(path, F_OK);
}

static int
report_failure(struct doctor *d, const struct account *a,
    const struct state *st)
{
	enum account_finding found = st->detail.remedy[0] != '\0' ?
	    RENEWAL_FAILED_ADVISED : RENEWAL_FAILED;

	doctor_found_as(d, ACCOUNTS_CHECK, &account_findings[found], st->code,
	    KNOWN_VALUES({ "failure", st->text }, { "account", a->name },
	    { "meaning", st->detail.meaning[0] != '\0' ? st->detail.meaning :
	    account_findings[RENEWAL_FAILED].why },
	    { "remedy", st->detail.remedy }));
	return 1;
}

static int
report_refusals(struct doctor *d, const struct account *a,
    struct state *st, int64_t now)
{
	const struct refusal *k;
	struct failure why;
	int count = 0;

	for (k = st->refusals; k < st->refusals + REFUSALS_MAX; k++) {
		if (k->count == 0 || !refusals_reject(st, a->name, k->host, now,
		    &why))
			continue;
		report_account(d, HOST_REFUSED, KNOWN_VALUES(
		    { "failure", why.text }, { "account", a->name },
		    { "words", k->said[0] != '\0' ? k->said : "(none)" }));
		count++;
	}
	return count;
}

/* A refresh token of Google's stays the same, so its file is of its age. */
static int
check_age(struct doctor *d, const struct account *a, const struct stat *st,
    int64_t now)
{
	int64_t age = now - (int64_t)st->st_mtime;

	if (a->token_endpoint == NULL ||
	    strstr(a->token_endpoint, ".googleapis.com/") == NULL ||
	    age < TESTING_WARN || age >= TESTING_END)
		return 0;
	report_account(d, CONSENT_TESTING, KNOWN_VALUES({ "account", a->name },
	    { "days", KNOWN_NUMBER(age / DAY) }));
	return 1;
}

static int
check_rest(struct doctor *d, const struct account *a, const struct state *st,
    int64_t now)
{
	char age[DURATION_MAX];

	if (st->refreshed == 0 || now - st->refreshed < REST_MOST ||
	    serve_is_running(&d->scope))
		return 0;
	report_account(d, RENEWAL_RESTS, KNOWN_VALUES({ "account", a->name },
	    { "age", duration_text(age, now - st->refreshed) }));
	return 1;
}

static int
check_granted(struct doctor *d, const struct account *a,
    const struct state *st)
{
	char missing[GRANTED_MAX + 1], remedy[GRANTED_REMEDY_MAX];

	/* The check of sending says it, as a fault. */
	if (send_right_judge(a, st->scope, missing) == SEND_RIGHT_MISSING ||
	    granted_missing(missing, a, st->scope) == 0)
		return 0;
	granted_remedy(remedy, a, missing);
	report_account(d, SCOPE_NOT_GRANTED, KNOWN_VALUES(
	    { "account", a->name }, { "missing", missing },
	    { "granted", st->scope }, { "remedy", remedy }));
	return 1;
}

/* Where the next try was refused since, that failure says it. */
static int
report_interrupted(struct doctor *d, const struct account *a,
    const struct state *st)
{
	char when[DATE_MAX];

	if (st->interrupted == 0 || st->code == STATUS_SIGN_IN)
		return 0;
	date_text(when, st->interrupted);
	report_account(d, RENEWAL_INTERRUPTED, KNOWN_VALUES(
	    { "account", a->name }, { "date", when },
	    { "what", interrupted_word(st) },
	    { "cause", interrupted_cause(st) }));
	return 1;
}

/*
 * An end that is near, or one that moves if renewed in time and nothing is
 * there to do that.
 */
static int
check_end(struct doctor *d, const struct account *a,
    const struct state *st, int64_t now, char age[RENEWAL_AGE_MAX])
{
	const struct consent_end *e = &st->consent;
	char text[CONSENT_END_TEXT_MAX], left[DURATION_MAX];
	int is_served = 0, stays = consent_end_stays(e, st->refreshed);

	if (e->at <= 0)
		return 0;
	is_served = serve_is_running(&d->scope);
	if (!consent_end_is_near(e, now) && (is_served || stays ||
	    e->at - e->since > REST_MOST)) {
		snprintf(age + strlen(age), RENEWAL_AGE_MAX - strlen(age),
		    ", consent expires in %s", duration_text(left,
		    e->at - now));
		return 0;
	}
	consent_end_text(text, e, a, st->refreshed, is_served, now);
	report_account(d, e->at <= now || stays ? CONSENT_ENDS :
	    CONSENT_ENDS_UNSERVED, KNOWN_VALUES({ "account", a->name },
	    { "end", text }));
	return 1;
}

static int
check_state(struct doctor *d, const struct account *a,
    const struct stat *file, int64_t now, char age[RENEWAL_AGE_MAX])
{
	struct state *st = malloc(sizeof(*st));
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32], text[DURATION_MAX];
	int count = 0;

	if (st == NULL)
		return 0;
	memset(st, 0, sizeof(*st));
	/* state_read makes the folder where it is missing. */
	if (path_below(path, d, "state", "") == 0) {
		state_read(st, &d->scope, a->name);
		interrupted_read(st, &d->scope, a->name);
	}
	if (st->refreshed != 0)
		snprintf(age, RENEWAL_AGE_MAX, "renewed %s ago",
		    duration_text(text, now - st->refreshed));
	/* With --live it is tried again: an old failure is no news. */
	if (st->code != STATUS_OK && strcmp(st->stamp, a->stamp) == 0 &&
	    !d->is_live)
		count = report_failure(d, a, st);
	if (!d->is_live)
		count += report_interrupted(d, a, st);
	count += report_refusals(d, a, st, now);
	count += check_granted(d, a, st);
	count += check_end(d, a, st, now, age);
	/* What the provider says is better than a guess. */
	if (file != NULL && st->consent.at <= 0)
		count += check_age(d, a, file, now);
	if (count == 0 && a->grant == GRANT_REFRESH_TOKEN)
		count = check_rest(d, a, st, now);
	free(st);
	return count;
}

int
check_renewal(struct doctor *d, const struct account *a,
    char age[RENEWAL_AGE_MAX])
{
	const int64_t now = (int64_t)time(NULL);
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	struct stat st;
	enum path_state found;

	snprintf(age, RENEWAL_AGE_MAX, "never renewed");
	if (a->grant != GRANT_REFRESH_TOKEN)
		return check_state(d, a, NULL, now, age);
	path_below(path, d, "credentials", a->name);
	found = check_path(d, path, FILE_SECRET);
	if (found == PATH_MISSING) {
		report_account(d, a->device_authorization_endpoint != NULL ?
		    TOKEN_MISSING_DEVICE : TOKEN_MISSING,
		    KNOWN_VALUES({ "account", a->name }));
		return 1;
	}
	if (found == PATH_BAD || lstat(path, &st) == -1)
		return 1;
	return check_state(d, a, &st, now, age);
}
