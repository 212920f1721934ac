/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * editor.h - one editor for programs' files: a grammar says how the file is
 * written (grammar.h), a recipe which blocks in it are the account's and what
 * they must be (recipe.h).
 */
#pragma once

#include "base/buf.h"
#include "command/setup/editor/grammar.h"
#include "command/setup/editor/recipe.h"
#include "base/status.h"

enum edit_result { EDIT_FAILED = -1, EDIT_NONE, EDIT_FOUND };

/*
 * Makes each block that is the account's as the recipe has it. EDIT_NONE: none
 * is, and nothing was done; EDIT_FAILED with why, at path and line.
 */
enum edit_result edit_blocks(struct edit *e, struct failure *why);

/* Adds a block at the end. -1 with why. */
int edit_add(struct edit *e, struct failure *why);

/* The one or the other. EDIT_NONE: there was none, and one was added. */
enum edit_result edit_make(struct edit *e, struct failure *why);

/*
 * Fills in what the edit is of: the recipe's file, or else config, and the
 * account's server, into m. NULL with why.
 */
struct setup_file *edit_open(struct edit *e, struct setup *s,
    const char *config, struct mailbox *m, struct failure *why);

/* Makes e->label what edit_add will call a new block. */
void edit_make_label(struct edit *e);

/* -1 with why: one of the characters is in the account's name or user. */
int edit_check_name(const struct edit *e, const char *characters,
    struct failure *why);

/* The first of places that is there, in path. 1; 0: none is. */
int edit_find(char path[SCOPE_PATH_MAX], const struct setup *s,
    const char *const places[]);
