/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * run_program.h - the programs that an account's file names, run right here.
 * program_server.h is what the rest of the worker calls.
 */
#ifndef TOKEND_RUN_PROGRAM_H
#define TOKEND_RUN_PROGRAM_H

#include "account/account.h"
#include "common/run.h"
#include "status.h"

#define PROGRAM_MS 20000	/* for `command`, as a request (refresh/budget.h) */

/*
 * Runs `command`: its words are split at blanks and no shell sees them. 0 with
 * ran; -1 with why: too many words, or no memory.
 */
int program_command(const struct account *a, struct run_result *ran,
    struct failure *why);

/*
 * Starts the program of on_error: no shell, no arguments, the facts in
 * TOKEND_ACCOUNT, TOKEND_CODE and TOKEND_TEXT, and PATH. It is not waited for.
 */
void program_on_error(const struct account *a, const struct failure *why);

/* The same for on_warning; TOKEND_CODE is "warning". */
void program_on_warning(const struct account *a, const struct failure *why);

#endif
