/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * printed.h - the token in what a program printed.
 *
 * Either one JSON object, or the bare token on one line. In JSON the token is
 * access_token, accessToken (az) or token; its end is expires_in in seconds
 * from now, or expires_on, expires_at or expiry as seconds of the wall clock
 * or as a date of RFC 3339. Else the token itself may say: `exp` of a JWT
 * (RFC 7519 4.1.4), which is not verified, as it is only our own clock's
 * business. Of a token that says nothing we ask again soon.
 */
#pragma once

#include <stdint.h>

#include "oauth/token_request.h"

#define PRINTED_LIFE 300	/* seconds, if nothing says */

/*
 * Takes the token out of the len bytes of the string text into answer. 0, or
 * -1: *what says what it is instead ("nothing", ...), or is NULL without
 * memory. answer is to be freed either way.
 */
int printed_read(struct token_answer *answer, const char *text, size_t len,
    int64_t now, const char **what);
