/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/oauth_client.h"

#include <string.h>

#include "account/endpoint.h"
#include "base/status.h"

static int
is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int
account_same_client(const struct account *a, const struct account *b)
{
	return is_same(a->client_id, b->client_id) &&
	    is_same(a->issuer, b->issuer) &&
	    /* Paths differ by tenant, and the client is the same. */
	    endpoint_same_origin(a->token_endpoint, b->token_endpoint);
}

int
account_keeps_client(const struct account *a, const struct scope *s)
{
	struct account before;
	struct failure why;
	int result;

	if (account_load(&before, s, a->name, &why) == -1)
		result = why.code != STATUS_NO_ACCOUNT;
	else
		result = account_same_client(a, &before);
	account_free(&before);
	return result;
}
