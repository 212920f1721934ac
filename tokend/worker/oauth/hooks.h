/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hooks.h - what the caller does right before a token request is sent, and
 * right after its answer.
 *
 * All that can take time or fail on this side (discovery, a key that signs,
 * room in memory and on the disk) comes before the request, and all that the
 * answer brings after it. A caller that spends a one-time token decides in
 * between.
 */
#pragma once

#include "base/status.h"

struct token_answer;

struct hooks {
	/* 0: the request is sent; -1 with why: it is not. */
	int (*before)(const struct hooks *h, struct failure *why);
	/*
	 * An answer is here, and its refresh token in t if it has one; nothing
	 * that needs memory has been done with it. NULL: not wanted.
	 */
	void (*after)(const struct hooks *h, const struct token_answer *t);
	void *context;		/* the caller's own */
	long request_ms;	/* limit of the request; 0: http.h's */
};
