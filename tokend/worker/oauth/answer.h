/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answer.h - reading what a token endpoint sent (RFC 6749 5.1, 5.2).
 */
#ifndef TOKEND_OAUTH_ANSWER_H
#define TOKEND_OAUTH_ANSWER_H

#include "account/account.h"
#include "net/http.h"
#include "oauth/mask.h"
#include "oauth/token_request.h"

/*
 * As token_request, for an answer that is here already; m masks what was sent
 * in the words of the server. a gives name and grant.
 */
int token_answer_read(const struct account *a, const struct http_answer *http,
    const struct mask *m, struct token_answer *answer,
    struct token_failure *why);

#endif
