/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * method.h - what a grant is to grant.c: one file each, and a row in its table.
 */
#pragma once

#include "account/account.h"
#include "oauth/token_request.h"
#include "store/store.h"

struct grant_method {
	enum grant grant;
	int needs_refresh_token;
	/* As grant_request; why is cleared already. */
	int (*request)(const struct account *a, const struct credential *c,
	    const struct hooks *hooks, struct token_answer *answer,
	    struct token_failure *why);
};

extern const struct grant_method method_refresh_token;
extern const struct grant_method method_client_credentials;
extern const struct grant_method method_jwt_bearer;
extern const struct grant_method method_metadata;
extern const struct grant_method method_command;
