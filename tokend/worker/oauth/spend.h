/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * spend.h - the moment in which a token request is sent.
 *
 * All that can take time or fail on this side (discovery, a key that signs,
 * room in memory and on the disk) comes before it, and all that the answer
 * brings after it. Whoever spends something that is good for one time is asked
 * in between.
 */
#ifndef TOKEND_SPEND_H
#define TOKEND_SPEND_H

#include "status.h"

struct token_answer;

struct spend {
	/* 0, and the request is sent; -1 with why, and it is not. */
	int (*begin)(const struct spend *s, struct failure *why);
	/*
	 * An answer is here, and its refresh token in t, as far as it has one:
	 * before anything that needs memory is done with it. NULL: not wanted.
	 */
	void (*came)(const struct spend *s, const struct token_answer *t);
	void *of;		/* their own */
	long request_ms;	/* limit of the request; 0: http.h's */
};

#endif
