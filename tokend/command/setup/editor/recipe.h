/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * recipe.h - which blocks of a program's file are an account's, and what they
 * must be, as data; and one edit by it (editor.h). Templates have the
 * {placeholders} that template.h lists.
 */
#pragma once

#include "base/buf.h"
#include "command/setup/editor/mailbox.h"
#include "command/setup/setup.h"

struct grammar;		/* grammar.h */

#define RECIPE_VALUE_MAX (2 * MAILBOX_COMMAND_MAX)	/* bytes of a value */
#define RULES_MAX 20	/* of a recipe, and so options of a block */

enum rule_kind {
	RULE_READ,	/* looked at by others' `unless`, or for the port */
	RULE_MATCH,	/* the block is the account's only with this value */
	RULE_REFUSE,	/* a block with it is not understood; value: why */
	RULE_SET,	/* it shall have this value */
	RULE_COMMAND,	/* the same: a command of tokend's; good: its words */
	RULE_LIST,	/* the value shall be one of its, with commas between */
	RULE_DROP	/* it shall not be there */
};

#define PLACES_MAX 11

#define RULE_OPTIONAL	1U	/* where it is missing that is fine */
#define RULE_BARE	2U	/* written without quotes */
#define RULE_LATE	4U	/* INSERT_WORD: in the second place */
#define RULE_SKIP	8U	/* `unless` counts where it is there, too */
#define RULE_EXACT	16U	/* in this case, too */
#define RULE_URL	32U	/* RULE_MATCH: of a URL its USER@HOST */

struct rule {
	enum rule_kind kind;
	const char *names;	/* blanks between them; the first is written */
	const char *value;
	const char *good;	/* what will do, too; of RULE_MATCH: all that */
	const char *bad;	/* only these are wrong, if it is there */
	const char *unless;	/* names: with one of these it does not hold */
	unsigned flags;
	unsigned when;		/* it holds if the edit has one of these bits;
				   0: always */
};

struct recipe {
	const char *program;
	const char *needs;	/* a program in PATH, or NULL */
	/*
	 * Where its file is: the first that is there, or else `usual`. Below
	 * HOME, or, with a ~ before it, below the XDG folder.
	 */
	const char *places[PLACES_MAX];
	const char *usual;
	const struct grammar *grammar;
	enum account_server server;
	const char *heads;	/* kinds of blocks that can be the account's;
				   NULL: any */
	const char *command;	/* of {command}: "token" */
	const char *port;	/* the option with a block's port, or NULL */
	const char *not_in_label;	/* '-' is written for these */
	const char *taken;	/* names that a new block needs, or NULL */
	const char *block;	/* a new one; NULL: it has options only */
	const char *first;	/* after it where there was none, or NULL */
	struct rule rules[RULES_MAX];
};

struct edit_value {
	const char *name, *value;
};

struct edit {
	const struct recipe *recipe;
	struct buf *text;
	const char *path;	/* for failures, as FILE:LINE */
	const struct mailbox *m;
	const struct edit_value *values;	/* the last has no name; NULL */
	unsigned when;
	unsigned port;				/* of the block; ours */
	char label[SETUP_NOTES_MAX];	/* out: the name of the first block of
					   account's, or of the new one */
};
