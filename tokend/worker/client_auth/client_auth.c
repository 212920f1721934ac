/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_auth/client_auth.h"

#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "client_auth/client_assertion.h"
#include "client_auth/client_key.h"
#include "client_auth/named_file.h"
#include "common/failure_text.h"
#include "base/name.h"
#include "base/shell_word.h"

#define FIX_MAX 256

_Static_assert(FORM_MAX >= 8 * SECRET_MAX, "a form has room for two secrets");

/* Each part is encoded before they are joined, so a ':' in one stays there. */
static int
add_basic(const char *client_id, const struct buf *secret,
    struct buf *authorization)
{
	struct buf pair = BUF_INIT(FORM_MAX);
	int result = -1;

	if (form_encode(&pair, client_id) == 0 &&
	    buf_add(&pair, ":", 1) == 0 &&
	    form_encode(&pair, buf_text(secret)) == 0 &&
	    buf_adds(authorization, "Basic ") == 0)
		result = base64_add(authorization, pair.data, pair.len);
	buf_free(&pair);
	return result;
}

/* RFC 6749 4.4: for confidential clients only. */
static int
fail_public(const struct account *a, struct failure *why)
{
	const char *word = SHELL_NAME(a->name);
	char name[TEXT_NAME_MAX] = "";

	text_cut(name, sizeof(name), a->name);
	return fail(why, STATUS_CONFIG, "account \"%s\": client_credentials "
	    "needs a client secret or key, and there is none: give it with "
	    "\"tokend login --client-secret-stdin %s\" (or "
	    "--client-key-stdin), or set client_secret_file, client_key or "
	    "client_assertion_file", name,
	    strlen(word) < sizeof(name) ? word : "NAME");
}

/*
 * How the issuer lets clients prove themselves (RFC 8414 2)
 */

static int
takes_method(const struct account *a, const char *method)
{
	return a->auth_methods != NULL && words_have(a->auth_methods, method,
	    strlen(method));
}

/* If the issuer does not list its methods, a key may be one of them. */
static int
takes_key(const struct account *a)
{
	return a->auth_methods == NULL || takes_method(a, "private_key_jwt") ||
	    takes_method(a, ACCOUNT_METHODS_DEFAULT);
}

/* True if it is the same in a header, whether it is decoded there or not. */
static int
is_unreserved(const char *text)
{
	return strspn(text, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~") == strlen(text);
}

/*
 * 0, or -1: it takes no secret. If it takes both it is the header, as RFC 6749
 * 2.3.1 recommends, except for a secret that a server would read otherwise
 * that does not decode the header, as that section demands.
 */
static int
choose_method(const struct account *a, const struct buf *secret,
    enum client_auth *method)
{
	int takes_header = takes_method(a, "client_secret_basic") ||
	    takes_method(a, ACCOUNT_METHODS_DEFAULT);
	int takes_form = takes_method(a, "client_secret_post");

	*method = a->client_auth;
	if (a->client_auth_is_stated || a->auth_methods == NULL)
		return 0;
	if (!takes_header && !takes_form)
		return -1;
	*method = takes_header && (!takes_form || a->client_id == NULL ||
	    (is_unreserved(a->client_id) && is_unreserved(buf_text(
	    secret)))) ? CLIENT_AUTH_BASIC : CLIENT_AUTH_POST;
	return 0;
}

/* What to do about it, by what the issuer takes. */
static void
write_fix(const struct account *a, int has_key, char *out, size_t size)
{
	char login[CLIENT_KEY_COMMAND] = "";

	if (!has_key && takes_method(a, "private_key_jwt")) {
		client_key_command(login, a, "--client-key-stdin");
		snprintf(out, size, "give a key that the provider knows: "
		    "\"%s\"; or set client_auth = post to send the "
		    "secret all the same", login);
	} else if (has_key && (takes_method(a, "client_secret_basic") ||
	    takes_method(a, "client_secret_post"))) {
		client_key_command(login, a, "--client-secret-stdin");
		snprintf(out, size, "remove client_key or "
		    "client_assertion_file, and give a secret: \"%s\"; or "
		    "set token_endpoint itself", login);
	} else {
		snprintf(out, size, "tokend has no other: let the provider's "
		    "administrator allow it, or set %s", has_key ?
		    "token_endpoint itself" :
		    "client_auth = post to send the secret all the same");
	}
}

static int
fail_no_method(const struct account *a, int has_key, struct failure *why)
{
	char name[TEXT_NAME_MAX] = "", fix[FIX_MAX] = "";
	char head[TEXT_NAME_MAX + 80] = "", tail[FIX_MAX + 4] = "";

	text_cut(name, sizeof(name), a->name);
	write_fix(a, has_key, fix, sizeof(fix));
	snprintf(head, sizeof(head), "account \"%s\": its issuer takes no "
	    "client %s", name, has_key ? "key or assertion" : "secret");
	snprintf(tail, sizeof(tail), ": %s", fix);
	return text_fail(why, STATUS_CONFIG, head, a->auth_methods, tail);
}

int
client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why)
{
	const char *given = NULL;

	if (c->client_secret.len > 0)
		given = buf_text(&c->client_secret);
	else if (a->client_secret != NULL)
		given = a->client_secret;
	else if (a->client_secret_file != NULL)
		return named_file_read_secret(a, "client_secret_file",
		    a->client_secret_file, secret, why);
	if (given == NULL)
		return 0;
	return buf_adds(secret, given) == -1 ? fail_memory(why) : 0;
}

static int
add_secret(const struct account *a, const struct buf *secret,
    enum client_auth method, struct buf *form, struct buf *authorization,
    struct mask *mask)
{
	if (secret->len > 0 && method == CLIENT_AUTH_BASIC &&
	    a->client_id != NULL) {
		mask->proof = PROOF_SECRET;
		return add_basic(a->client_id, secret, authorization) == -1 ||
		    mask_add(mask, buf_text(secret)) == -1 ||
		    mask_add(mask, buf_text(authorization)) == -1 ? -1 : 0;
	}
	return form_add(form, "client_id", a->client_id) == -1 ||
	    form_add(form, "client_secret", buf_text(secret)) == -1 ? -1 : 0;
}

static int
add_assertion(const struct account *a, const struct buf *assertion,
    struct buf *form)
{
	return form_add(form, "client_id", a->client_id) == -1 ||
	    form_add(form, "client_assertion_type",
	    CLIENT_ASSERTION_TYPE) == -1 ||
	    form_add(form, "client_assertion", buf_text(assertion)) == -1 ?
	    -1 : 0;
}

/*
 * The strongest that the account has and its issuer takes: *is_assertion says
 * whether proof is one. An empty proof is a public client's: issuers leave
 * "none" out of what they list.
 */
static int
find_proof(const struct account *a, const struct credential *c,
    struct buf *proof, int *is_assertion, enum client_auth *method,
    struct failure *why)
{
	enum client_key_found found = client_assertion_find(a, c, proof, why);
	int has_key = found == CLIENT_KEY_FOUND;

	*is_assertion = has_key && takes_key(a);
	if (found == CLIENT_KEY_FAILED || *is_assertion)
		return found == CLIENT_KEY_FAILED ? -1 : 0;
	buf_reset(proof);
	if (client_secret_find(a, c, proof, why) == -1)
		return -1;
	if (proof->len == 0)
		return has_key ? fail_no_method(a, 1, why) :
		    a->grant == GRANT_CLIENT_CREDENTIALS ?
		    fail_public(a, why) : 0;
	return choose_method(a, proof, method) == -1 ?
	    fail_no_method(a, has_key, why) : 0;
}

int
client_authenticate(const struct account *a, const struct credential *c,
    struct buf *form, struct buf *authorization, struct mask *mask,
    struct failure *why)
{
	struct buf proof = BUF_INIT(JWT_MAX);
	enum client_auth method = CLIENT_AUTH_POST;
	int is_assertion = 0;
	int result = find_proof(a, c, &proof, &is_assertion, &method, why);

	if (result == 0 && ((is_assertion ? add_assertion(a, &proof, form) :
	    add_secret(a, &proof, method, form, authorization, mask)) == -1 ||
	    mask_add_form(mask, form) == -1))
		result = fail_memory(why);
	buf_free(&proof);
	return result;
}
