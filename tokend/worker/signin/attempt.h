/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * attempt.h - what every way to sign in does with the account: the lock, the
 * request in its middle, and keeping what came of it once the command says so.
 *
 * The lock is taken right before a token request and not before, so that an
 * account that exists goes on being refreshed while a person is away in a
 * browser.
 */
#pragma once

#include "account/account.h"
#include "command_job.h"
#include "oauth/token_request.h"
#include "refresh/keep.h"
#include "store/store.h"

struct attempt {
	struct job *job;
	struct account account;
	struct credential typed;	/* what came with the job */
	struct credential stored;	/* what there was, under the lock */
	struct keep keep;
	int is_other_client;		/* than what is stored belongs to */
	int lock;			/* -1: not held */
	int was_stored;			/* there was one, readable or not */
	int is_consent;			/* of now, with the account's scope */
	/* Key of the endpoint whose issuer has no offline_access; or NULL. */
	const char *no_offline;
	int64_t asked;			/* wall clock of the request */
	struct token_answer answer;
	struct token_failure failure;	/* of the request */
};

#define ATTEMPT_INIT { .typed = CREDENTIAL_INIT, \
	.stored = CREDENTIAL_INIT, .keep = KEEP_INIT, .lock = -1, \
	.answer = TOKEN_ANSWER_INIT }

/*
 * What is stored, but for another client's: no provider gets the secrets that
 * were typed for another. As credential_read.
 */
enum credential_found attempt_stored(const struct attempt *at,
    struct credential *c, struct failure *why);

/*
 * Takes the lock (15 s at most), looks at what is stored, lays what was typed
 * over it, and makes room on the disk. brings_token: the request will bring a
 * refresh token of its own, so a stored one that is damaged is no obstacle.
 * From here on signals wait. 0, or -1 with at->job->why; attempt_end either
 * way.
 */
int attempt_begin(struct attempt *at, int brings_token);

/*
 * Gives back the lock, and what was reserved. at can be entered again; an
 * answer is wiped.
 */
void attempt_end(struct attempt *at);

/*
 * After a request that failed or not: a refresh token that takes the place of
 * the stored one (the stored one was spent) is stored at once, whatever the
 * command says later. -1 with at->job->why.
 */
int attempt_store_replaced(struct attempt *at);

/*
 * Tells the command of the tokens in at->answer, waits for its keep=yes, and
 * stores everything. 0, or -1 with at->job->why.
 */
int attempt_store(struct attempt *at);

/*
 * The request has failed (at->failure): where that may pass and nothing would
 * be replaced, the command may keep what was typed all the same. Returns -1
 * with at->job->why.
 */
int attempt_store_unproven(struct attempt *at);

void attempt_free(struct attempt *at);
