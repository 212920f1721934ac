/* SPDX-License-Identifier: BSD-2-Clause */
/* refresh_token.c - a person's consent, renewed (RFC 6749 6). */
#include <string.h>

#include "account/granted_scope.h"
#include "common/failure_text.h"
#include "grant/method.h"
#include "net/form.h"
#include "base/shell_word.h"

static int
fail_missing(const struct account *a, struct failure *why)
{
	const char *word = SHELL_NAME(a->name);
	char name[TEXT_NAME_MAX] = "";

	text_cut(name, sizeof(name), a->name);
	return fail(why, STATUS_SIGN_IN, "account \"%s\": no refresh token is "
	    "stored: sign in with \"tokend login %s\"", name,
	    strlen(word) < sizeof(name) ? word : "NAME");
}

/*
 * RFC 6749 6: not for what was not granted. Without a scope the server gives
 * what was consented to, and that is asked for where nothing is known of it.
 * With Microsoft a scope says for which resource the token shall be, and a
 * consent to one is good for others.
 */
static int
may_name_scope(const struct account *a, const struct credential *c)
{
	return a->scope_is_stated && (c->scope.len > 0 ?
	    granted_covers(a, buf_text(&c->scope)) : granted_by_microsoft(a));
}

int
method_refresh_token(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct buf form = BUF_INIT(FORM_MAX);
	int result = -1;

	if (c->refresh_token.len == 0)
		return fail_missing(a, &why->failure);
	answer->names_scope = may_name_scope(a, c);
	if (form_add(&form, "grant_type", "refresh_token") == -1 ||
	    form_add(&form, "refresh_token",
	    buf_text(&c->refresh_token)) == -1 ||
	    (answer->names_scope && form_add(&form, "scope", a->scope) == -1))
		fail_memory(&why->failure);
	else
		result = token_request(a, c, &form, hooks, answer, why);
	buf_free(&form);
	return result;
}
