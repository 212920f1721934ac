/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refusal.h - an error that a provider names (RFC 6749 4.1.2.1 and 5.2, RFC
 * 8628 3.5) as a failure: its class, one line with the remedy, and the whole.
 */
#pragma once

#include "account/account.h"
#include "knowledge/provider_advice.h"
#include "net/mask.h"
#include "net/token_failure.h"

/* Who refuses. */
struct refused_request {
	const struct account *account;	/* for its name and grant */
	const char *who;	/* begins the text: `account "NAME": HOST` */
	long status;		/* of its HTTP answer; 0: by the browser */
	const struct mask *mask;	/* what was sent, and what it spent */
};

/*
 * Fills why->failure and why->detail. STATUS_LATER: it passes, by tokend's
 * trying again or, for a code that is spent, by the person's. STATUS_SIGN_IN
 * and STATUS_CONFIG: permanent until a person acts; never STATUS_SIGN_IN, and
 * never a word of signing in, for a grant that has no person. Returns -1.
 */
int refusal_fail(const struct refused_request *by, const struct refusal *r,
    struct token_failure *why);

/* A status that says "another time". */
int refusal_is_transient(long status);

/* What to do about a status alone. */
const char *refusal_status_remedy(long status, const struct mask *m);
