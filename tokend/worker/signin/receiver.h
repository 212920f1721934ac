/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * receiver.h - the one-shot HTTP server at the end of a redirect (RFC 8252
 * 7.3, 8.3).
 *
 * On loopback only. Any process of the machine can connect: a browser that
 * prefetches or asks for an icon, another program, another user. So it serves
 * many while it waits, each within bounds, and only a GET of the right path
 * that the flow accepts ends the wait. A connection without a request keeps no
 * other out: it is the first to be closed when all places are taken.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "signin/redirect.h"
#include "signin/start_page.h"
#include "signin/visit.h"
#include "base/status.h"

#define RECEIVER_VISITORS 16	/* at a time */
#define RECEIVER_VISIT_MS 10000	/* for each, from its first byte to the last */

struct visitor {
	enum { VISITOR_NONE, VISITOR_READ, VISITOR_WRITE, VISITOR_DRAIN }
	    state;
	int fd;
	int64_t deadline;	/* clock_ms */
	struct buf head;	/* what came */
	struct buf page;	/* what goes */
	size_t sent;
	int is_last;		/* it is given the final page */
};

struct receiver {
	struct redirect redirect;
	char uri[REDIRECT_MAX];	/* the redirect URI of this flow */
	unsigned port;		/* in it; 0: none */
	int listener[2];	/* IPv4, IPv6; -1 */
	int is_listening;
	struct visitor visitor[RECEIVER_VISITORS];
	/*
	 * What the flow makes of a query at the right path: 1 if it takes it,
	 * 0 with refused, a text for the visitor.
	 */
	int (*judge)(void *flow, char *query,
	    char refused[FAILURE_TEXT_MAX + 1]);
	/* Reports a visitor that was refused; a few times at most. */
	void (*note)(void *flow, const char *text);
	void *flow;
	const struct start *start;	/* NULL: no browser is started here */
	int notes;
	int is_taken;		/* judge has taken one */
	const char *heading;	/* of the final page; NULL: not known yet */
	const char *text;
	int shown;		/* final pages that were asked for */
};

/*
 * Binds where redirect_uri (NULL: the default) points; a redirect URI that is
 * not on this machine has no receiver. With listens at 0 no process answers
 * there, and a port that was chosen here is held, so that no other does: the
 * final address is to be pasted. account is for texts. 0; -1 with STATUS_CONFIG
 * (a port that is taken) or STATUS_LATER. r is to be closed either way; judge,
 * note, flow and start are the caller's to set then.
 */
int receiver_open(struct receiver *r, const char *account,
    const char *redirect_uri, int listens, struct failure *why);

enum receiver_end {
	RECEIVER_EXPIRED,
	RECEIVER_TAKEN,		/* judge has taken a query */
	RECEIVER_OTHER,		/* other can be read */
	RECEIVER_GOES_ON	/* within the wait */
};

/* Serves until the deadline, clock_ms; other is a descriptor, or -1. */
enum receiver_end receiver_wait(struct receiver *r, int other,
    int64_t deadline);

/*
 * Shows the outcome to the browser that was sent on to the final page, and
 * waits ms at most for it; to be called once judge has taken a query.
 */
void receiver_finish(struct receiver *r, const char *heading,
    const char *text, int64_t ms);

void receiver_close(struct receiver *r);
