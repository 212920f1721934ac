/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_advice_table.h - what is known of each error, as data: facts/PROVIDERS 7.
 *
 * A remedy is the half sentence for the log: where the row is ADVICE_LOGIN it
 * follows `sign in again with "tokend login NAME"`. A meaning is whole
 * sentences, for `tokend status` and the terminal, and so are steps: what to
 * do before that sign-in, or all there is to do. NAME in them stands for the
 * account's. What a row does not have is NULL.
 */
#ifndef TOKEND_PROVIDER_ADVICE_TABLE_H
#define TOKEND_PROVIDER_ADVICE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "status.h"

enum advice_flags {
	ADVICE_LOGIN = 1,	/* the remedy is a new sign-in, then the text */
	ADVICE_RETRY = 2,	/* passes by itself */
	/*
	 * It speaks of a secret: where the client was proved by something
	 * else, or by nothing, that is advised on in its place; with
	 * ADVICE_UNPROVED the row's own text is for nothing, too.
	 */
	ADVICE_OF_SECRET = 4,
	ADVICE_UNPROVED = 8,
	ADVICE_OF_PUBLIC = 16	/* it takes no proof, and was sent a secret */
};

struct advice_text {
	int flags;
	const char *remedy;
	const char *machine;	/* the remedy where no person signs in */
	const char *meaning;
	const char *steps;
};

/* By `error`; the first row counts whose words are in the description. */
struct advice_error_row {
	const char *error;
	const char *words;	/* or in the subtype; NULL: any */
	enum status code;
	struct advice_text text;
};

/* By the number of an AADSTS code. */
struct advice_number_row {
	int64_t number;
	struct advice_text text;
};

extern const struct advice_error_row advice_errors[];
extern const size_t advice_errors_count;
/*
 * What a refused client means where no secret was sent, and one that may not
 * send any proof; by enum advice_proof.
 */
extern const struct advice_text advice_proofs[5];
extern const struct advice_text advice_publics[5];
extern const struct advice_number_row advice_numbers[];
extern const size_t advice_numbers_count;

#endif
