/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/grant.h"

#include <string.h>

#include "grant/method.h"
#include "issuer/metadata.h"

static grant_method *const methods[] = {
	[GRANT_REFRESH_TOKEN] = method_refresh_token,
	[GRANT_CLIENT_CREDENTIALS] = method_client_credentials,
	[GRANT_JWT_BEARER] = method_jwt_bearer,
	[GRANT_METADATA] = method_metadata,
	[GRANT_COMMAND] = method_command
};

/* Before the grant: what it signs may name the endpoint (RFC 7523 3). */
static int
find_endpoint(struct account *a, struct token_failure *why)
{
	struct metadata m = METADATA_INIT;
	int result = 0;

	if (a->grant != GRANT_METADATA && a->grant != GRANT_COMMAND)
		result = metadata_complete(a, &a->token_endpoint, &m, why);
	metadata_free(&m);
	return result;
}

int
grant_request(struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	memset(why, 0, sizeof(*why));
	if (find_endpoint(a, why) == -1)
		return -1;
	return methods[a->grant](a, c, hooks, answer, why);
}

int
grant_needs_refresh_token(enum grant grant)
{
	return grant == GRANT_REFRESH_TOKEN;
}
