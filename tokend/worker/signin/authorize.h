/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * authorize.h - the authorization request (RFC 6749 4.1.1, with PKCE, RFC
 * 7636) and the answer that comes back in an address (4.1.2, RFC 9207).
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "oauth/token_request.h"
#include "base/status.h"

#define AUTHORIZE_URL_MAX 16000	/* bytes; an attribute holds it */
#define AUTHORIZE_CODE_MAX 7000
#define AUTHORIZE_TEXT_MAX 43	/* 32 random bytes in base64url */

struct authorize {
	struct buf state;	/* RFC 6749 10.12 */
	struct buf verifier;	/* RFC 7636 4.1 */
	struct buf code;	/* once the answer is here */
	int expects_iss;	/* the issuer says that it names itself */
};

#define AUTHORIZE_INIT { .state = BUF_INIT(AUTHORIZE_TEXT_MAX), \
	.verifier = BUF_INIT(AUTHORIZE_TEXT_MAX), \
	.code = BUF_INIT(AUTHORIZE_CODE_MAX) }

/*
 * Makes state and verifier, and the address that a person is to open. -1 with
 * why: STATUS_CONFIG if the account has no authorization endpoint, or its
 * parameters are too long.
 */
int authorize_begin(struct authorize *z, const struct account *a,
    const char *redirect_uri, struct buf *url, struct failure *why);

enum authorize_answer {
	AUTHORIZE_REFUSED = -1,	/* by the provider (4.1.2.1) */
	AUTHORIZE_OTHER,	/* not to this request: the flow goes on */
	AUTHORIZE_CODE		/* in z->code */
};

/*
 * Reads the query of a final address. why has the provider's words, and what to
 * do; or what makes it another one (no or another state, another issuer, no
 * code).
 */
enum authorize_answer authorize_read(struct authorize *z,
    const struct account *a, const char *query, struct token_failure *why);

/*
 * The query in what a person pasted: a whole address, or its query alone.
 * *len bytes of text; 0 if there is none in it.
 */
const char *authorize_find_query(const char *text, size_t *len);

/* The form of the token request (4.1.3, RFC 7636 4.5); -1 as buf_add does. */
int authorize_form(const struct authorize *z, const char *redirect_uri,
    struct buf *form);

void authorize_free(struct authorize *z);
