/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_text.h - texts of a failure that always end with what to do.
 *
 * Names and the provider's words are cut so that the advice fits.
 */
#pragma once

#include <stddef.h>

#include "base/status.h"

#define TEXT_NAME_MAX 52	/* an account's name, with NUL */

/*
 * Bytes that text_fail fills. There is room after it for when the next try is
 * (state/state.c), or that it was stored (renew.c), so that no advice is cut.
 */
#define TEXT_MAX (FAILURE_TEXT_MAX - 45)

/* Copies text, cut at a character; "..." ends what was cut. */
void text_cut(char *out, size_t size, const char *text);

/*
 * Sets code and the text `HEAD (WORDS)TAIL`; words are printable already, cut
 * to what is left, and left out with their brackets if that is too little to
 * be of use. Returns -1.
 */
int text_fail(struct failure *why, enum status code, const char *head,
    const char *words, const char *tail);

/*
 * Puts `account "NAME": `, cut, in front of a text that names no account, but
 * not of an internal failure, which is of none. Returns -1.
 */
int text_name_account(struct failure *why, const char *account);

/*
 * Puts "***" in the place of each mail address in text but that which is
 * except, in either case (NULL: none): a text that other users read, too, does
 * not say to whom or as whom one of them sends.
 */
void text_hide_addresses(char *text, const char *except);

/* `sign in again with "tokend login NAME"`, for an account of that name. */
#define TEXT_SIGN_IN_MAX 96
void text_sign_in(char out[TEXT_SIGN_IN_MAX], const char *account);
