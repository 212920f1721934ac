/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * converse.h - the command's side of a conversation with the worker
 * (common/message.h).
 */
#pragma once

#include <stdint.h>

#include "common/message.h"
#include "disk/scope.h"
#include "base/status.h"

struct converse {
	int fd;			/* -1 when closed */
	struct message event;	/* the last one; its values are printable */
};

#define CONVERSE_INIT { .fd = -1, .event = MESSAGE_INIT }

enum converse_result {
	CONVERSE_FAILED = -1,	/* with why: also what event=end brought */
	CONVERSE_EVENT,		/* c->event holds it; not the end */
	CONVERSE_INPUT,		/* standard input can be read, or has ended */
	CONVERSE_TIMEOUT,
	CONVERSE_END		/* event=end: the job is done */
};

/*
 * Starts `tokend-worker job account` (account "-" if it has none), with file,
 * unless it is -1, as WORKER_FILE; the caller keeps its own copy of that. As
 * root in the system's scope the worker runs as the tokend user, and this
 * process stays root. 0, or -1 with why.
 */
int converse_open(struct converse *c, const struct scope *s, const char *job,
    const char *account, int file, struct failure *why);

/* Sends one message; wipes it. 0, or -1 with why. */
int converse_send(struct converse *c, struct buf *message,
    struct failure *why);

/* Sends one attribute as a message; the same. */
int converse_send_one(struct converse *c, const char *name,
    const char *value, struct failure *why);

enum converse_wait {
	WAIT_EVENT,		/* a signal may end it (interrupt.h) */
	WAIT_INPUT,		/* the same, and standard input */
	WAIT_UNINTERRUPTED	/* Ctrl-C would come too late */
};

/* Waits for the next event, timeout_ms at most. */
enum converse_result converse_wait(struct converse *c, enum converse_wait how,
    int timeout_ms, struct failure *why);

/* The value of the last event, "" if it has none of that name. */
const char *converse_value(struct converse *c, const char *name);

/* True if the last event is that one. */
int converse_is(struct converse *c, const char *event);

void converse_close(struct converse *c);

/* A job that needs no more than one attribute from the command. */
struct converse_job {
	const char *job, *account;
	const char *name, *value;	/* of the attribute */
	enum converse_wait how;
	int timeout_ms;			/* for each event */
	const char *from;		/* what may be slow, for texts */
	void (*on_event)(struct converse *c, void *with);
	void *with;
};

/* Runs it to its end. 0, or -1 with why. */
int converse_run(const struct converse_job *j, const struct scope *s,
    struct failure *why);

/* An on_event: prints the text of each event=note on standard output. */
void converse_print_note(struct converse *c, void *with);
