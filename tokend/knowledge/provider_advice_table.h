/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * provider_advice_table.h - the rows of what providers refuse.
 *
 * A remedy is the half sentence for the log: where the row is KNOWN_SIGN_IN it
 * follows `sign in again with "tokend login NAME"`. The fix is what to do
 * before that sign-in, or all there is to do. No row needs a fix that says no
 * more than its remedy.
 */
#ifndef TOKEND_PROVIDER_ADVICE_TABLE_H
#define TOKEND_PROVIDER_ADVICE_TABLE_H

#include "knowledge/known.h"

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

#endif
