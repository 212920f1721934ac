/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetchmail_words.h - fetchmail's run control file as the editor reads it:
 * words, whatever the lines.
 */
#pragma once

#include "command/setup/editor/editor.h"

/* For rules, what no option has: none of these is a word of a file. */
#define ENTRY_NAME "(name)"	/* what follows `poll` */
#define ENTRY_USERS "(users)"	/* a second user */
#define ENTRY_LOCAL "(local)"	/* `here` after a user: the local one */

/* Options go after the server; late ones after the user. */
extern const struct grammar fetchmail_grammar;
