/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * match.h - whether a block of a file is the account's, and an option in it
 * what a recipe wants.
 */
#pragma once

#include "base/status.h"
#include "command/setup/editor/grammar.h"
#include "command/setup/editor/recipe.h"
#include "base/truth.h"

/* Whether the block has the option. */
int option_is_set(const struct option *o);

/* Whether the rule is one for this block, as other options in it are. */
int rule_holds(const struct edit *e, const struct block *b,
    const struct rule *r, const struct option *o);

/*
 * Whether the option's value is one of those in list, as the rule compares.
 * IS_UNKNOWN with why, at path and line.
 */
enum truth option_suits(struct edit *e, const struct rule *r,
    const struct option *o, const char *list, struct failure *why);

/* Whether the block is the account's. IS_UNKNOWN with why, at path and line. */
enum truth block_suits(struct edit *e, const struct block *b,
    struct failure *why);
