/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * digest.h - hashes and random bytes, from OpenSSL and the kernel.
 */
#pragma once

#include <stddef.h>

#define SHA1_LEN 20
#define SHA256_LEN 32

/* 0, or -1 (no memory, or a library that refuses SHA-1). */
int digest_sha1(const void *data, size_t len, unsigned char out[SHA1_LEN]);
int digest_sha256(const void *data, size_t len,
    unsigned char out[SHA256_LEN]);

/* Fills out for keys and one-time values. 0, or -1 with errno. */
int random_fill(void *out, size_t len);
