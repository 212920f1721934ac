/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwt_bearer.c - a JWT that the account's key signed is the grant (RFC 7523
 * 2.1): a Google service account in the name of a mailbox, or a client of
 * another provider that knows its public key.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "account/endpoint.h"
#include "client_auth/client_key.h"
#include "client_auth/jwt.h"
#include "common/failure_text.h"
#include "grant/method.h"
#include "grant/service_account.h"
#include "net/form.h"

#define GRANT_TYPE "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define LIFE 3600	/* seconds, the most that Google takes */

/* One request's parts. */
struct bearer {
	struct client_key at;
	struct service_account service;	/* doc is NULL for a plain key */
	const char *issuer;		/* RFC 7523 3: iss */
	const char *subject;		/* sub */
	char *endpoint;			/* to post to, and aud */
};

static int
fail_bearer(const struct account *a, const char *what, struct failure *why)
{
	fail(why, STATUS_CONFIG, "%s", what);
	return text_name_account(why, a->name);
}

static int
fail_no_key(const struct account *a, struct failure *why)
{
	char login[CLIENT_KEY_COMMAND] = "";

	client_key_command(login, a, "--client-key-stdin");
	fail(why, STATUS_CONFIG, "jwt_bearer needs a private key, and there is "
	    "none: set client_key (a service account's JSON key file, or PEM), "
	    "or \"%s\"", login);
	return text_name_account(why, a->name);
}

/* The mailbox whose mail the token shall open. */
static int
find_subject(struct bearer *b, const struct account *a, struct failure *why)
{
	b->subject = a->users.user != NULL ? a->users.user : a->name;
	if (a->users.user != NULL || strchr(a->name, '@') != NULL)
		return 0;
	return fail_bearer(a, "jwt_bearer signs in for a mailbox, and the "
	    "account's name is none: set user = the mailbox's address", why);
}

/* The account's endpoint, else the key file's, which is judged the same. */
static int
find_endpoint(struct bearer *b, const struct account *a, struct failure *why)
{
	const char *url = a->token_endpoint != NULL ? a->token_endpoint :
	    b->service.token_uri;

	if (url == NULL)
		return fail_bearer(a, "jwt_bearer needs a token_endpoint, and "
		    "neither the account nor its key file gives one", why);
	if ((b->endpoint = strdup(url)) == NULL)
		return fail_memory(why);
	if (url == a->token_endpoint || endpoint_complete(&b->endpoint, NULL,
	    b->at.shown, "token_uri", why) == 0)
		return 0;
	return text_name_account(why, a->name);
}

/* A service account's file has the PEM inside: it takes the file's place. */
static int
take_service_account(struct bearer *b, const struct account *a,
    struct failure *why)
{
	if (service_account_read(&b->service, &b->at.content, b->at.shown,
	    why) == -1)
		return text_name_account(why, a->name);
	buf_reset(&b->at.content);
	b->issuer = b->service.client_email;
	return buf_adds(&b->at.content, b->service.private_key) == -1 ?
	    fail_memory(why) : 0;
}

static int
find_all(struct bearer *b, const struct account *a,
    const struct credential *c, struct failure *why)
{
	enum client_key_found found = client_key_find(a, c, &b->at, why);

	if (found != CLIENT_KEY_FOUND)
		return found == CLIENT_KEY_NONE ? fail_no_key(a, why) : -1;
	b->issuer = a->client_id;
	if (service_account_is(&b->at.content) &&
	    take_service_account(b, a, why) == -1)
		return -1;
	if (b->issuer == NULL)
		return fail_bearer(a, "jwt_bearer by a plain key needs "
		    "client_id, the issuer that the provider knows", why);
	return find_subject(b, a, why) == -1 ? -1 : find_endpoint(b, a, why);
}

static int
add_claims(struct buf *claims, const struct bearer *b,
    const struct account *a)
{
	int64_t now = (int64_t)time(NULL);

	return jwt_string(claims, "iss", b->issuer) == -1 ||
	    jwt_string(claims, "sub", b->subject) == -1 ||
	    jwt_string(claims, "scope", a->scope) == -1 ||
	    jwt_string(claims, "aud", b->endpoint) == -1 ||
	    jwt_number(claims, "iat", now) == -1 ||
	    jwt_number(claims, "exp", now + LIFE) == -1 ? -1 : 0;
}

/* Google takes RS256 only; another provider what the account says. */
static int
make_assertion(const struct bearer *b, const struct account *a,
    const struct credential *c, struct buf *assertion, struct failure *why)
{
	enum assertion_alg wanted = b->service.doc != NULL ?
	    ASSERTION_ALG_RS256 : a->client_assertion_alg, alg = wanted;
	struct jwt j = JWT_INIT;
	struct key *k = client_key_open(a, c, &b->at, why);
	int result = -1;

	if (k == NULL)
		return -1;
	if (key_choose_alg(k, wanted, b->at.shown, &alg, why) == -1)
		text_name_account(why, a->name);
	else if (jwt_string(&j.header, "kid",
	    b->service.private_key_id) == -1 ||
	    add_claims(&j.claims, b, a) == -1)
		fail_memory(why);
	else if ((result = jwt_sign(&j, k, alg, b->at.shown, assertion,
	    why)) == -1)
		text_name_account(why, a->name);
	jwt_free(&j);
	key_free(k);
	return result;
}

/* RFC 7521 4.1: scope is a parameter. Google reads it as a claim only. */
static int
add_form(struct buf *form, const struct bearer *b, const struct account *a,
    const struct buf *assertion)
{
	return form_add(form, "grant_type", GRANT_TYPE) == -1 ||
	    form_add(form, "assertion", buf_text(assertion)) == -1 ||
	    (b->service.doc == NULL &&
	    form_add(form, "scope", a->scope) == -1) ? -1 : 0;
}

int
method_jwt_bearer(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct bearer b = { .at = CLIENT_KEY_INIT };
	struct buf assertion = BUF_INIT(JWT_MAX), form = BUF_INIT(FORM_MAX);
	struct account there = *a;	/* borrows all but the endpoint */
	int result = -1;

	if (find_all(&b, a, c, &why->failure) == -1 ||
	    make_assertion(&b, a, c, &assertion, &why->failure) == -1)
		goto out;
	there.token_endpoint = b.endpoint;
	if (add_form(&form, &b, a, &assertion) == -1)
		fail_memory(&why->failure);
	else
		result = token_request(&there, c, &form, hooks, answer, why);
out:
	client_key_free(&b.at);
	service_account_free(&b.service);
	free(b.endpoint);
	buf_free(&assertion);
	buf_free(&form);
	return result;
}
