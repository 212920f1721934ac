/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ini.h - files that Python's configparser or, with a grammar's is_go, Go's
 * go-ini reads, as sections of options.
 *
 * For Python an option goes on in lines with more indentation, also after
 * empty lines and comments. For Go a line is an option, a "#" or ";" anywhere
 * in it begins a comment, and each rule has one name; what a value that goes
 * on, sections that inherit and %(NAME)s make of an option is not followed.
 * That is an error, as is what versions or another locale would read in
 * another way, and what none of them takes.
 */
#pragma once

#include "command/setup/editor/editor.h"

/*
 * A grammar's read. `defaults` is the section whose options all others have,
 * if the program looks there. A recipe's head is a section's whole name, or,
 * with a blank at its end, how the name begins.
 */
int ini_read(const struct edit *e, struct blocks *b, struct failure *why);
