/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start_page.h - the address that a browser of this machine is started with.
 *
 * It is an argument, and every user of the machine can read those. So it is
 * not the authorization request, which has the state and the code challenge,
 * but http://127.0.0.1:PORT/RANDOM, from where the receiver sends its own
 * user's browser on to the request, and no other.
 */
#pragma once

#include "base/buf.h"
#include "signin/redirect.h"
#include "base/status.h"

#define START_TARGET_MAX 16384	/* bytes of an authorization request */
#define START_PATH_MAX 32

struct start {
	int listener[2];	/* as in loopback_listen.h */
	unsigned port;
	char path[START_PATH_MAX];
	char uri[REDIRECT_MAX];
	struct buf target;	/* where it leads */
};

#define START_INIT { .listener = { -1, -1 }, \
	.target = BUF_INIT(START_TARGET_MAX) }

/*
 * Listens, and makes s->uri, which leads to target. 0; or -1 with why, and
 * the person has to open the request itself. s is to be closed either way.
 */
int start_open(struct start *s, const char *target, const char *account,
    struct failure *why);

void start_close(struct start *s);
