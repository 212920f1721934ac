/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * consent_end.h - when an account's consent expires, as its provider announced:
 * its refresh token is good until then, and a person signs in again.
 *
 * Some ends move with each renewal (a session that ends when it is idle), some
 * do not (a consent that was given for a week). No answer says which it is, so
 * it is told by what the renewals do.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"

struct consent_end {
	int64_t at;	/* wall clock; 0: none is announced */
	int64_t since;	/* the request that it was announced to, or moved by */
};

/*
 * Takes what the answer to a request of that time says: left is the seconds
 * until the end, 0: there is none, less: unknown (oauth/refresh_expiry.h).
 * Where it says nothing, the end stays with the refresh token that it was
 * announced for, unless a renewal has succeeded after it.
 */
void consent_end_note(struct consent_end *e, int64_t asked, int64_t left,
    int is_new_token);

/* True if the last renewal, of the time refreshed, did not move the end. */
int consent_end_stays(const struct consent_end *e, int64_t refreshed);

/* True from the time on at which a person is warned (due_warning). */
int consent_end_is_near(const struct consent_end *e, int64_t now);

/*
 * One sentence without a full stop: how long, and what to do. is_served: a
 * tokend serve renews the account. a gives name and provider.
 */
#define CONSENT_END_TEXT_MAX 2048
void consent_end_text(char text[CONSENT_END_TEXT_MAX],
    const struct consent_end *e, const struct account *a, int64_t refreshed,
    int is_served, int64_t now);
