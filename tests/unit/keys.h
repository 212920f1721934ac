/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * keys.h - private keys and certificates, made for a test, and the judgement
 * of a signature by OpenSSL's verifying half.
 *
 * A function that cannot do its work says so on stderr and aborts.
 */
#pragma once

#include <openssl/evp.h>

#include "account/account.h"
#include "base/buf.h"

/* To be freed by EVP_PKEY_free. */
EVP_PKEY *keys_rsa(int bits);
EVP_PKEY *keys_ec(int curve);	/* a NID of openssl/obj_mac.h */
EVP_PKEY *keys_ed25519(void);

/* Append PEM; a password of NULL: not encrypted. */
void keys_add_private(struct buf *pem, EVP_PKEY *key, const char *password);
void keys_add_certificate(struct buf *pem, EVP_PKEY *key);

/* True if signature, as JOSE has it, is the key's for data. */
int keys_verify(EVP_PKEY *key, enum assertion_alg alg,
    const struct buf *data, const struct buf *signature);
