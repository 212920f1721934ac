/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/attempt.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "common/log.h"
#include "files/lock.h"
#include "grant/grant.h"
#include "lineio.h"
#include "refresh/backoff.h"
#include "state/host_refusals.h"

#define KEEP_WAIT 300		/* seconds for the command, or its person */
#define STORE_MS 60000		/* for storing: a person is there and can act */
#define EVENT_TEXT_MAX 2000	/* bytes of scopes for people */

static int
is_typed(const struct attempt *at)
{
	const struct credential *c = &at->typed;

	return c->refresh_token.len > 0 || c->client_secret.len > 0 ||
	    c->client_key.len > 0 || c->key_password.len > 0;
}

enum credential_found
attempt_stored(const struct attempt *at, struct credential *c,
    struct failure *why)
{
	enum credential_found found = credential_read(c, at->job->scope,
	    at->account.name, why);

	if (at->is_other_client)
		credential_free(c);
	return found;
}

/*
 * A damaged credential is no reason to refuse a new one, except for a new
 * secret alone, with which its refresh token would be lost. One whose key is
 * missing is not damaged.
 */
static int
read_credential(struct attempt *at, int brings_token)
{
	struct credential *c = &at->keep.credential;
	struct failure *why = &at->job->why;
	enum credential_found found = attempt_stored(at, &at->stored, why);

	at->was_stored = found != CREDENTIAL_NONE;
	if (found == CREDENTIAL_FAILED) {
		if (at->stored.is_locked)
			return -1;
		if (!brings_token && at->typed.refresh_token.len == 0 &&
		    grant_needs_refresh_token(at->account.grant))
			return -1;
		credential_free(&at->stored);
	}
	c->granted = clock_seconds();
	return credential_replace(c, &at->stored) == -1 ||
	    credential_replace(c, &at->typed) == -1 ? fail_memory(why) : 0;
}

static int
reserve_files(struct attempt *at)
{
	return keep_reserve(&at->keep, is_typed(at) ||
	    grant_needs_refresh_token(at->account.grant), &at->job->why);
}

int
attempt_begin(struct attempt *at, int brings_token)
{
	struct keep *k = &at->keep;

	at->lock = lock_acquire(at->job->scope, at->account.name,
	    &at->job->why);
	if (at->lock == -1)
		return -1;
	keep_look(k, at->job->scope, &at->account, clock_seconds());
	at->is_consent = brings_token;
	k->spends = !brings_token &&
	    grant_needs_refresh_token(at->account.grant);
	if (read_credential(at, brings_token) == -1 || reserve_files(at) == -1)
		return -1;
	keep_recall_end(k, &at->stored, brings_token ||
	    at->typed.refresh_token.len > 0);
	keep_ignore_signals(1);
	at->asked = clock_seconds();
	return 0;
}

void
attempt_end(struct attempt *at)
{
	budget_end(&at->keep.budget);
	keep_free(&at->keep);
	at->keep = (struct keep)KEEP_INIT;
	credential_free(&at->stored);
	token_answer_free(&at->answer);
	if (at->lock == -1)
		return;
	lock_clear_time(at->lock);
	close(at->lock);
	at->lock = -1;
	keep_ignore_signals(0);
}

int
attempt_store_replaced(struct attempt *at)
{
	struct keep *k = &at->keep;
	struct credential proven = k->credential;
	enum keep_taken taken;
	int result = 0;

	if (at->typed.refresh_token.len > 0 ||
	    at->stored.refresh_token.len == 0)
		return 0;
	k->credential = at->stored;
	taken = keep_take(k, &at->answer, &at->job->why);
	if (taken == KEEP_FAILED)
		result = -1;
	if (taken == KEEP_NEW) {
		result = keep_credential(k, &at->job->why);
		reserve_release(&k->reserve);
		if (result == 0)
			result = reserve_files(at);
	}
	at->stored = k->credential;
	k->credential = proven;
	return result;
}

/* What is for people is cut, or left out, rather than refused. */
static int
send_token(struct attempt *at)
{
	struct buf b = BUF_INIT(MESSAGE_BYTES_MAX);
	struct token_answer *t = &at->answer;
	const struct consent_end *end = &at->keep.state.consent;
	const struct person *p = &at->keep.state.person;
	const char *scope = t->scope.len > 0 && t->scope.len <=
	    EVENT_TEXT_MAX ? buf_text(&t->scope) : NULL;

	return job_send(at->job, &b, attrs_add(&b, "event", "token") == -1 ||
	    attrs_addnum(&b, "expires_in", t->expires_in) == -1 ||
	    attrs_addnum(&b, "consent_ends", end->at) == -1 ||
	    attrs_addnum(&b, "consent_since", end->since) == -1 ||
	    attrs_add(&b, "user", person_shown_name(&at->account, p)) == -1 ||
	    person_format(p, &b) == -1 ||
	    attrs_add(&b, "scope", scope) == -1 ? -1 : 0);
}

static int
fail_refused(struct attempt *at)
{
	return fail(&at->job->why, STATUS_SIGN_IN, "account \"%s\": nothing "
	    "was kept, as was said", at->account.name);
}

static int
wait_for_keep(struct attempt *at)
{
	struct message said = MESSAGE_INIT;
	int64_t deadline = clock_ms() + KEEP_WAIT * 1000LL;
	const char *keep = NULL;
	int result = -1;

	/* More than the wait, and as much as it takes to begin to store. */
	budget_store();
	/* A final address that comes late, too, is no answer to this. */
	while (keep == NULL && job_receive(at->job, &said, deadline) == 0)
		keep = attrs_get(&said.attrs, "keep");
	if (keep != NULL && attrs_get(&said.attrs, "accepted") != NULL)
		at->keep.state.person.is_accepted = 1;
	if (keep != NULL)
		result = strcmp(keep, "yes") == 0 ? 0 : fail_refused(at);
	message_free(&said);
	budget_store();
	at->keep.store_ms = STORE_MS;
	return result;
}

/* Than what is stored; a secret alone leaves that as it is. */
static int
is_other_consent(const struct attempt *at)
{
	return at->is_consent || at->typed.refresh_token.len > 0;
}

int
attempt_store(struct attempt *at)
{
	struct keep *k = &at->keep;
	struct failure *why = &at->job->why;
	enum keep_taken taken = keep_take(k, &at->answer, why);

	if (at->is_consent || at->answer.names_scope)
		keep_scope(k, &at->answer, at->account.scope);
	else
		keep_scope(k, &at->answer, NULL);
	keep_end(k, &at->answer, at->asked, taken == KEEP_NEW);
	keep_person(k, &at->answer, is_other_consent(at));
	if (taken == KEEP_FAILED || send_token(at) == -1 ||
	    wait_for_keep(at) == -1 || ((taken == KEEP_NEW || is_typed(at)) &&
	    keep_credential(k, why) == -1))
		return -1;
	refusals_forget(&k->state);
	if (keep_access_token(k, &at->answer, at->asked, NULL, why) == -1)
		return -1;
	keep_success(k, at->asked);
	log_info("account \"%s\": signed in", at->account.name);
	return 0;
}

/* There is nothing yet that works, as far as anybody knows. */
static int
is_place_empty(const struct attempt *at)
{
	return !at->was_stored && at->keep.state.refreshed == 0;
}

static int
ask_about_unproven(struct attempt *at)
{
	return job_event(at->job, "unproven", "text",
	    at->failure.failure.text, NULL) == -1 ? -1 : wait_for_keep(at);
}

int
attempt_store_unproven(struct attempt *at)
{
	const struct failure *f = &at->failure.failure;
	struct state *st = &at->keep.state;
	unsigned short random = 0;

	if (f->code != STATUS_LATER || !is_place_empty(at)) {
		at->job->why = *f;
		return -1;
	}
	memset(&st->person, 0, sizeof(st->person));
	/* An answer can be of no use and have spent what was typed. */
	if (keep_take(&at->keep, &at->answer, &at->job->why) == KEEP_FAILED ||
	    ask_about_unproven(at) == -1 || (is_typed(at) &&
	    keep_credential(&at->keep, &at->job->why) == -1))
		return -1;
	if (getrandom(&random, sizeof(random), GRND_NONBLOCK) == -1)
		random = 0;
	backoff_note(st, &at->failure, at->account.stamp, clock_seconds(),
	    random % 1000);
	st->interrupted = st->revoked = 0;	/* that was another token */
	keep_state(&at->keep);
	fail(&at->job->why, f->code, "%.*s (stored all the same: it is tried "
	    "again)", FAILURE_TEXT_MAX - 45, f->text);
	at->job->why.retry_after = st->retry_at - st->tried;
	return -1;
}

void
attempt_free(struct attempt *at)
{
	attempt_end(at);
	credential_free(&at->typed);
	account_free(&at->account);
}
