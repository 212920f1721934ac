/* SPDX-License-Identifier: BSD-2-Clause */
/* test_jwt.c - JSON Web Tokens, byte by byte */
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "client_auth/jwt.h"
#include "keys.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static EVP_PKEY *ec;
static struct key *key;
static struct jwt j;
static struct buf token;
static struct failure why;

static void
setup(void)
{
	struct buf pem = BUF_INIT(KEY_FILE_MAX), none = BUF_INIT(1);
	struct key_from from = { .pem = &pem, .shown = "k",
	    .password = &none, .login = "" };

	ec = keys_ec(NID_X9_62_prime256v1);
	keys_add_private(&pem, ec, NULL);
	key = key_open(&from, &why);
	ck_assert_ptr_nonnull(key);
	buf_free(&pem);
	j = (struct jwt)JWT_INIT;
	token = (struct buf)BUF_INIT(JWT_MAX);
}

static void
teardown(void)
{
	key_free(key);
	EVP_PKEY_free(ec);
	jwt_free(&j);
	buf_free(&token);
}

FIXTURE(setup, teardown);

/* Takes the token apart; each part decoded. */
static void
read_token(struct buf part[3], struct buf *input)
{
	const char *at = buf_text(&token), *end;
	int i;

	ck_assert_ptr_null(strpbrk(at, "=+/\n"));
	for (i = 0; i < 3; i++, at = end + (i < 3)) {
		end = at + strcspn(at, ".");
		part[i] = (struct buf)BUF_INIT(JWT_MAX);
		ck_assert_int_eq(base64_decode(&part[i], at,
		    (size_t)(end - at)), 0);
		ck_assert_int_eq(*end, i < 2 ? '.' : '\0');
		if (i == 1)
			ck_assert_int_eq(buf_add(input, token.data,
			    (size_t)(end - token.data)), 0);
	}
}

TEST(is_compact_and_signed)
{
	struct buf part[3], input = BUF_INIT(JWT_MAX);
	int i;

	ck_assert_int_eq(jwt_bytes(&j.header, "x5t", "\xff\xfe\xfd\xfc", 4),
	    0);
	ck_assert_int_eq(jwt_string(&j.claims, "iss", "me"), 0);
	ck_assert_int_eq(jwt_string(&j.claims, "none", NULL), 0);
	ck_assert_int_eq(jwt_number(&j.claims, "exp", 1300819380), 0);
	ck_assert_int_eq(jwt_sign(&j, key, ASSERTION_ALG_ES256, "k", &token,
	    &why), 0);
	read_token(part, &input);
	ck_assert_str_eq(buf_text(&part[0]),
	    "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"x5t\":\"__79_A\"}");
	ck_assert_str_eq(buf_text(&part[1]),
	    "{\"iss\":\"me\",\"exp\":1300819380}");
	ck_assert(keys_verify(ec, ASSERTION_ALG_ES256, &input, &part[2]));
	for (i = 0; i < 3; i++)
		buf_free(&part[i]);
	buf_free(&input);
}

TEST(has_no_claims)
{
	struct buf part[3], input = BUF_INIT(JWT_MAX);
	int i;

	ck_assert_int_eq(jwt_sign(&j, key, ASSERTION_ALG_ES256, "k", &token,
	    &why), 0);
	read_token(part, &input);
	ck_assert_str_eq(buf_text(&part[0]),
	    "{\"alg\":\"ES256\",\"typ\":\"JWT\"}");
	ck_assert_str_eq(buf_text(&part[1]), "{}");
	for (i = 0; i < 3; i++)
		buf_free(&part[i]);
	buf_free(&input);
}

TEST(escapes_as_json_does)
{
	ck_assert_int_eq(jwt_string(&j.claims, "a\"b",
	    "\"\\/\b\n\x1f\x7f \xc3\xa9\xe2\x82\xac"), 0);
	ck_assert_str_eq(buf_text(&j.claims), "{\"a\\\"b\":\"\\\"\\\\/\\u0008"
	    "\\u000a\\u001f\x7f \xc3\xa9\xe2\x82\xac\"");
}

TEST(says_when_it_is_full)
{
	struct buf small = BUF_INIT(12);

	ck_assert_int_eq(jwt_string(&small, "name", "value"), -1);
	ck_assert_int_eq(jwt_number(&small, "name", 123456), -1);
	buf_free(&small);
}

TEST(makes_ids_of_their_own)
{
	char id[JWT_ID_LEN + 1], other[JWT_ID_LEN + 1];
	int i;

	ck_assert_int_eq(jwt_id(id), 0);
	ck_assert_int_eq(jwt_id(other), 0);
	ck_assert_str_ne(id, other);
	ck_assert_uint_eq(strlen(id), JWT_ID_LEN);
	for (i = 0; i < JWT_ID_LEN; i++)
		ck_assert_msg(i == 8 || i == 13 || i == 18 || i == 23 ?
		    id[i] == '-' : strchr("0123456789abcdef", id[i]) != NULL,
		    "%s", id);
	ck_assert_int_eq(id[14], '4');
	ck_assert_ptr_nonnull(strchr("89ab", id[19]));
}
