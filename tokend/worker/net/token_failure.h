/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_failure.h - why a token request, or what has to come before it, failed:
 * the one-line failure, how far the request got, and all that is known.
 */
#pragma once

#include "state/detail.h"
#include "base/status.h"

struct token_failure {
	/*
	 * answered: STATUS_LATER is transient. STATUS_SIGN_IN and
	 * STATUS_CONFIG are permanent until a person acts: an RFC 6749 error
	 * as JSON over verified TLS, or tokens in it that cannot be used. The
	 * text carries the provider's own error, and the advice for it.
	 *
	 * not answered: STATUS_LATER is transient. STATUS_CONFIG and
	 * STATUS_SIGN_IN: something is missing or wrong on this side, and
	 * nothing was sent; that is cheap to try again.
	 *
	 * STATUS_INTERNAL: out of memory.
	 */
	struct failure failure;		/* retry_after from Retry-After */
	int answered;			/* the server sent an HTTP answer */
	int is_lost;			/* sent, and no whole answer came */
	int doubts_issuer;	/* the stored metadata may be out of date */
	struct detail detail;		/* where it named an error */
};
