/* SPDX-License-Identifier: BSD-2-Clause */
#include "crypto/seal.h"

#include <limits.h>
#include <openssl/evp.h>
#include <string.h>

/* Feeds bound and then in; what comes out of in is appended to out. */
static int
process_data(EVP_CIPHER_CTX *context, const struct buf *bound,
    const unsigned char *in, size_t len, struct buf *out)
{
	unsigned char *to = NULL;
	int n = 0;

	if (bound->len > INT_MAX || len > INT_MAX || buf_room(out, len) == -1)
		return -1;
	if (EVP_CipherUpdate(context, NULL, &n, (const unsigned char *)
	    buf_text(bound), (int)bound->len) != 1)
		return -1;
	to = (unsigned char *)out->data + out->len;
	if (EVP_CipherUpdate(context, to, &n, in, (int)len) != 1)
		return -1;
	out->len += (size_t)n;
	out->data[out->len] = '\0';
	return 0;
}

static EVP_CIPHER_CTX *
begin_cipher(const unsigned char key[SEAL_KEY_LEN],
    const unsigned char nonce[SEAL_NONCE_LEN], int is_closing)
{
	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();

	if (context != NULL && EVP_CipherInit_ex(context, EVP_aes_256_gcm(),
	    NULL, key, nonce, is_closing) == 1)
		return context;
	EVP_CIPHER_CTX_free(context);
	return NULL;
}

int
seal_encrypt(const unsigned char key[SEAL_KEY_LEN],
    const unsigned char nonce[SEAL_NONCE_LEN], const struct buf *bound,
    const struct buf *plain, struct buf *out)
{
	EVP_CIPHER_CTX *context = begin_cipher(key, nonce, 1);
	unsigned char tag[SEAL_TAG_LEN];
	size_t before = out->len;
	int n = 0, result = -1;

	if (context != NULL && process_data(context, bound,
	    (const unsigned char *)buf_text(plain), plain->len, out) == 0 &&
	    EVP_CipherFinal_ex(context, tag, &n) == 1 &&
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, SEAL_TAG_LEN,
	    tag) == 1)
		result = buf_add(out, tag, sizeof(tag));
	if (result == -1)
		out->len = before;
	EVP_CIPHER_CTX_free(context);
	return result;
}

enum seal_result
seal_decrypt(const unsigned char key[SEAL_KEY_LEN],
    const unsigned char nonce[SEAL_NONCE_LEN], const struct buf *bound,
    const struct buf *sealed, struct buf *plain)
{
	EVP_CIPHER_CTX *context = NULL;
	unsigned char tag[SEAL_TAG_LEN], none[SEAL_TAG_LEN];
	size_t before = plain->len, len = 0;
	enum seal_result result = SEAL_NO_MEMORY;
	int n = 0;

	if (sealed->len < SEAL_TAG_LEN)
		return SEAL_REJECTED;
	len = sealed->len - SEAL_TAG_LEN;
	memcpy(tag, sealed->data + len, sizeof(tag));
	if ((context = begin_cipher(key, nonce, 0)) != NULL &&
	    process_data(context, bound, (const unsigned char *)sealed->data,
	    len, plain) == 0 &&
	    EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_SET_TAG, SEAL_TAG_LEN,
	    tag) == 1)
		result = EVP_CipherFinal_ex(context, none, &n) == 1 ?
		    SEAL_DECRYPTED : SEAL_REJECTED;
	EVP_CIPHER_CTX_free(context);
	if (result != SEAL_DECRYPTED && plain->len > before) {
		explicit_bzero(plain->data + before, plain->len - before);
		plain->len = before;
		plain->data[before] = '\0';
	}
	return result;
}
