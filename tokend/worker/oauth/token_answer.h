/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_answer.h - what a token endpoint sent (RFC 6749 5.1, 5.2).
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "base/buf.h"
#include "disk/cachefile.h"
#include "net/http.h"
#include "net/mask.h"
#include "net/token_failure.h"
#include "oauth/refresh_expiry.h"
#include "store/store.h"

#define EXPIRES_IN_DEFAULT 3600
#define ID_TOKEN_MAX 32768

struct token_answer {
	struct buf access_token;
	struct buf refresh_token;	/* empty: the old one stays good */
	struct buf scope;		/* as granted, empty if not said */
	int names_scope;		/* the request asked for it by name */
	struct buf id_token;		/* identity.h; empty if there is none */
	int64_t expires_in;		/* seconds, 1 to EXPIRES_IN_MAX */
	int64_t refresh_expires_in;	/* the same, or of refresh_expiry.h */
};

#define TOKEN_ANSWER_INIT { .access_token = BUF_INIT(TOKEN_MAX), \
	.refresh_token = BUF_INIT(SECRET_MAX), .scope = BUF_INIT(8192), \
	.id_token = BUF_INIT(ID_TOKEN_MAX), \
	.refresh_expires_in = REFRESH_EXPIRY_UNKNOWN }

/*
 * Reads an answer that is here already; m masks what was sent in the words of
 * the server. a gives name and grant. Returns and fills as token_request.
 */
int token_answer_read(const struct account *a, const struct http_answer *http,
    const struct mask *m, struct token_answer *answer,
    struct token_failure *why);

void token_answer_free(struct token_answer *answer);
