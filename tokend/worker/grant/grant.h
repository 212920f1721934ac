/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grant.h - the ways to get an access token without a person.
 */
#pragma once

#include "account/account.h"
#include "oauth/token_request.h"
#include "store/store.h"

/*
 * One token request for the account, by the grant that it names, at the
 * endpoint that it names or that its issuer does, which a then has. hooks as
 * for token_request (oauth/token_request.h); a grant that runs a program or
 * asks the machine spends nothing, and does not ask it. Returns 0 with the
 * answer, or -1 with the failure; a refresh token that came all the same is to
 * be stored (oauth/token_request.h). Never retries: the caller decides what may
 * be spent. Both outputs are the caller's to free.
 */
int grant_request(struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why);

/* True if the grant spends a stored refresh token. */
int grant_needs_refresh_token(enum grant grant);
