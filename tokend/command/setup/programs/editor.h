/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * editor.h - one editor for programs' files: a grammar says how the file is
 * written (grammar.h), a recipe which blocks in it are the account's and what
 * they shall be.
 *
 * Templates have {placeholders}:
 *   {account} {user} {host} {port}
 *   {user%}		percent-encoded, as in a URL
 *   {url_host}		an address of IPv6 in brackets
 *   {port!}		":PORT", or nothing where a URL's scheme says it
 *   {implicit?A:B}	A where TLS begins with the first byte, else B
 *   {command}		tokend with the recipe's command and the account
 *   {label}		the name of a new block
 *   any of the edit's own values
 * In lists of templates "|" is between them; one that ends in "*" is a
 * beginning.
 */
#pragma once

#include "buf.h"
#include "command/setup/programs/grammar.h"
#include "command/setup/programs/mailbox.h"
#include "command/setup/setup.h"
#include "status.h"

enum rule_kind {
	RULE_READ,	/* looked at by others' `unless`, or for the port */
	RULE_MATCH,	/* the block is the account's only with this value */
	RULE_REFUSE,	/* a block with it is not understood; value: why */
	RULE_SET,	/* it shall have this value */
	RULE_COMMAND,	/* the same: a command of tokend's; good: its words */
	RULE_DROP	/* it shall not be there */
};

#define PLACES_MAX 11

#define RULE_OPTIONAL	1U	/* where it is missing that is fine */
#define RULE_BARE	2U	/* written without quotes */
#define RULE_LATE	4U	/* INSERT_WORD: in the second place */
#define RULE_SKIP	8U	/* `unless` counts where it is there, too */
#define RULE_URL	16U	/* RULE_MATCH: a URL; good has USER@HOST */
#define RULE_LIST	32U	/* a list with commas that has it, too */

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

enum edit_result { EDIT_FAILED = -1, EDIT_NONE, EDIT_FOUND };

/*
 * Makes each block that is the account's as the recipe has it. EDIT_NONE: none
 * is, and nothing was done; EDIT_FAILED with why, at path and line.
 */
enum edit_result edit_blocks(struct edit *e, struct failure *why);

/* Sets label to what a new block is called: the account's name, made fit. */
void edit_make_label(struct edit *e);

/* The account's name, and its user, have none of these characters; or why. */
int edit_check_name(const struct edit *e, const char *characters,
    struct failure *why);

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

/* The first of places that is there, in path. 1; 0: none is. */
int edit_find(char path[SCOPE_PATH_MAX], const struct setup *s,
    const char *const places[]);

/* Appends a template, its placeholders filled. -1 with why. */
int edit_fill(struct edit *e, const char *template, struct buf *out,
    struct failure *why);
