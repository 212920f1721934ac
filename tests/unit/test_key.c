/* SPDX-License-Identifier: BSD-2-Clause */
/* test_key.c - private keys: which open, which sign, and what is said */
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "crypto/key.h"
#include "keys.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define PASSWORD "correct horse battery"
#define LOGIN "tokend login --key-password-stdin work"

/* Made once: an RSA key takes its time. */
static EVP_PKEY *rsa, *ec;

static struct buf pem, password, data, signature;
static struct key_from from;
static struct failure why;
static struct key *key;

static void
setup(void)
{
	pem = (struct buf)BUF_INIT(KEY_FILE_MAX);
	password = (struct buf)BUF_INIT(1000);
	data = (struct buf)BUF_INIT(1000);
	signature = (struct buf)BUF_INIT(KEY_SIGNATURE_MAX);
	from = (struct key_from){ .pem = &pem, .shown = "client_key: /k",
	    .password = &password, .login = LOGIN };
	memset(&why, 0, sizeof(why));
	key = NULL;
	ck_assert_int_eq(buf_adds(&data, "header.claims"), 0);
}

static void
teardown(void)
{
	key_free(key);
	buf_free(&pem);
	buf_free(&password);
	buf_free(&data);
	buf_free(&signature);
}

FIXTURE(setup, teardown);

static void
open_key(void)
{
	key = key_open(&from, &why);
	ck_assert_msg(key != NULL, "%s", why.text);
}

static void
is_refused(const char *says)
{
	key = key_open(&from, &why);
	ck_assert_ptr_null(key);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strncmp(why.text, from.shown, strlen(from.shown)) == 0 &&
	    strstr(why.text, says) != NULL, "%s", why.text);
	ck_assert_ptr_null(strstr(why.text, PASSWORD));
}

static const struct {
	EVP_PKEY **key;
	enum assertion_alg wanted, alg;
	size_t len;
} algs[] = {
	{ &rsa, ASSERTION_ALG_BY_KEY, ASSERTION_ALG_PS256, 256 },
	{ &rsa, ASSERTION_ALG_PS256, ASSERTION_ALG_PS256, 256 },
	{ &rsa, ASSERTION_ALG_RS256, ASSERTION_ALG_RS256, 256 },
	{ &ec, ASSERTION_ALG_BY_KEY, ASSERTION_ALG_ES256, 64 },
	{ &ec, ASSERTION_ALG_ES256, ASSERTION_ALG_ES256, 64 }
};

TABLE_TEST(signs, algs)
{
	enum assertion_alg alg;
	int again;

	keys_add_private(&pem, *algs[_i].key, NULL);
	open_key();
	ck_assert_int_eq(key_choose_alg(key, algs[_i].wanted, "", &alg,
	    &why), 0);
	ck_assert_int_eq(alg, algs[_i].alg);
	/* R or S is shorter than 32 bytes once in a hundred times. */
	for (again = 0; again < (alg == ASSERTION_ALG_ES256 ? 300 : 1);
	    again++) {
		buf_reset(&signature);
		ck_assert_int_eq(key_sign(key, alg, "", &data, &signature,
		    &why), 0);
		ck_assert_uint_eq(signature.len, algs[_i].len);
		ck_assert(keys_verify(*algs[_i].key, alg, &data, &signature));
	}
	ck_assert_int_eq(buf_adds(&data, "!"), 0);
	ck_assert(!keys_verify(*algs[_i].key, alg, &data, &signature));
}

static const struct {
	EVP_PKEY **key;
	enum assertion_alg wanted;
	const char *says;
} misfits[] = {
	{ &rsa, ASSERTION_ALG_ES256, "k: is an RSA key, and ES256" },
	{ &ec, ASSERTION_ALG_PS256, "k: is an EC key, and PS256" },
	{ &ec, ASSERTION_ALG_RS256, "k: is an EC key, and RS256" }
};

TABLE_TEST(refuses_an_alg_that_does_not_fit, misfits)
{
	enum assertion_alg alg;

	keys_add_private(&pem, *misfits[_i].key, NULL);
	open_key();
	ck_assert_int_eq(key_choose_alg(key, misfits[_i].wanted, "k", &alg,
	    &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_eq(strstr(why.text, misfits[_i].says), why.text);
}

TEST(opens_an_encrypted_key)
{
	keys_add_private(&pem, ec, PASSWORD);
	ck_assert_int_eq(buf_adds(&password, PASSWORD), 0);
	open_key();
}

TEST(asks_for_a_missing_password_by_its_text)
{
	keys_add_private(&pem, ec, PASSWORD);
	is_refused("none is stored: give it with \"" LOGIN "\"");
}

TEST(says_that_a_password_is_wrong)
{
	keys_add_private(&pem, ec, PASSWORD);
	ck_assert_int_eq(buf_adds(&password, "incorrect horse"), 0);
	is_refused("give it again with \"" LOGIN "\"");
	ck_assert_ptr_null(strstr(why.text, "incorrect horse"));
}

TEST(refuses_what_is_no_key)
{
	ck_assert_int_eq(buf_adds(&pem, "no key at all\n"), 0);
	is_refused("no private key in PEM");
	buf_reset(&pem);
	keys_add_certificate(&pem, ec);
	is_refused("no private key in PEM");
	buf_reset(&pem);
	keys_add_private(&pem, ec, NULL);
	memset(pem.data + 60, 'A', 60);
	is_refused("no private key in PEM");
}

TEST(refuses_keys_that_are_too_weak_or_of_another_kind)
{
	EVP_PKEY *others[3] = { keys_rsa(1024), keys_ec(NID_secp384r1),
	    keys_ed25519() };
	static const char *const says[] = { "of 1024 bits", "EC P-256",
	    "EC P-256" };
	size_t i;

	for (i = 0; i < 3; i++) {
		buf_reset(&pem);
		keys_add_private(&pem, others[i], NULL);
		is_refused(says[i]);
		EVP_PKEY_free(others[i]);
	}
}

/* A file may hold the chain, or the key too; the order is nobody's affair. */
TEST(finds_the_certificate_of_the_key)
{
	struct buf der = BUF_INIT(KEY_FILE_MAX);

	keys_add_private(&pem, ec, NULL);
	open_key();
	ck_assert_int_eq(key_certificate(key, &der), -1);
	keys_add_certificate(&pem, rsa);
	ck_assert_int_eq(key_add_certificate(key, &from, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "does not belong"));
	keys_add_certificate(&pem, ec);
	ck_assert_int_eq(key_add_certificate(key, &from, &why), 0);
	ck_assert_int_eq(key_certificate(key, &der), 0);
	ck_assert_uint_gt(der.len, 200);
	ck_assert_int_eq((unsigned char)der.data[0], 0x30);
	buf_free(&der);
}

TEST(misses_a_certificate)
{
	keys_add_private(&pem, ec, NULL);
	open_key();
	ck_assert_int_eq(key_add_certificate(key, &from, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "no certificate in PEM"));
}

/* Not even where a file in the working folder is called like the URI. */
TEST(has_no_loader)
{
	static const char *const uris[] = { "nonsense:object=k",
	    "org.openssl.engine:nonsense:k", "org.openssl.engine:../../x:k" };
	static const char *const says[] = { "for nonsense: URIs",
	    "for org.openssl.engine: URIs", "for org.openssl.engine: URIs" };
	size_t i;

	keys_add_private(&pem, ec, NULL);
	scratch_setup();
	ck_assert_int_eq(chdir(scratch()), 0);
	scratch_bytes(scratch_path("%s", uris[0]), 0600, pem.data, pem.len);
	from.pem = NULL;
	for (i = 0; i < sizeof(uris) / sizeof(uris[0]); i++) {
		from.uri = uris[i];
		is_refused(says[i]);
	}
	ck_assert_int_eq(chdir("/"), 0);
	scratch_teardown();
}

int
main(void)
{
	int status;

	rsa = keys_rsa(2048);
	ec = keys_ec(NID_X9_62_prime256v1);
	status = unit_run();
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
	return status;
}
