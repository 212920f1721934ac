/* SPDX-License-Identifier: BSD-2-Clause */
#include "refresh/renew.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "account/account.h"
#include "common/date.h"
#include "common/failure_text.h"
#include "common/log.h"
#include "grant/grant.h"
#include "grant/program_server.h"
#include "issuer/discovery.h"
#include "refresh/backoff.h"
#include "refresh/keep.h"
#include "state/host_refusals.h"
#include "state/interrupted.h"

/* One run, from the first look to the answer. */
struct renewal {
	const struct scope *scope;
	struct account account;
	struct keep keep;
	struct answer *answer;
	enum discovery discovery;
};

/* The refresh token that came replaces ours before its access token is used. */
static int
keep_tokens(struct renewal *r, const struct token_answer *t)
{
	enum keep_taken taken = keep_take(&r->keep, t, &r->answer->failure);

	if (taken == KEEP_NEW)
		return keep_credential(&r->keep, &r->answer->failure);
	return taken == KEEP_SAME ? 0 : -1;
}

/*
 * Its line in the log: what is new, and for how long. A provider that gives
 * the same token again, as metadata services do, changes nothing.
 */
static void
log_renewed(const struct renewal *r, const struct token_answer *t,
    int64_t failures)
{
	const struct keep *k = &r->keep;
	char again[64] = "", duration[DURATION_MAX];

	if (failures > 0)
		snprintf(again, sizeof(again), " again, after %lld failure%s",
		    (long long)failures, failures == 1 ? "" : "s");
	else if (!k->has_stored && k->had_token && k->before.expires > 0 &&
	    strcmp(k->before.token, buf_text(&t->access_token)) == 0)
		return;
	log_info("account \"%s\": renewed%s: good for %s%s",
	    r->account.name, again, duration_text(duration, t->expires_in),
	    k->has_stored ? ", with a new refresh token" : "");
}

/* Once for each scope that is granted: an imported account's first, too. */
static void
log_scope(const struct renewal *r)
{
	char text[GRANTED_TEXT_MAX];

	granted_text(text, &r->account, r->keep.state.scope);
	if (text[0] != '\0')
		log_warning("account \"%s\": %s", r->account.name, text);
}

/*
 * Once for an end that is near and that this renewal did not move. As it is
 * logged after the state is written, why has the text.
 */
static int
note_warning(struct renewal *r, int64_t asked, struct failure *why)
{
	struct state *st = &r->keep.state;
	char text[CONSENT_END_TEXT_MAX];

	if (!consent_end_stays(&st->consent, asked) ||
	    !consent_end_is_near(&st->consent, asked) ||
	    st->warned > st->consent.since)
		return 0;
	st->warned = asked;
	consent_end_text(text, &st->consent, &r->account, asked, 1, asked);
	fail(why, STATUS_SIGN_IN, "account \"%s\": the consent %s",
	    r->account.name, text);
	return 1;
}

/* Once for each person: an import could not know whose its tokens are. */
static void
log_person(const struct renewal *r)
{
	char text[PERSON_TEXT_MAX];

	person_text(text, &r->account, &r->keep.state.person);
	if (text[0] != '\0')
		log_warning("account \"%s\": %s", r->account.name, text);
}

static void
handle_success(struct renewal *r, const struct token_answer *t, int64_t asked)
{
	struct failure warning;
	int64_t failures;
	int is_warned = 0;

	if (keep_tokens(r, t) == -1) {
		log_warning("%s", r->answer->failure.text);
		return;
	}
	failures = r->keep.state.failures;
	if (keep_scope(&r->keep, t, t->names_scope ? r->account.scope : NULL))
		log_scope(r);
	keep_end(&r->keep, t, asked, r->keep.has_stored);
	is_warned = note_warning(r, asked, &warning);
	if (keep_person(&r->keep, t, 0))
		log_person(r);
	if (keep_access_token(&r->keep, t, asked, r->answer,
	    &r->answer->failure) == -1)
		return;
	keep_success(&r->keep, asked);
	log_renewed(r, t, failures);
	if (is_warned) {
		log_warning("%s", warning.text);
		programs_start_one(&r->account, ON_WARNING, &warning);
	}
}

/* Before the provider is asked, as its answer may be that end. */
static void
log_interrupted(struct renewal *r)
{
	struct keep *k = &r->keep;
	char when[DATE_MAX];

	/* It was another token that was spent then. */
	if (k->credential.granted > k->state.interrupted)
		k->state.interrupted = 0;
	if (!k->was_interrupted || k->state.interrupted == 0)
		return;
	date_text(when, k->state.interrupted);
	log_warning("account \"%s\": the renewal of %s %s (%s): where refresh "
	    "tokens are good for one use, this one is probably spent",
	    r->account.name, when, interrupted_word(&k->state),
	    interrupted_cause(&k->state));
}

/*
 * The provider does not say why a refresh token is good no longer; this machine
 * may know: it was spent and its successor lost, or its announced end has come.
 */
static void
explain_refusal(struct renewal *r, struct token_failure *f)
{
	char name[TEXT_NAME_MAX], date[DATE_MAX], sign_in[TEXT_SIGN_IN_MAX];
	const struct state *st = &r->keep.state;
	const int64_t end = st->consent.at;
	struct detail *d = &f->detail;

	if (f->failure.code != STATUS_SIGN_IN ||
	    strcmp(d->error, "invalid_grant") != 0)
		return;
	text_cut(name, sizeof(name), r->account.name);
	text_sign_in(sign_in, r->account.name);
	if (st->interrupted != 0) {
		date_text(date, st->interrupted);
		fail(&f->failure, STATUS_SIGN_IN, "account \"%s\": the "
		    "provider refused the refresh token (invalid_grant), which "
		    "was probably spent here by the renewal of %s: that %s: "
		    "%s", name, date, interrupted_word(st), sign_in);
		snprintf(d->meaning, sizeof(d->meaning), "The refresh token "
		    "was good for one use, and probably spent by the renewal "
		    "of %s. That %s on this machine: %s.", date,
		    interrupted_word(st), interrupted_cause(st));
	} else if (end > 0 && (int64_t)time(NULL) >= end) {
		date_text(date, end);
		fail(&f->failure, STATUS_SIGN_IN, "account \"%s\": the "
		    "provider refused the refresh token (invalid_grant), which "
		    "was good until %s, as it had announced: %s", name, date,
		    sign_in);
		snprintf(d->meaning, sizeof(d->meaning), "The grant has "
		    "expired, as the provider had announced for %s.", date);
	}
}

static void
handle_failure(struct renewal *r, struct token_failure *f, int64_t asked)
{
	struct state *st = &r->keep.state;
	enum status before = st->code;
	unsigned short random = 0;

	explain_refusal(r, f);
	if (f->is_lost && r->keep.spends)
		interrupted_unanswered(st, asked);
	r->answer->failure = f->failure;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = 0;
	backoff_note(st, f, r->account.stamp, (int64_t)time(NULL),
	    random % 1000);
	keep_state(&r->keep);
	r->answer->failure.retry_after = st->retry_at - st->tried;
	log_warning("%s", f->failure.text);
	if (backoff_is_permanent(f->failure.code) && before != f->failure.code)
		programs_start_one(&r->account, ON_ERROR,
		    &f->failure);
}

static void
ask_provider(struct renewal *r, int by_hand)
{
	struct token_answer t = TOKEN_ANSWER_INIT;
	struct token_failure f = { .answered = 0 };
	int64_t asked = 0;

	r->discovery = discovery_load(&r->account, r->scope, by_hand, &f);
	asked = (int64_t)time(NULL);
	keep_ignore_signals(1);
	if (r->discovery != DISCOVERY_FAILED && grant_request(&r->account,
	    &r->keep.credential, keep_hooks(&r->keep, 1), &t, &f) == 0) {
		handle_success(r, &t, asked);
	} else {
		/* An answer can be of no use and have spent our token. */
		if (t.refresh_token.len > 0 && keep_tokens(r, &t) == -1)
			log_warning("%s", r->answer->failure.text);
		f.is_lost &= t.refresh_token.len == 0;
		handle_failure(r, &f, asked);
		if (f.doubts_issuer && r->discovery != DISCOVERY_UNUSED)
			discovery_mark_doubtful(&r->account, r->scope);
	}
	keep_ignore_signals(0);
	budget_end(&r->keep.budget);
	token_answer_free(&t);
}

/* What is known before the provider is asked: -1 when that is the answer. */
static int
look_again(struct renewal *r, int by_hand)
{
	struct keep *k = &r->keep;
	int64_t now = (int64_t)time(NULL);

	keep_look(k, r->scope, &r->account, now);
	if (by_hand) {
		refusals_forget(&k->state);
		return 0;
	}
	if (k->had_token &&
	    now < refusals_fresh_until(&k->state, &k->before) &&
	    now < k->before.expires - k->before.min_valid) {
		answer_from_cache(r->answer, &k->before);
		return -1;
	}
	return state_holds_back(&k->state, r->account.stamp, now,
	    &r->answer->failure) ? -1 : 0;
}

/*
 * A credential that does not say for what it was granted learns it of the
 * state, where an earlier renewal has left it, and is stored so the next time.
 */
static void
recall_scope(struct keep *k)
{
	struct credential *c = &k->credential;

	if (c->scope.len == 0 && k->state.refreshed >= c->granted)
		(void)buf_adds(&c->scope, k->state.scope);
}

static int
reserve_files(struct renewal *r)
{
	log_interrupted(r);
	recall_scope(&r->keep);
	keep_recall_end(&r->keep, &r->keep.credential, 0);
	r->keep.spends = grant_needs_refresh_token(r->account.grant);
	return keep_reserve(&r->keep, r->keep.spends, &r->answer->failure);
}

int
refresh_account(struct answer *a, const struct scope *s, const char *name,
    int by_hand)
{
	struct renewal r = { .scope = s, .keep = KEEP_INIT, .answer = a };
	int done = 0;

	fail(&a->failure, STATUS_INTERNAL, "account \"%s\": no result", name);
	if (account_load(&r.account, s, name, &a->failure) == 0 &&
	    look_again(&r, by_hand) == 0 &&
	    credential_read(&r.keep.credential, s, r.account.name,
	    &a->failure) != CREDENTIAL_FAILED && reserve_files(&r) == 0) {
		done = REFRESH_ASKED;
		ask_provider(&r, by_hand);
	}
	if (r.discovery == DISCOVERY_OLD && a->failure.code == STATUS_OK)
		done |= REFRESH_DISCOVERY_DUE;
	keep_free(&r.keep);
	account_free(&r.account);
	return done;
}
