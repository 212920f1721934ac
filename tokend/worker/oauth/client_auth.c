/* client_auth.c - see client_auth.h */
#include "oauth/client_auth.h"

#include <string.h>

#include "base64.h"
#include "oauth/client_assertion.h"
#include "oauth/client_secret.h"
#include "oauth/text.h"
#include "shell_word.h"

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

static int
add_secret(const struct account *a, const struct buf *secret,
    struct buf *form, struct buf *authorization, struct mask *mask)
{
	if (secret->len > 0 && a->client_auth == CLIENT_AUTH_BASIC &&
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

int
client_authenticate(const struct account *a, const struct credential *c,
    struct buf *form, struct buf *authorization, struct mask *mask,
    struct failure *why)
{
	struct buf proof = BUF_INIT(JWT_MAX);
	int result = client_assertion_find(a, c, &proof, why);
	int is_assertion = result == 0;

	if (result == 1)
		result = client_secret_find(a, c, &proof, why);
	if (result == 0 && proof.len == 0 &&
	    a->grant == GRANT_CLIENT_CREDENTIALS)
		result = fail_public(a, why);
	if (result == 0 && ((is_assertion ? add_assertion(a, &proof, form) :
	    add_secret(a, &proof, form, authorization, mask)) == -1 ||
	    mask_add_form(mask, form) == -1))
		result = fail_memory(why);
	buf_free(&proof);
	return result;
}
