/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api_error.h - the error in an answer of Google's or Microsoft's APIs.
 */
#pragma once

#include "base/buf.h"

#define API_ERROR_NAME_MAX 64	/* bytes, with NUL */
#define API_ERROR_WORDS_MAX 512

/* Printable, and without the token; "" where the answer does not have it. */
struct api_error {
	char name[API_ERROR_NAME_MAX];	/* Google's reason, Graph's code */
	char words[API_ERROR_WORDS_MAX];
	int is_of_api;		/* in their form, with a name: no gateway's */
};

/* Reads it out of an answer's body, to a request with that token. */
void api_error_read(struct api_error *e, const struct buf *body,
    const char *token);
