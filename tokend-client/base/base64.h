/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base64.h - RFC 4648: section 4 for HTTP, section 5 without padding for JOSE
 * (RFC 7515 2) and PKCE.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"

/* Append. 0, or -1 with errno as buf_add does. */
int base64_add(struct buf *b, const void *data, size_t len);
int base64url_add(struct buf *b, const void *data, size_t len);

/*
 * Appends the bytes that text encodes, in either alphabet, with or without
 * padding. 0; -1 with EINVAL for anything else.
 */
int base64_decode(struct buf *b, const char *text, size_t len);
