/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * post.h - one request to an endpoint at which the client proves who it is:
 * token (RFC 6749 3.2), device authorization (RFC 8628 3.1), revocation (RFC
 * 7009 2.1).
 */
#pragma once

#include "account/account.h"
#include "client_auth/client_auth.h"
#include "net/http.h"
#include "net/mask.h"
#include "net/token_failure.h"
#include "oauth/hooks.h"

/* What one request holds, all of it wiped at its end. */
struct post {
	const char *setting;		/* as http_settings have it */
	const struct hooks *hooks;	/* NULL: none */
	struct buf authorization;	/* of client_auth = basic */
	struct mask mask;		/* for the words of the answer */
	struct http_answer http;
};

#define POST_INIT { .authorization = BUF_INIT(AUTHORIZATION_MAX), \
	.mask = MASK_INIT, .http = HTTP_ANSWER_INIT }

/*
 * Adds the client authentication that the account names to form, and posts it
 * to url, if p->hooks allows it. 0 with p->http, whatever its status; -1 with
 * why, which is cleared first. p is to be freed either way.
 */
int post_send(struct post *p, const struct account *a,
    const struct credential *c, const char *url, struct buf *form,
    struct token_failure *why);

void post_free(struct post *p);
