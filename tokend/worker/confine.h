/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * confine.h - what a worker gives up before it speaks with the network.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

struct confine {
	const char *account;	/* NULL: the job has none */
	int is_draft;		/* its draft counts, if it can be read */
	int makes_state;	/* the job may be the first of this scope */
};

/*
 * Starts the process that runs the account's programs (grant/program_server.h),
 * and enters the sandbox: writing below the state folder only, and no other
 * program; but a module for the account's key may do what it needs. 0, or -1
 * with why.
 */
int confine(const struct scope *s, const struct confine *c,
    struct failure *why);
