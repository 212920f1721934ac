/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * import_command.h - one import, as the files of `tokend import` share it.
 */
#pragma once

#include "account/keys.h"
#include "base/buf.h"
#include "command/converse.h"
#include "command/terminal/ask.h"
#include "disk/conf.h"
#include "base/name.h"
#include "disk/scope.h"
#include "base/status.h"

/* The account that the worker has told of last. */
struct taking {
	char name[NAME_MAX_LEN + 1];
	char secrets[80];	/* words, message.h */
	struct buf text;	/* of its file */
	struct buf before;	/* that of the one it replaces */
	int is_new;
	int is_bare;		/* it stands, its secrets are not stored yet */
	int needs_login;
	int needs_allow;	/* the plugin's hosts may not ask for it yet */
};

struct import_run {
	const char *format;
	const char *file;	/* "-": standard input */
	char name[NAME_MAX_LEN + 1];	/* "": not given */
	const char *config;	/* a path, or NULL */
	const char *client_id;
	struct buf client_secret;
	struct keys keys;	/* by --set, before those of the file */
	int replace;
	struct scope scope;
	struct converse talk;
	struct taking taking;
	struct failure refused;	/* the first account that was not */
};

#define IMPORT_RUN_INIT { .client_secret = BUF_INIT(ASK_LINE_MAX), \
	.talk = CONVERSE_INIT, .taking = { .text = BUF_INIT(CONF_SIZE_MAX), \
	.before = BUF_INIT(CONF_SIZE_MAX) } }

/*
 * event=account: makes it an account, unless it is there already, and tells
 * the worker. What is wrong with this account goes to r->refused; -1 with why
 * where it makes no sense to go on.
 */
int import_account(struct import_run *r, struct failure *why);

/* event=kept: shows the account, or takes it back where its secrets failed. */
int import_kept(struct import_run *r, struct failure *why);

/* Undoes what stands without its secrets, because the worker has gone. */
void import_undo(struct import_run *r);
