/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * converse.h - the command's side of a conversation with the worker
 * (common/message.h).
 */
#ifndef TOKEND_CONVERSE_H
#define TOKEND_CONVERSE_H

#include <stdint.h>

#include "common/message.h"
#include "scope.h"
#include "status.h"

struct converse {
	int fd;			/* -1 when closed */
	struct message event;	/* the last one; its values are printable */
};

#define CONVERSE_INIT { .fd = -1, .event = MESSAGE_INIT }

enum happened {
	HAPPENED_EVENT,		/* c->event holds it; not the end */
	HAPPENED_INPUT,		/* standard input can be read, or has ended */
	HAPPENED_NOTHING,	/* within the time */
	HAPPENED_END		/* event=end: the job is done */
};

/*
 * Starts the worker on a job (account "-" for one that has none), as worker.h
 * says. 0, or -1 with why.
 */
int converse_open(struct converse *c, const struct scope *s, const char *job,
    const char *account, struct failure *why);

/* Sends one message; wipes it. 0, or -1 with why. */
int converse_say(struct converse *c, struct buf *message,
    struct failure *why);

/* Sends one attribute as a message; the same. */
int converse_say_one(struct converse *c, const char *name,
    const char *value, struct failure *why);

enum patience {
	WAIT_EVENT,		/* interrupt.h may end it */
	WAIT_INPUT,		/* the same, and for standard input too */
	WAIT_FIRMLY		/* Ctrl-C has to wait: it is too late for it */
};

/*
 * Waits for the next event, timeout_ms at most. Returns an enum happened; -1
 * with why: what event=end brought, or that the worker is gone.
 */
int converse_wait(struct converse *c, enum patience how, int timeout_ms,
    struct failure *why);

/* The value of the last event, "" if it has none of that name. */
const char *converse_value(struct converse *c, const char *name);

/* True if the last event is that one. */
int converse_is(struct converse *c, const char *event);

void converse_close(struct converse *c);

#endif
