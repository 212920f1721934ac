/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revocation.h - telling a provider that a token is wanted no more (RFC 7009).
 */
#pragma once

#include "account/account.h"
#include "net/head.h"
#include "net/token_failure.h"
#include "store/store.h"

enum revocation {
	REVOCATION_DONE,
	REVOCATION_NOT_VALID,	/* it was dead before, says the provider */
	REVOCATION_UNSUPPORTED	/* not for tokens of this kind (2.2.1) */
};

/*
 * Asks a->revocation_endpoint to revoke token, which is what hint says: a
 * "refresh_token" or an "access_token" (2.1). 0 with what came of it, and from
 * which host; -1 with why: the token may be as good as before. What may pass is
 * STATUS_LATER; where the provider refuses this client it is STATUS_CONFIG.
 */
int revoke_token(const struct account *a, const struct credential *c,
    const char *token, const char *hint, enum revocation *what,
    char host[HEAD_HOST_SHOWN], struct token_failure *why);
