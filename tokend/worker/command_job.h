/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * command_job.h - a job that a command gave this worker, and the conversation
 * about it (common/message.h).
 */
#pragma once

#include "common/message.h"
#include "disk/scope.h"
#include "state/detail.h"
#include "base/status.h"

struct job {
	int fd;			/* the conversation */
	struct message first;
	const struct scope *scope;
	const char *account;	/* folded; "-" for a job without an account */
	struct failure why;
	struct detail detail;	/* of why, where a provider refused */
};

/* An attribute of the first message, or NULL; and whether it is that word. */
const char *job_value(struct job *j, const char *name);
int job_says(struct job *j, const char *name, const char *word);

/*
 * Sends an event with attributes: their names and values follow, then NULL. A
 * value that is NULL is left out. 0, or -1 with j->why.
 */
int job_event(struct job *j, const char *event, ...)
    __attribute__((sentinel));

/*
 * Sends the attributes in b, and frees it; built is -1 where they were not all
 * added. 0, or -1 with j->why.
 */
int job_send(struct job *j, struct buf *b, int built);

/* Sends an event=note. That the command has closed is noticed elsewhere. */
void job_note(struct job *j, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Waits for the command's next message. 0; -1 with j->why: the command has
 * closed (STATUS_INTERNAL), or the deadline (clock_ms) is over (STATUS_LATER).
 */
int job_receive(struct job *j, struct message *m, int64_t deadline);

/* Sends the event=end, with j->why and j->detail. */
void job_end(struct job *j);
