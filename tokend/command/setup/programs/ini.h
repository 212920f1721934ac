/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ini.h - files that Python's configparser reads, as sections of options.
 *
 * An option goes on in lines with more indentation, also after empty lines and
 * comments. What versions of configparser, or another locale, would read in
 * another way is an error, as is what none of them takes.
 */
#pragma once

#include "command/setup/programs/editor.h"

/*
 * A grammar's read. `defaults` is the section whose options all others have,
 * if the program looks there. A recipe's head is a section's whole name, or,
 * with a blank at its end, how the name begins.
 */
int ini_read(const struct edit *e, struct blocks *b, struct failure *why);
