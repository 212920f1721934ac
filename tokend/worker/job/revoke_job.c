/* SPDX-License-Identifier: BSD-2-Clause */
/* revoke_job.c - the job revoke: at the provider, then what is stored here */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/account.h"
#include "common/failure_text.h"
#include "common/log.h"
#include "files/lock.h"
#include "grant/grant.h"
#include "issuer/metadata.h"
#include "job/jobs.h"
#include "lineio.h"
#include "oauth/revocation.h"
#include "refresh/keep.h"
#include "state/host_refusals.h"
#include "state/token_cache.h"


struct revoking {
	struct job *job;
	struct account account;
	struct keep keep;
	int lock;		/* -1: not held */
	int has_file;		/* in credentials/ */
	char name[TEXT_NAME_MAX];	/* for texts */
};

/*
 * The secrets of a client that renews by a refresh token outlive the consent:
 * they are needed for the next one. Others are the consent themselves.
 */
static int
keeps_secrets(const struct revoking *r)
{
	const struct credential *c = &r->keep.credential;

	return grant_needs_refresh_token(r->account.grant) &&
	    (c->client_secret.len > 0 || c->client_key.len > 0 ||
	    c->key_password.len > 0);
}

/* And makes room for what stays, before anything is done. */
static int
read_stored(struct revoking *r, int is_forced)
{
	struct keep *k = &r->keep;
	struct failure *why = &r->job->why;
	enum credential_found found;

	keep_look(k, r->job->scope, &r->account, clock_seconds());
	found = credential_read(&k->credential, r->job->scope,
	    r->account.name, why);
	r->has_file = found != CREDENTIAL_NONE;
	if (found == CREDENTIAL_FAILED) {
		if (!is_forced)
			return -1;
		credential_free(&k->credential);
	}
	return keep_reserve(k, keeps_secrets(r), why);
}

static void
report_revocation(struct revoking *r, enum revocation what, const char *host,
    const char *kind)
{
	switch (what) {
	case REVOCATION_DONE:
		job_note(r->job, "account \"%s\": %s has revoked its %s",
		    r->name, host, kind);
		break;
	case REVOCATION_NOT_VALID:
		job_note(r->job, "account \"%s\": %s says that its %s was not "
		    "valid any more", r->name, host, kind);
		break;
	case REVOCATION_UNSUPPORTED:
		job_note(r->job, "account \"%s\": %s does not revoke a %s: "
		    "revoke the consent on the provider's own account page",
		    r->name, host, kind);
		break;
	}
}

/* No request can revoke it: what is dropped here stays valid there. */
static void
report_no_endpoint(struct revoking *r)
{
	if (grant_needs_refresh_token(r->account.grant))
		job_note(r->job, "account \"%s\": its provider has no "
		    "revocation endpoint: revoke the consent on the "
		    "provider's own account page", r->name);
	else
		job_note(r->job, "account \"%s\": its provider has no "
		    "revocation endpoint: the last access token is good until "
		    "it expires", r->name);
}

/* RFC 8414 2: there may be a list for that endpoint alone. */
static void
take_methods(struct account *a, struct metadata *m)
{
	char *said = m->revocation_endpoint_auth_methods_supported;

	if (said == NULL)
		return;
	free(a->auth_methods);
	a->auth_methods = said;
	m->revocation_endpoint_auth_methods_supported = NULL;
}

static int
ask_provider(struct revoking *r, struct token_failure *why)
{
	struct account *a = &r->account;
	const struct credential *c = &r->keep.credential;
	struct metadata m = METADATA_INIT;
	enum revocation what = REVOCATION_DONE;
	char host[HEAD_HOST_SHOWN] = "";
	int is_refresh = c->refresh_token.len > 0, result;

	memset(why, 0, sizeof(*why));
	if (!is_refresh && !r->keep.had_token) {
		job_note(r->job, "account \"%s\": no token is stored", r->name);
		return 0;
	}
	/* One look brings both; client assertions name the second. */
	result = metadata_complete(a, a->revocation_endpoint == NULL ?
	    &a->revocation_endpoint : &a->token_endpoint, &m, why);
	if (result == 0)
		take_methods(a, &m);
	metadata_free(&m);
	if (result == -1)
		return -1;
	if (a->revocation_endpoint == NULL) {
		report_no_endpoint(r);
		return 0;
	}
	if (revoke_token(a, c, is_refresh ? buf_text(&c->refresh_token) :
	    r->keep.before.token, is_refresh ? "refresh_token" :
	    "access_token", &what, host, why) == -1)
		return -1;
	report_revocation(r, what, host, is_refresh ? "refresh token" :
	    "access token");
	return 0;
}

static int
drop_credential(struct revoking *r)
{
	struct credential *c = &r->keep.credential;
	struct buf content = BUF_INIT(CREDENTIAL_FILE_MAX);
	struct failure *why = &r->job->why;
	int result = -1;

	if (!r->has_file)
		return 0;
	if (!keeps_secrets(r))
		return credential_remove(r->job->scope, r->account.name, why);
	buf_reset(&c->refresh_token);
	buf_reset(&c->scope);
	c->granted = 0;
	c->end = (struct consent_end){ 0, 0 };
	if (credential_seal(c, &r->keep.keyring, r->account.name,
	    &content) == -1)
		fail_memory(why);
	else if ((result = newfile_commit(&r->keep.reserve.credential,
	    &content)) == -1)
		fail(why, STATUS_LATER, "account \"%s\": %s/credentials/%s "
		    "cannot be written: %s: the refresh token is still there: "
		    "try again", r->name, r->job->scope->state, r->name,
		    strerror(errno));
	buf_free(&content);
	return result;
}

/* The access token first: a refresh token without it makes a new one. */
static int
drop_all(struct revoking *r)
{
	struct state *st = &r->keep.state;

	token_cache_drop(r->job->scope, &r->account);
	if (drop_credential(r) == -1)
		return -1;
	refusals_forget(st);
	memset(&st->detail, 0, sizeof(st->detail));
	st->code = STATUS_OK;
	st->text[0] = st->scope[0] = '\0';
	st->consent = (struct consent_end){ 0, 0 };
	st->warned = 0;
	memset(&st->person, 0, sizeof(st->person));
	st->failures = st->tried = st->retry_at = st->interrupted = 0;
	/* One whose secret is in a file of its own goes on without us. */
	st->revoked = r->has_file ? clock_seconds() : 0;
	keep_state(&r->keep);
	log_info("account \"%s\": revoked", r->account.name);
	return 0;
}

static int
revoke_account(struct revoking *r, int is_forced)
{
	struct token_failure why;

	text_cut(r->name, sizeof(r->name), r->account.name);
	r->lock = lock_acquire(r->job->scope, r->account.name, &r->job->why);
	if (r->lock == -1 || read_stored(r, is_forced) == -1)
		return -1;
	/* A token that the provider has dropped is dropped here, too. */
	keep_ignore_signals(1);
	budget_spend(&r->keep.budget);
	if (ask_provider(r, &why) == -1) {
		if (!is_forced) {
			job_note(r->job, "account \"%s\": nothing was "
			    "dropped", r->name);
			r->job->why = why.failure;
			r->job->detail = why.detail;
			return -1;
		}
		job_note(r->job, "%s", why.failure.text);
	}
	return drop_all(r);
}

int
revoke_run(struct job *j)
{
	struct revoking r = { .job = j, .keep = KEEP_INIT, .lock = -1 };
	int result = account_load(&r.account, j->scope, j->account, &j->why);

	if (result == 0)
		result = revoke_account(&r, job_says(j, "forget", "yes"));
	keep_free(&r.keep);
	if (r.lock != -1) {
		lock_clear_time(r.lock);
		close(r.lock);
	}
	account_free(&r.account);
	return result;
}
