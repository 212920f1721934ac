/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keep.h - keeping what a token request brings.
 *
 * In one order, under the account's lock: reserve, before anything is spent;
 * then the request; the credential; the access token; the state.
 * So a new refresh token is stored before its access token is used, and a
 * full disk is found while the old one is still good.
 */
#pragma once

#include "account/account.h"
#include "disk/cachefile.h"
#include "oauth/token_request.h"
#include "proto.h"
#include "refresh/budget.h"
#include "refresh/reserve.h"
#include "disk/scope.h"
#include "state/state.h"
#include "base/status.h"
#include "store/store.h"

struct keep {
	const struct scope *scope;
	const struct account *account;
	struct budget budget;
	struct hooks hooks;
	struct buf content;	/* of the credential's file: room for it */
	int has_stored;		/* a new refresh token (keep_credential) */
	int was_lost;		/* storing at once has failed: why_lost */
	struct failure why_lost;
	int64_t store_ms;	/* storing is tried that long */
	struct credential credential;	/* the caller's to fill */
	struct state state;
	struct cache before;	/* the token that there was */
	int had_token;
	int spends;		/* what is stored: set before keep_reserve */
	int was_interrupted;	/* found just now; state.interrupted: when */
	char id[TOKEN_ID_LEN + 1];	/* of the token to come */
	struct reserve reserve;
	struct keyring keyring;	/* open from keep_reserve on, with_credential */
};

#define KEEP_INIT { .store_ms = BUDGET_STORE, \
	.credential = CREDENTIAL_INIT, .before = CACHE_INIT, \
	.content = BUF_INIT(CREDENTIAL_FILE_MAX), \
	.reserve = { { -1, -1, -1 }, NEWFILE_INIT, NEWFILE_INIT, \
	NEWFILE_INIT }, .keyring = KEYRING_INIT }

/* Looks at the clock, and at state and cache; k is KEEP_INIT. */
void keep_look(struct keep *k, const struct scope *s, const struct account *a,
    int64_t now);

/*
 * Makes room for all that may come, the new token's id, and has the key at
 * hand with which a credential is stored. 0, or -1 with STATUS_LATER, also
 * where the disk is too slow to store it in time; STATUS_CONFIG for a key that
 * cannot be read.
 */
int keep_reserve(struct keep *k, int with_credential, struct failure *why);

/*
 * What the request is made with, once there is room (oauth/hooks.h): looks at
 * the budget a last time. at_once: a new refresh token is stored as soon as it
 * is here, and before the rest of the answer is read; keep_take finds nothing
 * new then, and fails where that has failed. It lives as long as k.
 */
const struct hooks *keep_hooks(struct keep *k, int at_once);

/*
 * Once the provider has been asked, a new refresh token may exist that only
 * we know. No signal takes us away before it is stored: not one that is sent,
 * nor one that a limit raises, or a line to a log that has no reader any more.
 */
void keep_ignore_signals(int ignore);

enum keep_taken {
	KEEP_FAILED = -1,	/* no memory */
	KEEP_SAME,
	KEEP_NEW		/* another one than that there */
};

/*
 * Takes the refresh token of an answer into k->credential, where the grant
 * keeps one.
 */
enum keep_taken keep_take(struct keep *k, const struct token_answer *t,
    struct failure *why);

/*
 * Takes the scope that the answer names into k->credential and the state. Where
 * it names none, it is asked, which the request asked for (RFC 6749 5.1), or
 * NULL: then it is what was granted before. True if the state has another one
 * now.
 */
int keep_scope(struct keep *k, const struct token_answer *t,
    const char *asked);

/*
 * What is known of the consent's end is the state's, or that of c, which is
 * what was stored, where it is of a later consent; is_new: c has another
 * refresh token, and nothing is known. Then what an answer to a request of that
 * time says of it, into both; is_new: it brings another refresh token.
 */
void keep_recall_end(struct keep *k, const struct credential *c, int is_new);
void keep_end(struct keep *k, const struct token_answer *t, int64_t asked,
    int is_new);

/*
 * Writes the person that the tokens of the answer name to the state.
 * is_other_consent: a person named by earlier tokens is forgotten. As
 * person_update.
 */
int keep_person(struct keep *k, const struct token_answer *t,
    int is_other_consent);

/*
 * Stores k->credential, which uses its room up: while that fails, again for
 * k->store_ms, and loudly. 0, or -1 with STATUS_INTERNAL.
 */
int keep_credential(struct keep *k, struct failure *why);

/*
 * Makes the token, which was asked for at that time, the cache file, and the
 * answer unless that is NULL. A cache that cannot be written is no failure:
 * this client has its token, the next one asks again. -1 without memory.
 */
int keep_access_token(struct keep *k, const struct token_answer *t,
    int64_t asked, struct answer *answer, struct failure *why);

/* Notes a success in the state, and writes it; or writes what is in it. */
void keep_success(struct keep *k, int64_t asked);
void keep_state(struct keep *k);

void keep_free(struct keep *k);		/* gives up what was not committed */
