/*
 * metadata.h - what an issuer says of itself: RFC 8414, and OpenID Connect
 * Discovery 1.0 where that is all there is.
 *
 * The document must name exactly the issuer that was asked (RFC 8414 3.3), or
 * one issuer could send another one's codes and secrets to endpoints of its
 * choice. Its endpoints are held to what an account's own are held to; those
 * of an https issuer must be https, so that no document turns a request to a
 * service of this machine.
 */
#ifndef TOKEND_METADATA_H
#define TOKEND_METADATA_H

#include "account/account.h"
#include "door/http.h"
#include "oauth/token.h"

/*
 * For each of the two addresses where it may be. Both fit, before a token
 * request, into what refresh/budget.h gives a renewal; mostly none is asked
 * there (discovery.h).
 */
#define METADATA_TOTAL_MS 4000

/* Allocated values, by their names of RFC 8414 2; NULL: not in it. */
struct metadata {
	char *issuer;
	char *token_endpoint;		/* never NULL after a success */
	char *authorization_endpoint;
	char *device_authorization_endpoint;
	char *revocation_endpoint;
	int64_t fresh_for;	/* seconds by Cache-Control, 0: not said */
	int sends_iss;		/* with each authorization response: RFC 9207 3 */
};

#define METADATA_INIT { .issuer = NULL }

/*
 * Asks the issuer. 0; -1 with why as token_request has it, whose text begins
 * with the host: what may pass is STATUS_LATER; a document that is of another
 * issuer, or has no endpoint that can be used, is STATUS_CONFIG. m is to be
 * freed either way. Of s only proxy and trust count.
 */
int metadata_fetch(struct metadata *m, const struct http_settings *s,
    const char *issuer, struct token_failure *why);

/*
 * Fills the endpoints that a has not, of what its issuer says. needed is one
 * of them, as &a->token_endpoint: nobody is asked where it is there, or where
 * there is no issuer; and it may be NULL afterwards, as an issuer need not
 * have all. m has what was learnt, if the issuer was asked. -1 as above, with
 * the account named.
 */
int metadata_complete(struct account *a, char *const *needed,
    struct metadata *m, struct token_failure *why);

void metadata_free(struct metadata *m);

#endif
