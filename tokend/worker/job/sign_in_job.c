/* SPDX-License-Identifier: BSD-2-Clause */
/* sign_in_job.c - the job sign-in: gets tokens and stores them */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "account/oauth_client.h"
#include "files/usable.h"
#include "grant/grant.h"
#include "issuer/discovery.h"
#include "job/jobs.h"
#include "signin/attempt.h"
#include "signin/code_flow.h"
#include "signin/consent.h"
#include "signin/device_flow.h"

#define GIVEN_LIFE 90		/* seconds until the request */

static int
take_one(struct attempt *at, struct buf *to, const char *name)
{
	const char *value = job_value(at->job, name);

	return value == NULL ? 0 : buf_adds(to, value);
}

static int
take_typed(struct attempt *at)
{
	struct credential *c = &at->typed;

	if (take_one(at, &c->refresh_token, "refresh_token") == 0 &&
	    take_one(at, &c->client_secret, "client_secret") == 0 &&
	    take_one(at, &c->client_key, "client_key") == 0 &&
	    take_one(at, &c->key_password, "key_password") == 0)
		return 0;
	if (errno == ENOMEM)
		return fail_memory(&at->job->why);
	return fail(&at->job->why, STATUS_CONFIG, "account \"%s\": what was "
	    "typed is longer than %d bytes", at->account.name, SECRET_MAX);
}

/* The issuer is asked here, so that what it says is kept for refreshes. */
static int
request_token(struct attempt *at)
{
	if (discovery_load(&at->account, at->job->scope, 1, &at->failure) ==
	    DISCOVERY_FAILED)
		return -1;
	return grant_request(&at->account, &at->keep.credential,
	    keep_hooks(&at->keep, 0), &at->answer, &at->failure);
}

/* By the account's grant, with what was typed and what is stored. */
static int
sign_in_given(struct attempt *at)
{
	int result;

	alarm(GIVEN_LIFE);
	if (attempt_begin(at, 0) == -1)
		return -1;
	result = request_token(at);
	if (attempt_store_replaced(at) == -1)
		return -1;
	return result == 0 ? attempt_store(at) : attempt_store_unproven(at);
}

static int
sign_in_code(struct attempt *at)
{
	return consent_check_grant(at) == -1 ? -1 : code_flow(at,
	    !job_says(at->job, "receive", "no"));
}

static int
sign_in_device(struct attempt *at)
{
	return consent_check_grant(at) == -1 ? -1 : device_flow(at);
}

static const struct {
	const char *word;
	int (*run)(struct attempt *at);
} methods[] = {
	{ "code", sign_in_code },
	{ "device", sign_in_device },
	{ "given", sign_in_given },
};

static int
run_method(struct attempt *at, const char *word)
{
	size_t i;

	for (i = 0; word != NULL && i < sizeof(methods) / sizeof(methods[0]);
	    i++)
		if (strcmp(methods[i].word, word) == 0)
			return methods[i].run(at);
	return fail(&at->job->why, STATUS_INTERNAL, "account \"%s\": the "
	    "job does not say how to sign in", at->account.name);
}

/* The whole of the refusal that is told, and of no earlier one. */
static void
take_detail(struct job *j, const struct token_failure *f)
{
	if (strncmp(j->why.text, f->failure.text,
	    strlen(f->failure.text)) == 0)
		j->detail = f->detail;
}

int
sign_in_run(struct job *j)
{
	struct attempt at = ATTEMPT_INIT;
	int is_draft = job_says(j, "draft", "yes"), result;

	at.job = j;
	result = is_draft ?
	    account_load_draft(&at.account, j->scope, j->account, &j->why) :
	    account_load(&at.account, j->scope, j->account, &j->why);
	if (result == -1)
		goto out;
	at.is_other_client = is_draft &&
	    !account_keeps_client(&at.account, j->scope);
	/* Before a person goes through a browser in vain. */
	if ((result = usable_sign_in(j->scope, j->account, &j->why)) == -1 ||
	    (result = take_typed(&at)) == -1)
		goto out;
	if ((result = run_method(&at, job_value(j, "way"))) == -1)
		take_detail(j, &at.failure);
out:
	attempt_free(&at);
	return result;
}
