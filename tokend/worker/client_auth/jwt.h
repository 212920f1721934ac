/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jwt.h - JSON Web Tokens (RFC 7519), signed, in their compact serialization
 * (RFC 7515 3.1, 7.1).
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "crypto/key.h"
#include "base/status.h"

#define JWT_MAX 32768
#define JWT_ID_LEN 36

struct jwt {
	struct buf header;	/* JOSE header, without alg and typ */
	struct buf claims;
};

#define JWT_INIT { BUF_INIT(JWT_MAX / 2), BUF_INIT(JWT_MAX / 2) }

/*
 * Append a member to a part. Values are UTF-8. A NULL value appends nothing.
 * 0, or -1 with errno as buf_add does.
 */
int jwt_string(struct buf *part, const char *name, const char *value);
int jwt_number(struct buf *part, const char *name, int64_t value);

/* The same with the base64url of bytes as value. */
int jwt_bytes(struct buf *part, const char *name, const void *data,
    size_t len);

/*
 * Fills id with a new one for the claim jti (RFC 7519 4.1.7), in the form of a
 * UUID (RFC 4122 4.4). 0, or -1 with errno.
 */
int jwt_id(char id[JWT_ID_LEN + 1]);

/*
 * Closes the claims, signs both parts by alg and appends the token. shown names
 * the key in texts. 0, or -1 with why as key_sign has it, which names no
 * account.
 */
int jwt_sign(struct jwt *j, const struct key *k, enum assertion_alg alg,
    const char *shown, struct buf *token, struct failure *why);

void jwt_free(struct jwt *j);
