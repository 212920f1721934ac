/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * msmtp_file.h - msmtp's configuration, edited (msmtp(1), "CONFIGURATION
 * FILES"): blocks of `account NAME [: ACCOUNT...]` and `defaults`.
 */
#ifndef TOKEND_SETUP_MSMTP_FILE_H
#define TOKEND_SETUP_MSMTP_FILE_H

#include "buf.h"
#include "command/setup/programs/mailbox.h"
#include "command/setup/setup.h"
#include "status.h"

/* The file that msmtp reads, or will, for this plan. NULL with why. */
struct setup_file *msmtp_file(struct setup *s, struct failure *why);

/*
 * Makes each account in text that is m's (its host, and user or from), by its
 * own lines or those that it inherits, log in by a token, over verified TLS.
 * The name of the first is appended to name. Returns 1; 0 if there is none;
 * -1 with why, at path and line.
 */
int msmtp_edit(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why);

/*
 * Adds an account; the default one too, where there is no account at all. Its
 * name is appended to name. 0; -1 with why.
 */
int msmtp_add(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why);

/* The same, whichever is needed. 0; -1 with why. */
int msmtp_make(struct buf *text, const char *path, const struct mailbox *m,
    struct buf *name, struct failure *why);

#endif
