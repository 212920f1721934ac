/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * visit.h - the head of a request that came to the receiver (RFC
 * 9112 2.1, 3, 5), read as narrowly as browsers write it.
 */
#pragma once

#include "base/buf.h"

#define VISIT_LINE_MAX 8192	/* bytes of the request line */
#define VISIT_HEAD_MAX 16384	/* of all, with it */

struct visit {		/* pointers into the head */
	char *path;
	char *query;	/* after the '?', NULL if there is none */
	char *host;	/* the field's value */
};

/*
 * Reads what has come so far, in place once it is whole. Returns 0 if more is
 * to come; 200 with v; else the status that says what is wrong: 400, 405 (not
 * a GET), 414 or 431.
 */
int visit_read(struct visit *v, struct buf *head);

/*
 * True if host names this machine, at port: so a name that an attacker's DNS
 * points here is none (DNS rebinding).
 */
int visit_is_for_us(const char *host, unsigned port);
