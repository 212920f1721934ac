/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ask.h - questions to a person at a terminal, and lines of standard input.
 *
 * Questions go to standard error. Waits end as interrupt.h says. Each function
 * that may fail returns -1, IS_UNKNOWN, with why.
 */
#pragma once

#include <termios.h>

#include "base/buf.h"
#include "base/status.h"
#include "base/truth.h"

#define ASK_LINE_MAX 16000	/* bytes a line, what an attribute may have */

/* True if there is a terminal to ask on: standard input and error. */
int ask_is_possible(void);

/*
 * Appends one line of standard input, without its end; IS_FALSE at the end of
 * the input. Nothing after the line is read.
 */
enum truth ask_read(struct buf *line, struct failure *why);

/*
 * Removes what is invisible around an answer that was copied: blanks, and
 * characters of no width.
 */
void ask_trim(struct buf *line);

/*
 * Appends the answer, without outer blanks; preset, if there is one, for an
 * empty answer. Where preset is NULL and may_be_empty is not set it asks
 * again, a few times. 0, or -1.
 */
int ask_line(struct buf *answer, const char *question, const char *preset,
    int may_be_empty, struct failure *why);

/*
 * Appends a secret: asked for and not shown at a terminal, else the next line
 * of standard input. Outer blanks are removed if it was typed, else they are a
 * part of it. Control characters are refused, and an empty secret too unless
 * may_be_empty. 0, or -1.
 */
int ask_secret(struct buf *secret, const char *what, int may_be_empty,
    struct failure *why);

/* The same for a password, whose outer blanks are a part of it. */
int ask_password(struct buf *password, const char *what, struct failure *why);

/*
 * The terminal does not show what is typed, until ask_show. What was typed
 * before is dropped. 0; -1 where standard input is no terminal.
 */
int ask_hide(struct termios *shown);
void ask_show(const struct termios *shown);

/* Is the answer yes? An empty one is not. */
enum truth ask_yes(const char *question, struct failure *why);

/* Yes or y; no, n or an empty word; IS_UNKNOWN for another word. */
enum truth ask_parse_yes(const char *word);
