/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/response_issuer.h"

#include <string.h>

#include "account/endpoint.h"

/* The exact value that is known to be right, or NULL. */
static const char *
find_expected(const struct account *a)
{
	return a->response_issuer != NULL ? a->response_issuer : a->issuer;
}

int
response_issuer_check(const struct account *a, const char *iss,
    int is_promised, struct failure *why)
{
	const char *expected = find_expected(a);

	if (*iss == '\0' ? !is_promised : expected != NULL ?
	    strcmp(iss, expected) == 0 :
	    endpoint_same_origin(a->authorization_endpoint, iss))
		return 0;
	if (expected != NULL)
		return fail(why, STATUS_SIGN_IN, "account \"%s\": an address "
		    "was refused: it does not name the issuer %.200s (iss, "
		    "RFC 9207): open the address that this sign-in has shown",
		    a->name, expected);
	return fail(why, STATUS_SIGN_IN, "account \"%s\": an address was "
	    "refused: it names the issuer %.100s (iss, RFC 9207), which is "
	    "not at the account's authorization_endpoint. Fix: open the "
	    "address that this sign-in has shown; if the provider's own "
	    "documents name that issuer, set response_issuer", a->name, iss);
}
