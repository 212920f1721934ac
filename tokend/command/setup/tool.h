/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tool.h - running the programs' own tools; setup.h has it for recipes.
 */
#ifndef TOKEND_SETUP_TOOL_H
#define TOKEND_SETUP_TOOL_H

#include <stdarg.h>

#include "command/setup/setup.h"

/*
 * Runs it with nothing of our environment, its output appended where there is
 * a place for it. Returns its exit status; -1 with why.
 */
int tool_run(char *const argv[], struct buf *output, struct buf *complaint,
    struct failure *why);

/* The same, where another status than 0 is a failure. 0, or -1 with why. */
int tool_must(char *const argv[], struct buf *output, struct failure *why);

/* Words of an argument list, with their NULL. -1 with why: too many. */
int tool_words(char *words[SETUP_ARGS + 1], va_list args,
    struct failure *why);

#endif
