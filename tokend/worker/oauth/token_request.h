/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_request.h - the token endpoint: one request (RFC 6749 2.3, 3.2) and what
 * comes back (5.1, 5.2).
 */
#ifndef TOKEND_TOKEN_REQUEST_H
#define TOKEND_TOKEN_REQUEST_H

#include <stdint.h>

#include "account/account.h"
#include "state/detail.h"
#include "buf.h"
#include "cachefile.h"
#include "oauth/announced.h"
#include "oauth/form.h"
#include "oauth/spend.h"
#include "store/store.h"
#include "status.h"

#define EXPIRES_IN_DEFAULT 3600
#define EXPIRES_IN_MAX (10LL * 366 * 86400)
#define ID_TOKEN_MAX 32768

struct token_answer {
	struct buf access_token;
	struct buf refresh_token;	/* empty: the old one stays good */
	struct buf scope;		/* as granted, empty if not said */
	int names_scope;		/* the request asked for it by name */
	struct buf id_token;		/* identity.h; empty if there is none */
	int64_t expires_in;		/* seconds, 1 to EXPIRES_IN_MAX */
	int64_t refresh_expires_in;	/* the same, or as announced.h has it */
};

#define TOKEN_ANSWER_INIT { .access_token = BUF_INIT(TOKEN_MAX), \
	.refresh_token = BUF_INIT(SECRET_MAX), .scope = BUF_INIT(8192), \
	.id_token = BUF_INIT(ID_TOKEN_MAX), \
	.refresh_expires_in = ANNOUNCED_NOTHING }

struct token_failure {
	/*
	 * answered: STATUS_LATER is transient. STATUS_SIGN_IN and
	 * STATUS_CONFIG are permanent until somebody acts: an RFC 6749 error
	 * as JSON over verified TLS, or tokens in it that cannot be used. The
	 * text carries the provider's own error, and the advice for it.
	 *
	 * not answered: STATUS_LATER is transient. STATUS_CONFIG and
	 * STATUS_SIGN_IN: something is missing or wrong on this side, and
	 * nothing was sent; that is cheap to try again.
	 *
	 * STATUS_INTERNAL: out of memory.
	 */
	struct failure failure;		/* retry_after from Retry-After */
	int answered;			/* the server sent an HTTP answer */
	int is_lost;			/* sent, and no whole answer came */
	int doubts_issuer;	/* what it said may hold no more */
	struct detail detail;		/* where it named an error */
};

/*
 * Adds the client authentication that the account names to form, in which the
 * grant has put its own fields (oauth/form.h), and posts it when spend, unless
 * that is NULL, says so; its text is the whole one. Returns 0 with the answer;
 * or -1 with why. answer->refresh_token may be set on -1 too: then the
 * server has replaced it in an answer that is of no use otherwise, and it is
 * to be stored all the same. answer is to be freed either way.
 */
int token_request(const struct account *a, const struct credential *c,
    struct buf *form, const struct spend *spend, struct token_answer *answer,
    struct token_failure *why);

void token_answer_free(struct token_answer *answer);

#endif
