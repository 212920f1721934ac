/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/grant.h"

#include <stddef.h>
#include <string.h>

#include "common/failure_text.h"
#include "grant/method.h"
#include "issuer/metadata.h"

static const struct grant_method *const methods[] = {
	&method_refresh_token,
	&method_client_credentials,
	&method_jwt_bearer,
	&method_metadata,
	&method_command
};

static const struct grant_method *
find_method(enum grant grant)
{
	size_t i = 0;

	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (methods[i]->grant == grant)
			return methods[i];
	return NULL;
}

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
	const struct grant_method *method = find_method(a->grant);
	char name[TEXT_NAME_MAX] = "";

	memset(why, 0, sizeof(*why));
	if (method == NULL) {
		text_cut(name, sizeof(name), a->name);
		return fail(&why->failure, STATUS_CONFIG, "account \"%s\": "
		    "its grant is not one that this tokend knows", name);
	}
	if (find_endpoint(a, why) == -1)
		return -1;
	return method->request(a, c, hooks, answer, why);
}

int
grant_needs_refresh_token(enum grant grant)
{
	const struct grant_method *method = find_method(grant);

	return method != NULL && method->needs_refresh_token;
}
