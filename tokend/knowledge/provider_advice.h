/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_advice.h - what a refusal by a provider means and what to do.
 *
 * The class comes from `error` (RFC 6749 5.2), as Microsoft asks for; its
 * AADSTS numbers, and Google's words, choose the advice, and which failures
 * are known to pass by themselves.
 */
#pragma once

#include <stdint.h>

#include "knowledge/known.h"
#include "base/status.h"

/* The longest remedy, so that it fits after any names and hosts. */
#define ADVICE_MAX 100

struct refusal {	/* members of the error answer; NULL: not there */
	const char *error;		/* never NULL */
	const char *subtype;		/* error_subtype, Google's */
	const char *description;	/* error_description */
	int64_t number;			/* AADSTS number, 0: none */
};

struct advice {
	enum status code;	/* STATUS_SIGN_IN, STATUS_CONFIG, or _LATER */
	int is_known;		/* a row has the error */
	int is_unsure;		/* it gave a number that no row has */
	const struct known *row;	/* that the texts are of; or NULL */
	int sign_in;		/* "tokend login" is a part of the remedy */
	int64_t retry_after;	/* seconds to wait at least */
	/* Templates (known.h), with {account}; NULL: there is none. */
	const char *remedy;	/* at most ADVICE_MAX bytes */
	const char *meaning;
	const char *steps;
};

/* The AADSTS number in a description, or 0. */
int64_t advice_number(const char *description);

/* True if there is a row for an error of that name. */
int advice_knows(const char *error);

/*
 * What proves the client in the request at hand: an administrator who gave a
 * key is not advised on a secret.
 */
enum advice_proof {
	ADVICE_PROOF_NONE,
	ADVICE_PROOF_KEY,
	ADVICE_PROOF_FILE,
	ADVICE_PROOF_CLOUD,
	ADVICE_PROOF_UNASKED	/* in the browser nothing proves a client */
};

/* Puts the advice for that proof into found, if its text is for another. */
void advice_for_proof(struct advice *found, enum advice_proof proof);

/*
 * has_person: the account's grant needs a person's consent. Where it does not,
 * found is for the machine's administrator, and is never STATUS_SIGN_IN.
 */
void advice_find(struct advice *found, const struct refusal *r,
    int has_person);

/*
 * The rows. A remedy is the half sentence for the log: where the row is
 * KNOWN_SIGN_IN it follows `sign in again with "tokend login NAME"`. The fix is
 * what to do before that sign-in, or all there is to do; a row has none where
 * that says no more than its remedy.
 */

/* The texts of a row: remedy, why and fix. */
#define TEXT(f, r, w, x) .flags = f, .remedy = r, .why = w, .fix = x

/* By `error`, and words in the description or the subtype. */
extern const struct known provider_errors[];
extern const size_t provider_errors_count;

/*
 * What a refused client means where no secret was sent, and one that may not
 * send any proof; by enum advice_proof.
 */
extern const struct known provider_proofs[5];
extern const struct known provider_publics[5];

/* By the number of an AADSTS code, whose class is the error's. */
extern const struct known provider_numbers[];
extern const size_t provider_numbers_count;
