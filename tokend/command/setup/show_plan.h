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
 * Overwrites each byte of what may be a secret in a program's file, which is
 * NUL-terminated: the value of an option whose name says "password", with the
 * lines that it goes on in by any program's grammar; and the password of what
 * looks like a login in a map or a URL, if that is not tokend's own word.
 * Where it is not clear what is a secret, it is hidden. Ends of lines stay.
 * has_words: an option is words, and others follow it in its line. 0; -1: no
 * memory, and text is not to be shown.
 */
#define HIDDEN_BYTE '\001'
int hide_secrets(char *text, int has_words);

/*
 * The line of len bytes as it is shown: hidden ones as "***", tabs as blanks,
 * no newline, printable. To be freed; NULL: no memory.
 */
char *shown_line(const char *text, size_t len);
