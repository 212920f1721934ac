/* SPDX-License-Identifier: BSD-2-Clause */
/* client_credentials.c - the application itself signs in (RFC 6749 4.4). */
#include "grant/method.h"
#include "net/form.h"

int
method_client_credentials(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct buf form = BUF_INIT(FORM_MAX);
	int result = -1;

	/* Nothing was granted before that a scope could be left out for. */
	if (form_add(&form, "grant_type", "client_credentials") == -1 ||
	    form_add(&form, "scope", a->scope) == -1)
		fail_memory(&why->failure);
	else
		result = token_request(a, c, &form, hooks, answer, why);
	buf_free(&form);
	return result;
}
