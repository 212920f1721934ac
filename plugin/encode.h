/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * encode.h - the messages of the two mechanisms, before base64.
 *
 * Pure functions without SASL types: they look at nothing but their
 * arguments and keep nothing, so the wire tests can drive them as they are.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"

/*
 * The longest message: 12288 octets of base64 are all that a server has to
 * take in one SASL response (RFC 4954 4).
 */
#define MESSAGE_MAX 9216

/* The byte that ends each part of both messages, kvsep of RFC 7628 3.1. */
#define KVSEP "\001"

/*
 * Append the message that shows token for the mailbox user. token has passed
 * token_is_clean where it came in: client_get and slot_parse see to that. Both
 * return 0; or -1 with errno, and then out holds no part of the token:
 *	EILSEQ	user is empty, or not UTF-8 without control characters
 *	EMSGSIZE, ENOMEM as buf_add
 * Neither mechanism can escape a control character, and one in the wrong
 * place would begin a field of its own.
 */
int xoauth2_encode(struct buf *out, const char *user, const char *token,
    size_t token_len);
int oauthbearer_encode(struct buf *out, const char *user, const char *token,
    size_t token_len);
