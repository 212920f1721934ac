/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * start_worker.h - starting tokend-worker, and how to hear from it.
 */
#pragma once

#include "serve/exec_worker.h"
#include "base/status.h"

/*
 * Starts `tokend-worker verb [--force] account` (exec_worker.h). third is what
 * it finds on 3, or -1; the caller closes its own copy. input is what the
 * worker has on 0, or -1. If answer is not NULL, *answer becomes a socket to
 * read the answer from. 0, or -1 with why. Where there is a starter to ask
 * (worker_starter.h), that starts `refresh`, and nothing else.
 */
int worker_start(const char *verb, int force, const char *account, int third,
    int input, int *answer, struct failure *why);

/* Starts a renewal that no process waits for, with the held lock; closes it. */
void worker_renew(const char *account, int lock);
