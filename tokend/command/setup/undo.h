/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * undo.h - `tokend setup --undo`: the plan that undoes the last change.
 */
#pragma once

#include "command/setup/record.h"
#include "command/setup/setup.h"

/*
 * Fills s with what undoes the last change of r: each file as it was, or,
 * where it was edited since, without our hunks; and the change's own steps.
 * 0, or -1 with why: a hunk of ours was edited, so nothing is planned.
 */
int undo_plan(struct setup *s, const struct record *r, struct failure *why);
