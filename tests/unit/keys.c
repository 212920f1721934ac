/* SPDX-License-Identifier: BSD-2-Clause */
#include "keys.h"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY 86400L

static void
need(int is_done, const char *what)
{
	if (is_done)
		return;
	fprintf(stderr, "keys: %s: %s\n", what,
	    ERR_reason_error_string(ERR_peek_last_error()));
	abort();
}

static EVP_PKEY *
generate(EVP_PKEY_CTX *ctx)
{
	EVP_PKEY *key = NULL;

	need(EVP_PKEY_keygen(ctx, &key) == 1, "key");
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static EVP_PKEY_CTX *
begin(int type)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(type, NULL);

	need(ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1, "generator");
	return ctx;
}

EVP_PKEY *
keys_rsa(int bits)
{
	EVP_PKEY_CTX *ctx = begin(EVP_PKEY_RSA);

	need(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, bits) == 1, "bits");
	return generate(ctx);
}

EVP_PKEY *
keys_ec(int curve)
{
	EVP_PKEY_CTX *ctx = begin(EVP_PKEY_EC);

	need(EVP_PKEY_CTX_set_ec_paramgen_curve_nid(ctx, curve) == 1 &&
	    EVP_PKEY_CTX_set_ec_param_enc(ctx, OPENSSL_EC_NAMED_CURVE) == 1,
	    "curve");
	return generate(ctx);
}

EVP_PKEY *
keys_ed25519(void)
{
	return generate(begin(EVP_PKEY_ED25519));
}

static void
add(struct buf *pem, BIO *bio)
{
	char *data = NULL;
	long len = BIO_get_mem_data(bio, &data);

	need(len > 0 && buf_add(pem, data, (size_t)len) == 0, "PEM");
	BIO_free(bio);
}

void
keys_add_private(struct buf *pem, EVP_PKEY *key, const char *password)
{
	BIO *bio = BIO_new(BIO_s_mem());

	need(PEM_write_bio_PKCS8PrivateKey(bio, key,
	    password != NULL ? EVP_aes_128_cbc() : NULL, password,
	    password != NULL ? (int)strlen(password) : 0, NULL, NULL) == 1,
	    "private key");
	add(pem, bio);
}

void
keys_add_certificate(struct buf *pem, EVP_PKEY *key)
{
	BIO *bio = BIO_new(BIO_s_mem());
	X509 *x = X509_new();
	X509_NAME *name = X509_get_subject_name(x);

	need(X509_set_version(x, 2) == 1 &&
	    ASN1_INTEGER_set(X509_get_serialNumber(x), 1) == 1 &&
	    X509_gmtime_adj(X509_getm_notBefore(x), -DAY) != NULL &&
	    X509_gmtime_adj(X509_getm_notAfter(x), DAY) != NULL &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
	    (const unsigned char *)"tokend test", -1, -1, 0) == 1 &&
	    X509_set_issuer_name(x, name) == 1 &&
	    X509_set_pubkey(x, key) == 1 &&
	    X509_sign(x, key, EVP_sha256()) > 0 &&
	    PEM_write_bio_X509(bio, x) == 1, "certificate");
	X509_free(x);
	add(pem, bio);
}

/* RFC 7518 3.4: R and S side by side; OpenSSL wants DER. */
static unsigned char *
to_der(const struct buf *signature, size_t *len)
{
	const unsigned char *raw = (const unsigned char *)buf_text(signature);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int half = (int)signature->len / 2;

	need(ECDSA_SIG_set0(sig, BN_bin2bn(raw, half, NULL),
	    BN_bin2bn(raw + half, half, NULL)) == 1, "signature");
	*len = (size_t)i2d_ECDSA_SIG(sig, &der);
	ECDSA_SIG_free(sig);
	return der;
}

int
keys_verify(EVP_PKEY *key, enum assertion_alg alg, const struct buf *data,
    const struct buf *signature)
{
	const unsigned char *bytes =
	    (const unsigned char *)buf_text(signature);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	unsigned char *der = NULL;
	size_t len = signature->len;
	int result;

	need(EVP_DigestVerifyInit(ctx, &options, EVP_sha256(), NULL,
	    key) == 1, "verifier");
	if (alg == ASSERTION_ALG_PS256)
		need(EVP_PKEY_CTX_set_rsa_padding(options,
		    RSA_PKCS1_PSS_PADDING) == 1 &&
		    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32) == 1, "PSS");
	if (alg == ASSERTION_ALG_ES256)
		bytes = der = to_der(signature, &len);
	result = EVP_DigestVerify(ctx, bytes, len,
	    (const unsigned char *)buf_text(data), data->len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(ctx);
	return result;
}
