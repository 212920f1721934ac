/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_request.h - the token endpoint: one request (RFC 6749 2.3, 3.2) and
 * what comes back (5.1, 5.2).
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "net/token_failure.h"
#include "oauth/hooks.h"
#include "oauth/token_answer.h"
#include "store/store.h"

/*
 * Adds the client authentication that the account names to form, in which the
 * grant has put its own fields (net/form.h), and posts it when hooks, unless
 * that is NULL, says so; its text is the whole one. Returns 0 with the answer;
 * or -1 with why. answer->refresh_token may be set on -1 too: then the
 * server has replaced it in an answer that is of no use otherwise, and it is
 * to be stored all the same. answer is to be freed either way.
 */
int token_request(const struct account *a, const struct credential *c,
    struct buf *form, const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why);
