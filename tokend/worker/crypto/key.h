/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * key.h - private keys that sign (RFC 7518 3), from OpenSSL.
 *
 * A key is read from PEM in memory, or opened by a URI (key_read.h), so that a
 * smart card or a TPM can hold it. OpenSSL's own configuration applies, as it
 * does for libcurl: it is where a machine names its providers and engines.
 */
#pragma once

#include <stddef.h>

#include "account/account.h"
#include "base/buf.h"
#include "crypto/key_read.h"
#include "base/status.h"

#define KEY_FILE_MAX 65536	/* bytes of a PEM file */
#define KEY_RSA_BITS_LEAST 2048	/* RFC 7518 3.3, 3.5 */
#define KEY_SIGNATURE_MAX 4096

struct key;

/*
 * Reads or opens a private key: RSA of KEY_RSA_BITS_LEAST or more, or EC P-256.
 * Returns it, to be freed; or NULL with why as key_read has it.
 */
struct key *key_open(const struct key_from *from, struct failure *why);

/*
 * Reads or opens the certificate that belongs to the key: of several the one
 * that does. 0, or -1 as above.
 */
int key_add_certificate(struct key *k, const struct key_from *from,
    struct failure *why);

/* Appends the certificate in DER. 0; -1 if there is none, or as buf_add. */
int key_certificate(const struct key *k, struct buf *der);

/*
 * The algorithm to sign by: the one wanted, or the key's usual one, which is
 * PS256 or ES256. 0; -1 with STATUS_CONFIG if the key cannot.
 */
int key_choose_alg(const struct key *k, enum assertion_alg wanted,
    const char *shown, enum assertion_alg *alg, struct failure *why);

/*
 * Appends the signature of data: RS256, PS256 with a salt of the hash's length
 * (RFC 7518 3.5), or ES256 as R || S (3.4). alg comes of key_choose_alg. 0, or
 * -1 with STATUS_LATER (a smart card that was removed, say) or STATUS_INTERNAL.
 */
int key_sign(const struct key *k, enum assertion_alg alg, const char *shown,
    const struct buf *data, struct buf *signature, struct failure *why);

void key_free(struct key *k);	/* may be NULL */
