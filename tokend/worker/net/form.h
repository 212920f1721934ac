/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * form.h - application/x-www-form-urlencoded (RFC 6749 appendix B, which
 * means HTML 4.01 17.13.4.1): what a token request is written in.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"

/* Room for two secrets (client_auth.c), each byte as %XX, and the rest. */
#define FORM_MAX 128000

/*
 * Appends name=value with the '&' that it needs; a value that is NULL or empty
 * is left out (RFC 6749 3.2). Returns 0, or -1 with errno as buf_add does;
 * then form may end in a broken field and is not to be sent.
 */
int form_add(struct buf *form, const char *name, const char *value);

/* Appends text, encoded as one value: blanks as '+', UTF-8 bytes as %XX. */
int form_encode(struct buf *b, const char *text);

/*
 * Appends the len bytes at text, decoded. A '%' without two hexadecimal
 * digits is itself.
 */
int form_decode(struct buf *b, const char *text, size_t len);

/* The byte at *at, decoded, which goes on to the next; it is before end. */
unsigned char form_decode_byte(const char **at, const char *end);
