/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * metadata.h - what an issuer says of itself: RFC 8414, and OpenID Connect
 * Discovery 1.0 where that is all there is.
 *
 * The document must name the issuer that was asked (issuer.h), or one issuer
 * could send another one's codes and secrets to endpoints of its choice. Its
 * endpoints are held to what an account's own are held to; those of an https
 * issuer must be https, so that no document turns a request to a service of
 * this machine. One that is not is only in the way of what needs it.
 */
#pragma once

#include "account/account.h"
#include "net/http.h"
#include "net/token_failure.h"

/*
 * For each address where it may be, and for all of them: that fits, before a
 * token request, into what refresh/budget.h gives a renewal; mostly none is
 * asked there (discovery.h).
 */
#define METADATA_TOTAL_MS 4000
#define METADATA_ALL_MS (2 * METADATA_TOTAL_MS)

#define METADATA_LIST_MAX 1024	/* bytes of a list of words */

enum metadata_endpoint {
	METADATA_TOKEN,
	METADATA_AUTHORIZATION,
	METADATA_DEVICE,
	METADATA_REVOCATION,
	METADATA_ENDPOINTS
};

/* Allocated values, by their names of RFC 8414 2; NULL: not in it. */
struct metadata {
	char *issuer;			/* as the document has it */
	char *endpoints[METADATA_ENDPOINTS];
	/* Blank-separated. */
	char *token_endpoint_auth_methods_supported;
	char *revocation_endpoint_auth_methods_supported;
	char *scopes_supported;
	int64_t fresh_for;	/* seconds by Cache-Control, 0: not said */
	int sends_iss;		/* with authorization responses: RFC 9207 3 */
	/* Why an endpoint that is in the document is of no use; else _OK. */
	struct failure unusable[METADATA_ENDPOINTS];
};

#define METADATA_INIT { .issuer = NULL }

/*
 * Asks the issuer. 0; -1 with why as token_request has it, whose text begins
 * with the host: what may pass is STATUS_LATER; no metadata where it should
 * be, or that of another issuer, is STATUS_CONFIG. m is to be freed either
 * way. Of s only proxy and trust count.
 */
int metadata_fetch(struct metadata *m, const struct http_settings *s,
    const char *issuer, struct token_failure *why);

/*
 * -1 with a STATUS_CONFIG if m has that endpoint in a form that cannot be
 * used, or has no token endpoint, which each issuer has.
 */
int metadata_check(const struct metadata *m, enum metadata_endpoint e,
    struct failure *why);

/* The name of it, as accounts have it, too. */
const char *metadata_name(enum metadata_endpoint e);

/*
 * Fills what a has not, of what its issuer says: the endpoints; with the token
 * endpoint auth_methods; and response_issuer where the issuer calls itself
 * otherwise than the account does. needed is one of the endpoints, as
 * &a->token_endpoint: no issuer is asked where it is there, or where there is
 * no issuer; and it may be NULL afterwards, as an issuer need not have all. m
 * has what was learnt, if the issuer was asked. -1 as above, with the account
 * named; also by metadata_check.
 */
int metadata_complete(struct account *a, char *const *needed,
    struct metadata *m, struct token_failure *why);

void metadata_free(struct metadata *m);
