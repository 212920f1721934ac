/* SPDX-License-Identifier: BSD-2-Clause */
#include "client_auth/client_assertion.h"

#include <time.h>

#include "client_auth/client_key.h"
#include "client_auth/named_file.h"
#include "common/failure_text.h"
#include "crypto/digest.h"

/*
 * Entra finds the public key by the certificate's hash: SHA-256 for the
 * algorithms of today, SHA-1 for RS256 (RFC 7515 4.1.7, 4.1.8).
 */
static int
add_thumbprint(struct buf *header, const struct key *k,
    enum assertion_alg alg)
{
	unsigned char digest[SHA256_LEN];
	struct buf der = BUF_INIT(KEY_FILE_MAX);
	int result = key_certificate(k, &der);

	if (result == 0 && alg == ASSERTION_ALG_RS256)
		result = digest_sha1(der.data, der.len, digest) == -1 ? -1 :
		    jwt_bytes(header, "x5t", digest, SHA1_LEN);
	else if (result == 0)
		result = digest_sha256(der.data, der.len, digest) == -1 ? -1 :
		    jwt_bytes(header, "x5t#S256", digest, SHA256_LEN);
	buf_free(&der);
	return result;
}

static int
add_claims(struct buf *claims, const struct account *a)
{
	int64_t now = (int64_t)time(NULL);
	char id[JWT_ID_LEN + 1] = "";

	return jwt_id(id) == -1 ||
	    jwt_string(claims, "aud", a->token_endpoint) == -1 ||
	    jwt_string(claims, "iss", a->client_id) == -1 ||
	    jwt_string(claims, "sub", a->client_id) == -1 ||
	    jwt_string(claims, "jti", id) == -1 ||
	    jwt_number(claims, "nbf", now) == -1 ||
	    jwt_number(claims, "iat", now) == -1 ||
	    jwt_number(claims, "exp", now + CLIENT_ASSERTION_LIFE) == -1 ?
	    -1 : 0;
}

static int
make_assertion(const struct account *a, const struct credential *c,
    const struct client_key *at, struct buf *assertion, struct failure *why)
{
	enum assertion_alg alg = ASSERTION_ALG_BY_KEY;
	struct jwt j = JWT_INIT;
	struct key *k = client_key_open(a, c, at, why);
	int result = -1;

	if (k == NULL || client_key_certify(a, c, k, why) == -1)
		goto out;
	if (key_choose_alg(k, a->client_assertion_alg, at->shown, &alg,
	    why) == -1) {
		text_name_account(why, a->name);
		goto out;
	}
	if ((a->client_certificate != NULL &&
	    add_thumbprint(&j.header, k, alg) == -1) ||
	    add_claims(&j.claims, a) == -1)
		fail_memory(why);
	else if ((result = jwt_sign(&j, k, alg, at->shown, assertion,
	    why)) == -1)
		text_name_account(why, a->name);
out:
	jwt_free(&j);
	key_free(k);
	return result;
}

/* The key may be a typed one, so that account/ does not know it. */
static int
fail_certificate(const struct account *a, struct failure *why)
{
	char login[CLIENT_KEY_COMMAND] = "";

	client_key_command(login, a, "--client-key-stdin");
	fail(why, STATUS_CONFIG, "client_certificate is of no use without the "
	    "key that signs for it: set client_key, or \"%s\"", login);
	return text_name_account(why, a->name);
}

enum client_key_found
client_assertion_find(const struct account *a, const struct credential *c,
    struct buf *assertion, struct failure *why)
{
	struct client_key at = CLIENT_KEY_INIT;
	enum client_key_found found = CLIENT_KEY_NONE;
	int result = 0;

	/* In this grant the key proves the grant, not the client. */
	if (a->grant != GRANT_JWT_BEARER)
		found = client_key_find(a, c, &at, why);
	if (found == CLIENT_KEY_FOUND) {
		result = make_assertion(a, c, &at, assertion, why);
	} else if (found == CLIENT_KEY_NONE &&
	    a->client_assertion_file != NULL) {
		found = CLIENT_KEY_FOUND;
		result = named_file_read_secret(a, "client_assertion_file",
		    a->client_assertion_file, assertion, why);
	} else if (found == CLIENT_KEY_NONE && a->client_certificate != NULL &&
	    a->grant != GRANT_JWT_BEARER) {
		result = fail_certificate(a, why);
	}
	client_key_free(&at);
	return result == -1 ? CLIENT_KEY_FAILED : found;
}
