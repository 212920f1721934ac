/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run.h - running another program for what it prints.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"

#define RUN_OUTPUT_MAX 65536
#define RUN_ERRORS_MAX 1024	/* bytes kept of its standard error */

enum run_end {
	RUN_EXITED,		/* number: its exit status */
	RUN_SIGNALLED,		/* number: the signal */
	RUN_NOT_STARTED,	/* number: errno of exec and before */
	RUN_TIMED_OUT,		/* killed at the deadline */
	RUN_TOO_LONG		/* killed for printing more than may be */
};

struct run_result {
	enum run_end end;
	int number;
	struct buf output;	/* may hold a secret */
	struct buf errors;	/* the beginning of its standard error */
};

#define RUN_RESULT_INIT { .output = BUF_INIT(RUN_OUTPUT_MAX), \
	.errors = BUF_INIT(RUN_ERRORS_MAX) }

/*
 * Runs argv[0], an absolute path, with env alone, in "/" and a session of its
 * own, standard input empty, no descriptor but 0 to 2, default signals, until
 * it ends; at deadline (clock_ms) it is killed with its group. A process
 * that it leaves in the background is not waited for. r is to be freed.
 */
void run_program(struct run_result *r, char *const argv[], char *const env[],
    int64_t deadline);

void run_result_free(struct run_result *r);
