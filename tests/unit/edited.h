/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * edited.h - what the tests of setup's recipes have in common: an account at
 * a server, a file's text, and what edits it.
 */
#pragma once

#include "command/setup/editor/recipe_rows.h"
#include "base/status.h"

#define EDITED_PATH "/home/a/rc"
#define TOKEND TOKEND_COMMAND	/* as recipes write it */

/* alice@gmail.com, at an IMAP and at an SMTP server of Google's. */
extern const struct mailbox edited_imap, edited_smtp;

/* The text that is edited, and what a failure says. */
extern struct buf edited;
extern struct failure edited_why;

void edited_setup(void);
void edited_teardown(void);
void edited_begin(const char *text);

/* What a recipe is to make of it, for m. */
struct edit edited_by(const struct recipe *recipe, const struct mailbox *m);

/* The same for mbsync, of a version with SSLType; the last one counts. */
struct edit edited_by_mbsync(const struct mailbox *m);
