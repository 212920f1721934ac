/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * renew.h - the one place that decides to spend a refresh token.
 */
#pragma once

#include "proto.h"
#include "disk/scope.h"

/* What refresh_account did. */
enum refresh_done {
	REFRESH_ASKED = 1,	/* a failure is logged, and in the state */
	REFRESH_DISCOVERY_DUE = 2 /* discovery_renew, once no client waits */
};

/*
 * Renews the account's token, under the lock that the caller holds. Looks
 * again first: a token that is fresh by now is given as it is, and a failure
 * that still holds back is repeated; by_hand asks the provider at once and
 * forgets what hosts refused. Fills a; a's user is not set here. Returns a
 * set of enum refresh_done; before the provider is asked, a failure is nowhere
 * but in a.
 */
int refresh_account(struct answer *a, const struct scope *s,
    const char *name, int by_hand);
