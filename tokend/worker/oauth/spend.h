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

struct spend {
	/* 0, and the request is sent; -1 with why, and it is not. */
	int (*begin)(const struct spend *s, struct failure *why);
	void *of;		/* begin's own */
	long request_ms;	/* limit of the request; 0: http.h's */
};

#endif
