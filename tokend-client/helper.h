/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * helper.h - starting `tokend-serve --stdio` for one request.
 *
 * posix_spawn from inside a foreign process: the helper gets one socket and a
 * clean environment. What else came along from the host (signals, descriptors
 * without close-on-exec) the helper puts right itself, first of all. Its
 * reply is the result; its exit status is not looked at, because the host may
 * reap it first or ignore SIGCHLD.
 */
#pragma once

#include <sys/types.h>

#include "base/status.h"

struct helper {
	int fd;		/* our end of the socket, above 2 */
	pid_t pid;
	int pidfd;	/* -1 where the kernel has none */
};

/* Starts the program. Returns 0, or -1 with STATUS_LATER or _CONFIG. */
int helper_start(struct helper *h, const char *program, struct failure *why);

/*
 * Closes the socket; a helper that has not ended by itself is killed, after a
 * second if it answered. Without a pidfd it is waited for, a second at most.
 */
void helper_end(struct helper *h, int answered);
