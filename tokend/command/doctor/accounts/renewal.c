/* SPDX-License-Identifier: BSD-2-Clause */
/* renewal.c - what an account's tokens live on */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command/doctor/accounts/accounts.h"
#include "command/serve_running.h"
#include "common/date.h"
#include "common/duration.h"
#include "shell_word.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"
#include "state/state.h"

#define DAY 86400
/* Google ends the consents of an app in "Testing" after seven days. */
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
tell_no_token(struct doctor *d, const struct account *a)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_SIGN_IN };

	finding_text(f.found, "account \"%s\": no refresh token is stored.",
	    a->name);
	finding_text(f.matters, "Nobody has signed in for it yet, or the "
	    "consent was taken back.");
	if (a->device_authorization_endpoint != NULL)
		finding_text(f.fix, "\"tokend login %s\"; where there is no "
		    "browser, \"tokend login --device %s\".",
		    SHELL_NAME(a->name), SHELL_NAME(a->name));
	else
		finding_text(f.fix, "\"tokend login %s\"; where there is no "
		    "browser, open the address that it shows elsewhere, and "
		    "paste the final one.", SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

/* The provider's refusal, with what the advice knew of it. */
static int
tell_failure(struct doctor *d, const struct account *a, const struct state *st)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = st->code };

	finding_text(f.found, "%s.", st->text);
	finding_text(f.matters, "%s", st->detail.meaning[0] != '\0' ?
	    st->detail.meaning : "The last attempt to renew its token failed "
	    "so.");
	if (st->detail.remedy[0] != '\0')
		finding_text(f.fix, "%s", st->detail.remedy);
	else
		finding_text(f.fix, "When that is mended: \"tokend refresh "
		    "%s\" tries at once.", SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

static int
tell_refusals(struct doctor *d, const struct account *a,
    struct state *st, int64_t now)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_REJECTED };
	const struct refusal *k;
	struct failure why;
	int count = 0;

	for (k = st->refusals; k < st->refusals + REFUSALS_MAX; k++) {
		if (k->count == 0 || !refusals_reject(st, a->name, k->host, now,
		    &why))
			continue;
		finding_text(f.found, "%s.", why.text);
		finding_text(f.matters, "Its own words: %s",
		    k->said[0] != '\0' ? k->said : "(none)");
		finding_text(f.fix, "\"tokend doctor --live %s\" explains "
		    "the refusal. When it is mended: \"tokend refresh %s\".",
		    SHELL_NAME(a->name), SHELL_NAME(a->name));
		doctor_report(d, &f);
		count++;
	}
	return count;
}

/* A refresh token of Google's stays the same, so its file is of its age. */
static int
look_at_age(struct doctor *d, const struct account *a, const struct stat *st,
    int64_t now)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	int64_t age = now - (int64_t)st->st_mtime;

	if (a->token_endpoint == NULL ||
	    strstr(a->token_endpoint, ".googleapis.com/") == NULL ||
	    age < TESTING_WARN || age >= TESTING_END)
		return 0;
	finding_text(f.found, "account \"%s\": the consent is %d days old.",
	    a->name, (int)(age / DAY));
	finding_text(f.matters, "If its app is in \"Testing\" in Google's "
	    "console, the consent ends on the seventh day, and mail stops.");
	finding_text(f.fix, "In Google's console, under Audience, publish the "
	    "app (In production), then \"tokend login %s\".",
	    SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

static int
look_at_rest(struct doctor *d, const struct account *a, const struct state *st,
    int64_t now)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	char duration[DURATION_MAX];

	if (st->refreshed == 0 || now - st->refreshed < REST_MOST ||
	    serve_is_running(&d->scope))
		return 0;
	finding_text(f.found, "account \"%s\": renewed last %s ago, and no "
	    "tokend serves here.", a->name,
	    duration_text(duration, now - st->refreshed));
	finding_text(f.matters, "Nothing renews it while no program asks, and "
	    "providers drop a refresh token that is not used for a while.");
	finding_text(f.fix, "\"tokend refresh %s\" now, and from cron once a "
	    "week; or let tokend serve run.", SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

static int
look_at_scope(struct doctor *d, const struct account *a,
    const struct state *st)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	char missing[GRANTED_MAX + 1], remedy[GRANTED_REMEDY_MAX];

	if (granted_missing(missing, a, st->scope) == 0)
		return 0;
	granted_remedy(remedy, a, missing);
	finding_text(f.found, "account \"%s\": \"%s\" was not granted, "
	    "though scope asks for it; granted was \"%s\".", a->name, missing,
	    st->scope);
	finding_text(f.matters, "A mail server refuses a token that was not "
	    "granted for it, and without offline_access a refresh token may "
	    "end with the person's session.");
	finding_text(f.fix, "To mend it, %s.", remedy);
	doctor_report(d, &f);
	return 1;
}

/* Where the next try was refused since, that failure says it. */
static int
tell_interrupted(struct doctor *d, const struct account *a,
    const struct state *st)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	char when[DATE_MAX];

	if (st->interrupted == 0 || st->code == STATUS_SIGN_IN)
		return 0;
	date_text(when, st->interrupted);
	finding_text(f.found, "account \"%s\": the renewal of %s %s: %s.",
	    a->name, when, interrupted_word(st), interrupted_cause(st));
	finding_text(f.matters, "Where refresh tokens are good for one use, "
	    "this one is probably spent, and the next renewal is refused.");
	finding_text(f.fix, "\"tokend refresh %s\" tries it now; if that is "
	    "refused, \"tokend login %s\".", SHELL_NAME(a->name),
	    SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

/*
 * An end that is near, or one that moves if renewed in time and nothing is
 * there to do that.
 */
static int
look_at_end(struct doctor *d, const struct account *a,
    const struct state *st, int64_t now, char span[RENEWAL_SPAN])
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	const struct consent_end *e = &st->consent;
	char text[CONSENT_END_TEXT_MAX], left[DURATION_MAX];
	int is_served = 0;

	if (e->at <= 0)
		return 0;
	is_served = serve_is_running(&d->scope);
	if (!consent_end_is_near(e, now) && (is_served ||
	    consent_end_stays(e, st->refreshed) ||
	    e->at - e->since > REST_MOST)) {
		snprintf(span + strlen(span), RENEWAL_SPAN - strlen(span),
		    ", consent ends in %s", duration_text(left, e->at - now));
		return 0;
	}
	consent_end_text(text, e, a, st->refreshed, is_served, now);
	finding_text(f.found, "account \"%s\": the consent %s.", a->name,
	    text);
	finding_text(f.matters, "After that the provider refuses the refresh "
	    "token, and mail stops until a person signs in.");
	if (e->at <= now || consent_end_stays(e, st->refreshed))
		finding_text(f.fix, "\"tokend login %s\".",
		    SHELL_NAME(a->name));
	else
		finding_text(f.fix, "\"tokend refresh %s\" now, and let "
		    "tokend serve run.", SHELL_NAME(a->name));
	doctor_report(d, &f);
	return 1;
}

static int
look_at_state(struct doctor *d, const struct account *a,
    const struct stat *file, int64_t now,
    char span[RENEWAL_SPAN])
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
		interrupted_look(st, &d->scope, a->name);
	}
	if (st->refreshed != 0)
		snprintf(span, RENEWAL_SPAN, "renewed %s ago",
		    duration_text(text, now - st->refreshed));
	/* With --live it is tried anew: what was said once is no news. */
	if (st->code != STATUS_OK && strcmp(st->stamp, a->stamp) == 0 &&
	    !d->is_live)
		count = tell_failure(d, a, st);
	if (!d->is_live)
		count += tell_interrupted(d, a, st);
	count += tell_refusals(d, a, st, now);
	count += look_at_scope(d, a, st);
	count += look_at_end(d, a, st, now, span);
	/* What the provider says is better than a guess. */
	if (file != NULL && st->consent.at <= 0)
		count += look_at_age(d, a, file, now);
	if (count == 0 && a->grant == GRANT_REFRESH_TOKEN)
		count = look_at_rest(d, a, st, now);
	free(st);
	return count;
}

int
check_renewal(struct doctor *d, const struct account *a, char span[RENEWAL_SPAN])
{
	const int64_t now = (int64_t)time(NULL);
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	struct stat st;
	int found;

	snprintf(span, RENEWAL_SPAN, "never renewed");
	if (a->grant != GRANT_REFRESH_TOKEN)
		return look_at_state(d, a, NULL, now, span);
	path_below(path, d, "credentials", a->name);
	found = check_path(d, path, FILE_SECRET);
	if (found == -1)
		return tell_no_token(d, a);
	if (found == 0 || lstat(path, &st) == -1)
		return 1;
	return look_at_state(d, a, &st, now, span);
}
