/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * refresh_expiry.h - when a refresh token will expire, as the provider says in
 * its answer. RFC 6749 has no member for that, so providers have their own.
 */
#pragma once

#include <stdint.h>

#include "json/json.h"

#define EXPIRES_IN_MAX (10LL * 366 * 86400)

/* What token_answer has besides seconds. */
#define REFRESH_NEVER_EXPIRES 0		/* as the provider says */
#define REFRESH_EXPIRY_UNKNOWN (-1)	/* it says nothing of it */

/*
 * Seconds from now until the earliest expiry that doc has, or one of the
 * above. A number up to EXPIRES_IN_MAX is a duration, as expires_in is; a
 * larger one is a time of the wall clock, in seconds or milliseconds; text is a
 * number, or a date of RFC 3339. What is negative, in the past, further away
 * than EXPIRES_IN_MAX or of another form says nothing.
 */
int64_t refresh_expiry(const struct jdoc *doc, int64_t now);
