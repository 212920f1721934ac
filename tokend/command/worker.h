/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * worker.h - starting a worker that a command talks with (message.h).
 */
#ifndef TOKEND_COMMAND_WORKER_H
#define TOKEND_COMMAND_WORKER_H

#include "scope.h"
#include "status.h"

/*
 * Starts `tokend-worker verb account` with a conversation, and file, if it is
 * not -1, on WORKER_FILE; the caller keeps his own copy of it. As root in the
 * system's scope the worker runs as the tokend user, and this process stays
 * what it is. Returns the command's end of the conversation, to be closed, or
 * -1 with why.
 */
int command_converse(const struct scope *s, const char *verb,
    const char *account, int file, struct failure *why);

#endif
