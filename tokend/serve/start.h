/*
 * start.h - starting tokend-worker, away from whoever asked.
 */
#ifndef TOKEND_START_H
#define TOKEND_START_H

#include "status.h"

/* The descriptors that a worker finds, besides 2 for its log. */
#define WORKER_STDIN 0		/* login: the secrets, as attributes */
#define WORKER_ANSWER 1		/* one answer message (proto.h) */
#define WORKER_LOCK 3		/* lock/NAME, held */

/*
 * Starts `tokend-worker verb [--force] account` in a session of its own, with
 * no parent to wait for it, so that it outlives the host that we were started
 * by. lock is the held lock, which the worker gets; the caller closes its own
 * copy. input is what the worker reads on 0, or -1. If answer is not NULL,
 * *answer becomes a socket to read the answer from. 0, or -1 with why.
 */
int worker_start(const char *verb, int force, const char *account, int lock,
    int input, int *answer, struct failure *why);

#endif
