/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seal.h - AES-256-GCM (NIST SP 800-38D), by OpenSSL.
 */
#pragma once

#include "base/buf.h"

#define SEAL_KEY_LEN 32
#define SEAL_NONCE_LEN 12
#define SEAL_TAG_LEN 16

/*
 * Appends ciphertext and tag of plain to out. nonce must be random for each
 * call with the same key. bound is not encrypted, but decryption needs the
 * same. 0, or -1 without memory.
 */
int seal_encrypt(const unsigned char key[SEAL_KEY_LEN],
    const unsigned char nonce[SEAL_NONCE_LEN], const struct buf *bound,
    const struct buf *plain, struct buf *out);

enum seal_result {
	SEAL_NO_MEMORY = -1,
	SEAL_DECRYPTED,
	SEAL_REJECTED		/* sealed, bound, nonce or key is another */
};

/* Appends to plain what seal_encrypt was given, or nothing. */
enum seal_result seal_decrypt(const unsigned char key[SEAL_KEY_LEN],
    const unsigned char nonce[SEAL_NONCE_LEN], const struct buf *bound,
    const struct buf *sealed, struct buf *plain);
