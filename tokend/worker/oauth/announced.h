/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * announced.h - when a refresh token will end, as the provider says it in its
 * answer. RFC 6749 has no member for that, so providers have their own.
 */
#ifndef TOKEND_ANNOUNCED_H
#define TOKEND_ANNOUNCED_H

#include <stdint.h>

#include "json/json.h"

#define EXPIRES_IN_MAX (10LL * 366 * 86400)

/* What token_answer has besides seconds. */
#define ANNOUNCED_NONE 0	/* the provider says that there is no end */
#define ANNOUNCED_NOTHING (-1)	/* it says nothing of it */

/*
 * Seconds from now until the earliest end that doc announces, or one of the
 * above. A number up to EXPIRES_IN_MAX is a span, as expires_in is; a larger
 * one is a time of the wall clock, in seconds or milliseconds; text is a
 * number, or a date of RFC 3339. What is negative, in the past, further away
 * than EXPIRES_IN_MAX or of another form says nothing.
 */
int64_t announced_end(const struct jdoc *doc, int64_t now);

#endif
