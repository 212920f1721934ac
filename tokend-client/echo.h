/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * echo.h - keeping secrets out of what a peer says of them.
 *
 * Servers echo what they were sent, in their words for people. Before such
 * words go into a log, a state or a text, every run of them that also is in a
 * secret becomes "***". Blanks, control characters, quotes and the escapes of
 * JSON and of URLs do not hide a run. What a server encodes in a way of its
 * own is not found: the token is in its hands.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "disk/cachefile.h"

#define ECHO_RUN 8		/* bytes that count; a shorter secret: all */
#define ECHO_INPUT_MAX 2048	/* bytes of a text that are looked at */

/* Room for one token: itself, and in base64 (4/3) behind 0, 1 or 2 bytes. */
#define ECHO_TOKEN_MAX (TOKEN_MAX + 3 * (TOKEN_MAX / 3 * 4 + 8) + 4)

/* Add to secrets. Both return 0, or -1 with errno as buf_add does. */
int echo_add(struct buf *secrets, const char *secret, size_t len);

/*
 * Adds a token as servers see it: as it is, and as it is in the base64 of any
 * SASL message.
 */
int echo_add_token(struct buf *secrets, const char *token, size_t len);

/*
 * Copies the first len bytes of text, or as many as fit, to the string out,
 * masked and printable.
 */
void echo_mask(const struct buf *secrets, char *out, size_t size,
    const char *text, size_t len);
