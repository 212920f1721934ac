/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_hold.h - until when an account sends nothing: its provider has said that
 * it has sent enough for now (Retry-After, a quota).
 *
 * It is on disk (holds/NAME), so that the next mail is answered `later`
 * without asking the provider, by any process: a provider that is asked again
 * too early prolongs the limit. It is of one account file: when that has
 * changed, it no longer counts. It may be lost, which costs one more request.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "disk/scope.h"
#include "base/status.h"

#define SEND_HOLD_MOST 86400	/* seconds; what is longer is cut */

struct send_hold {
	int64_t since;
	int64_t until;		/* wall clock; 0: there is none */
	char text[FAILURE_TEXT_MAX + 1];	/* why, as it was told */
	char stamp[STAMP_MAX];	/* of the account file */
};

/* Reads; what is absent, damaged or cannot be read is as if there was none. */
void send_hold_read(struct send_hold *h, const struct scope *s,
    const char *account);

/*
 * True if h holds mails back at now. why, which may be NULL, then is
 * STATUS_LATER, with the text, the time and retry_after.
 */
int send_hold_counts(const struct send_hold *h, const char *stamp,
    int64_t now, struct failure *why);

/* Both at once: true if a mail of the account is not to be sent at now. */
int send_hold_is_on(const struct scope *s, const struct account *a,
    int64_t now, struct failure *why);

/*
 * Notes that nothing is sent for limit->retry_after seconds from now on,
 * because of limit->text, which all users are told whose mail is held back: no
 * address but the account's own name stays in it. Nothing is written if that is
 * 0. Needs no lock of the account's: it takes its own. 0, or -1 with why.
 */
int send_hold_note(const struct scope *s, const struct account *a,
    const struct failure *limit, int64_t now, struct failure *why);
