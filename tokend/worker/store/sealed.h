/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sealed.h - a credential's file, encrypted: attribute lines (attr.h) with a
 * version, the key's id, the nonce, and ciphertext and tag in base64.
 *
 * Bound to it are version, key and account, so that no file is taken for
 * another account's.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "store/keyring.h"

#define SEALED_VERSION "2"
#define SEALED_LINE 16000	/* of base64, and a multiple of four */

/* Bytes of a file whose text has len. */
#define SEALED_MAX(len) (((len) + SEAL_TAG_LEN + 2) / 3 * 4 + 1024)

/* The file of text; -1 with errno: ENOMEM, or as buf_add does. */
int sealed_format(const struct buf *text, const struct keyring_key *k,
    const char *account, struct buf *file);

/*
 * The id of the key that a file is closed with, in its parsed lines; NULL: it
 * is damaged.
 */
const char *sealed_key_id(struct attrs *file);

enum sealed_result {
	SEALED_OPEN,
	SEALED_DAMAGED,		/* or another account's */
	SEALED_NO_MEMORY
};

/* Appends the text of a file to text. */
enum sealed_result sealed_read(struct attrs *file,
    const struct keyring_key *k, const char *account, struct buf *text);
