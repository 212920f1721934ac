/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutt_file.h - a muttrc, as far as it is `set` commands that nothing else
 * runs: what stands in hooks and in sourced files is not looked at.
 */
#ifndef TOKEND_SETUP_MUTT_FILE_H
#define TOKEND_SETUP_MUTT_FILE_H

#include "buf.h"
#include "command/setup/programs/mailbox.h"
#include "status.h"

/*
 * Makes mutt fetch by imap, and send by smtp, with tokens; either may be
 * NULL. What is set to another value is changed where it stands, the rest
 * comes at the end. A file with several IMAP accounts in it is an error. The
 * caller has asked mutt_sends_otherwise. -1 with why, at path and line.
 */
int mutt_edit(struct buf *text, const char *path, const struct mailbox *imap,
    const struct mailbox *smtp, struct failure *why);

/*
 * True if the file sends by something else than smtp's server: a smtp_url of
 * another host, or a program.
 */
int mutt_sends_otherwise(const struct buf *text, const struct mailbox *smtp);

#endif
