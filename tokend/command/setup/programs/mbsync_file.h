/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mbsync_file.h - mbsync's configuration, edited (mbsync(1), "CONFIGURATION").
 */
#ifndef TOKEND_SETUP_MBSYNC_FILE_H
#define TOKEND_SETUP_MBSYNC_FILE_H

#include "buf.h"
#include "command/setup/programs/mailbox.h"
#include "status.h"

/* What the installed version wants. */
struct mbsync_style {
	const char *tls;	/* "TLSType", or "SSLType" before 1.5 */
	const char *folder;	/* for a new account's mail, with no slash */
};

/*
 * Makes each IMAP account in text that is m's (its Host, and User) log in by
 * the plugin. Returns 1; 0 if there is none, and nothing was done; -1 with
 * why, at path and line.
 */
int mbsync_edit(struct buf *text, const char *path, const struct mailbox *m,
    const struct mbsync_style *style, struct failure *why);

/*
 * What a new account is called, and its folder below style->folder: its name,
 * but for what a channel or a word of the file cannot have.
 */
void mbsync_label(char label[NAME_MAX_LEN + 1], const struct mailbox *m);

/* Adds an account with its stores and a channel. 0; -1 with why. */
int mbsync_add(struct buf *text, const char *path, const struct mailbox *m,
    const struct mbsync_style *style, struct failure *why);

#endif
