/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * explain.h - a provider's refusal, in full, for the person who has to fix it.
 */
#pragma once

#include <stdio.h>

#include "disk/scope.h"
#include "state/detail.h"
#include "base/status.h"

/*
 * Prints what there is of d, each part with its name in front, in lines of at
 * most 80 columns; nothing where it is empty.
 */
void explain(FILE *to, const struct detail *d);

/*
 * The same on standard error, below the line that tells why and only where
 * that is a terminal, from the account's state, which holds the rest of it.
 */
void explain_failure(const struct scope *s, const char *account,
    const struct failure *why);

/*
 * Prints text after label, with lines broken at blanks outside of quotes, so
 * that a command can be copied, and indented after the first.
 */
void explain_line(FILE *to, const char *label, int indent, const char *text);

/* Prints text on standard error in lines of at most 80 columns. */
void explain_text(const char *text);

/* Where a number of AADSTS is looked up; "" for 0. */
#define LOOK_UP_MAX 80
const char *explain_look_up(char address[LOOK_UP_MAX], int64_t number);
