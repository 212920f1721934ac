/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * show_plan.h - what a person sees of a plan, on standard output.
 */
#pragma once

#include "command/setup/setup.h"
#include "base/shell_word.h"

/*
 * The files that change, in the form of diff -u, with the secrets hidden, and
 * at a terminal in 80 columns; then the commands. 0, or -1 with why.
 */
int show_plan(const struct setup *s, struct failure *why);

/* The notes, one paragraph each. */
void show_notes(const struct setup *s);

/* "/usr/sbin/postfix reload": a step as it is typed. */
#define SHOW_STEP_MAX (SETUP_ARGS * SHELL_WORD_MAX(SCOPE_PATH_MAX))
const char *show_step(char text[SHOW_STEP_MAX],
    const struct setup_step *step);

/*
 * Makes a line of any program's file fit to be shown: the word after one
 * that says "password" is hidden, and what looks like a login in a map or a
 * URL loses its password, if that is not tokend's own word. In place; text is
 * NUL-terminated, and hidden text only becomes shorter or equal.
 */
void hide_secrets(char *text);
