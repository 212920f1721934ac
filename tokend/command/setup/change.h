/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * change.h - writing the files of a plan: all of them, or none.
 */
#pragma once

#include "command/setup/setup.h"

/*
 * Writes each file that changes next to the old one, with its mode, owner and
 * extended attributes, and syncs; then puts them in place. If anything fails
 * before the last is in place, all are as they were. A file that is another
 * one than was read (an editor was quicker) is such a failure. -1 with why.
 */
int change_files(struct setup *s, struct failure *why);

/* Removes what a killed one has left next to the files of the plan. */
void change_sweep(const struct setup *s);
