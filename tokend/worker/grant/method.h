/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * method.h - what a grant is to grant.c: a function in a file of its own.
 */
#pragma once

#include "account/account.h"
#include "oauth/token_request.h"
#include "store/store.h"

/* As grant_request; why is cleared already. */
typedef int grant_method(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why);

grant_method method_refresh_token, method_client_credentials,
    method_jwt_bearer, method_metadata, method_command;
