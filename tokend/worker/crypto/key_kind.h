/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key_kind.h - which kinds of keys sign, and by what. Of key.c and
 * key_sign.c alone.
 */
#ifndef TOKEND_KEY_KIND_H
#define TOKEND_KEY_KIND_H

#include <openssl/evp.h>

#include "crypto/key.h"

/* 0, or -1 with STATUS_CONFIG for a key that signs by none of RFC 7518's. */
int key_kind_check(EVP_PKEY *pkey, const char *shown, struct failure *why);

/* The key itself; borrowed. */
EVP_PKEY *key_pkey(const struct key *k);

#endif
