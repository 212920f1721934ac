/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start_worker.h - starting tokend-worker, away from whoever asked.
 */
#ifndef TOKEND_START_WORKER_H
#define TOKEND_START_WORKER_H

#include "common/descriptors.h"
#include "serve/worker_starter.h"
#include "status.h"

/*
 * Starts `tokend-worker verb [--force] account` in a session of its own, with
 * no parent to wait for it, so that it outlives the host that we were started
 * by. third is what it finds on 3, or -1; the caller closes its own copy.
 * input is what the worker has on 0, or -1. If answer is not NULL,
 * *answer becomes a socket to read the answer from. 0, or -1 with why. Where
 * there is a starter (worker_starter.h) to ask, it starts `refresh`, and nothing else.
 */
int worker_start(const char *verb, int force, const char *account, int third,
    int input, int *answer, struct failure *why);

/* For the starter: `refresh` with what came along. 0, or an errno. */
int worker_start_with(const char *account, const int got[STARTER_FDS]);

#endif
