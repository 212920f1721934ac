/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/key.h"

#include <errno.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "crypto/key_source.h"

#define ES256_HALF 32	/* bytes of R and of S, RFC 7518 3.4 */

struct key {
	EVP_PKEY *pkey;
	X509 *certificate;	/* NULL: none was added */
	void *engine;
};

enum kind {
	KIND_OTHER,
	KIND_RSA,
	KIND_RSA_PSS,	/* may sign by PSS only */
	KIND_EC
};

static enum kind
find_kind(EVP_PKEY *pkey)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
	return EVP_PKEY_is_a(pkey, "RSA") ? KIND_RSA :
	    EVP_PKEY_is_a(pkey, "RSA-PSS") ? KIND_RSA_PSS :
	    EVP_PKEY_is_a(pkey, "EC") ? KIND_EC : KIND_OTHER;
#else
	switch (EVP_PKEY_base_id(pkey)) {
	case EVP_PKEY_RSA:
		return KIND_RSA;
	case EVP_PKEY_RSA_PSS:
		return KIND_RSA_PSS;
	case EVP_PKEY_EC:
		return KIND_EC;
	default:
		return KIND_OTHER;
	}
#endif
}

static int
is_p256(EVP_PKEY *pkey)
{
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
	char group[64] = "";
	int nid = NID_undef;

	if (EVP_PKEY_get_group_name(pkey, group, sizeof(group), NULL) != 1)
		return 0;
	if ((nid = OBJ_txt2nid(group)) == NID_undef)
		nid = EC_curve_nist2nid(group);
	return nid == NID_X9_62_prime256v1;
#else
	const EC_KEY *ec = EVP_PKEY_get0_EC_KEY(pkey);

	return ec != NULL && EC_GROUP_get_curve_name(EC_KEY_get0_group(ec)) ==
	    NID_X9_62_prime256v1;
#endif
}

static int
check_kind(EVP_PKEY *pkey, const char *shown, struct failure *why)
{
	enum kind kind = find_kind(pkey);

	if (kind == KIND_EC ? !is_p256(pkey) : kind == KIND_OTHER)
		return fail(why, STATUS_CONFIG, "%s: is a key of a kind that "
		    "tokend does not sign by: use RSA, or EC P-256", shown);
	if (kind != KIND_EC && EVP_PKEY_bits(pkey) < KEY_RSA_BITS_LEAST)
		return fail(why, STATUS_CONFIG, "%s: is an RSA key of %d "
		    "bits, and %d are the least that may sign: make a new one",
		    shown, EVP_PKEY_bits(pkey), KEY_RSA_BITS_LEAST);
	return 0;
}

struct key *
key_open(const struct key_from *from, struct failure *why)
{
	struct key_found found = { .pkey = NULL };
	struct key *k = NULL;

	if (key_read(from, 1, &found, why) == -1 ||
	    check_kind(found.pkey, from->shown, why) == -1)
		goto out;
	if ((k = calloc(1, sizeof(*k))) == NULL) {
		fail_memory(why);
		goto out;
	}
	k->pkey = found.pkey;
	k->engine = found.engine;
	found.pkey = NULL;
	found.engine = NULL;
	found.engine_is_ready = 0;
out:
	key_found_free(&found);
	return k;
}

int
key_add_certificate(struct key *k, const struct key_from *from,
    struct failure *why)
{
	struct key_found found = { .pkey = NULL };
	int i = 0, result = key_read(from, 0, &found, why);

	for (; result == 0 && i < found.count && k->certificate == NULL; i++)
		if (X509_check_private_key(found.certificates[i], k->pkey) == 1
		    && X509_up_ref(found.certificates[i]) == 1)
			k->certificate = found.certificates[i];
	ERR_clear_error();
	if (result == 0 && k->certificate == NULL)
		result = fail(why, STATUS_CONFIG, "%s: does not belong to the "
		    "private key: name the certificate that was made for it",
		    from->shown);
	key_found_free(&found);
	return result;
}

int
key_certificate(const struct key *k, struct buf *der)
{
	unsigned char *bytes = NULL;
	int len = 0, result = -1;

	if (k->certificate == NULL)
		return -1;
	if ((len = i2d_X509(k->certificate, &bytes)) > 0)
		result = buf_add(der, bytes, (size_t)len);
	OPENSSL_free(bytes);
	return result;
}

int
key_choose_alg(const struct key *k, enum assertion_alg wanted,
    const char *shown, enum assertion_alg *alg, struct failure *why)
{
	enum kind kind = find_kind(k->pkey);

	*alg = wanted != ASSERTION_ALG_BY_KEY ? wanted :
	    kind == KIND_EC ? ASSERTION_ALG_ES256 : ASSERTION_ALG_PS256;
	if (*alg == ASSERTION_ALG_ES256 && kind != KIND_EC)
		return fail(why, STATUS_CONFIG, "%s: is an RSA key, and ES256 "
		    "needs an EC key: set client_assertion_alg = PS256 or "
		    "RS256", shown);
	if (*alg != ASSERTION_ALG_ES256 && kind == KIND_EC)
		return fail(why, STATUS_CONFIG, "%s: is an EC key, and %s "
		    "needs an RSA key: set client_assertion_alg = ES256",
		    shown, *alg == ASSERTION_ALG_RS256 ? "RS256" : "PS256");
	if (*alg == ASSERTION_ALG_RS256 && kind == KIND_RSA_PSS)
		return fail(why, STATUS_CONFIG, "%s: is an RSA-PSS key, which "
		    "cannot sign by RS256: set client_assertion_alg = PS256",
		    shown);
	return 0;
}

/* OpenSSL gives a SEQUENCE of two INTEGERs; JOSE wants them plain. */
static int
add_raw(struct buf *signature, const unsigned char *der, size_t len)
{
	unsigned char raw[2 * ES256_HALF];
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)len);
	int result = -1;

	if (sig == NULL)
		return -1;
	if (BN_bn2binpad(ECDSA_SIG_get0_r(sig), raw, ES256_HALF) ==
	    ES256_HALF && BN_bn2binpad(ECDSA_SIG_get0_s(sig), raw + ES256_HALF,
	    ES256_HALF) == ES256_HALF)
		result = buf_add(signature, raw, sizeof(raw));
	ECDSA_SIG_free(sig);
	return result;
}

static int
sign_data(EVP_MD_CTX *ctx, const struct key *k, enum assertion_alg alg,
    const struct buf *data, unsigned char *out, size_t *len)
{
	EVP_PKEY_CTX *options = NULL;

	if (EVP_DigestSignInit(ctx, &options, EVP_sha256(), NULL,
	    k->pkey) != 1)
		return -1;
	if (alg == ASSERTION_ALG_PS256 &&
	    (EVP_PKEY_CTX_set_rsa_padding(options,
	    RSA_PKCS1_PSS_PADDING) != 1 ||
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(options,
	    RSA_PSS_SALTLEN_DIGEST) != 1))
		return -1;
	return EVP_DigestSign(ctx, out, len,
	    (const unsigned char *)buf_text(data), data->len) == 1 ? 0 : -1;
}

int
key_sign(const struct key *k, enum assertion_alg alg, const char *shown,
    const struct buf *data, struct buf *signature, struct failure *why)
{
	unsigned char out[KEY_SIGNATURE_MAX];
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	const char *reason = NULL;
	size_t len = sizeof(out);
	int result = -1;

	errno = 0;
	if (ctx != NULL && sign_data(ctx, k, alg, data, out, &len) == 0)
		result = alg == ASSERTION_ALG_ES256 ?
		    add_raw(signature, out, len) :
		    buf_add(signature, out, len);
	EVP_MD_CTX_free(ctx);
	if (result == -1) {
		reason = ERR_reason_error_string(ERR_peek_last_error());
		if (ctx == NULL || errno == ENOMEM)
			fail_memory(why);
		else
			fail(why, STATUS_LATER, "%s: OpenSSL does not sign by "
			    "this key: %s", shown, reason != NULL ? reason :
			    "no reason given");
	}
	ERR_clear_error();
	return result;
}

void
key_free(struct key *k)
{
	if (k == NULL)
		return;
	X509_free(k->certificate);
	EVP_PKEY_free(k->pkey);
	key_engine_release(k->engine, k->engine != NULL);
	free(k);
}
