/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * talk.h - the conversation between a command and the worker that it started.
 *
 * A socketpair of SOCK_SEQPACKET, on WORKER_STDIN (serve/start_worker.h): one packet
 * is one message of attribute lines (attr.h). Both programs are of one
 * installation, so there is no version. The first message is the job, from
 * the command; the last is an `event=end` from the worker. What each job says
 * in between stands in worker/job/job.h.
 */
#ifndef TOKEND_TALK_H
#define TOKEND_TALK_H

#include <stdint.h>

#include "attr.h"
#include "buf.h"
#include "status.h"

#define TALK_MESSAGE_MAX 65536

/* One message that came; its values point into raw, which is wiped. */
struct talk {
	struct attrs attrs;
	struct buf raw;
};

#define TALK_INIT { .raw = BUF_INIT(TALK_MESSAGE_MAX) }

/* Sends the attributes in message, and ends it. 0, or -1 with errno. */
int talk_send(int fd, struct buf *message);

/*
 * Receives one message, over the one that is in t. Returns 1; 0 if the other
 * side has closed; -1 with errno (ETIMEDOUT at the deadline, clock_ms; EPROTO
 * for a message that is none).
 */
int talk_receive(int fd, struct talk *t, int64_t deadline);

void talk_free(struct talk *t);

#endif
