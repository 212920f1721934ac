/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_program.h - the programs that an account's file names, run right here.
 * program_server.h is what the rest of the worker calls.
 */
#pragma once

#include "account/account.h"
#include "common/run.h"
#include "base/status.h"

#define PROGRAM_MS 20000	/* for `command`: see refresh/budget.h */

/*
 * Runs `command`: its words are split at blanks and no shell sees them. 0 with
 * ran; -1 with why: too many words, or no memory.
 */
int program_command(const struct account *a, struct run_result *ran,
    struct failure *why);

/* The programs that get a failure, or a warning. */
enum program {
	ON_ERROR,
	ON_WARNING
};

const char *program_setting(enum program which);

/*
 * Starts that program, if a names one: no shell, no arguments; TOKEND_ACCOUNT,
 * TOKEND_CODE ("warning" for ON_WARNING), TOKEND_TEXT and PATH are all of its
 * environment. Does not wait for it.
 */
void program_start(const struct account *a, enum program which,
    const struct failure *why);
