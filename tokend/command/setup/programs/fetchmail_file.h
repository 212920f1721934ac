/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetchmail_file.h - fetchmail's run control file, edited (fetchmail(1), "THE
 * RUN CONTROL FILE"): words, whatever the lines.
 */
#ifndef TOKEND_SETUP_FETCHMAIL_FILE_H
#define TOKEND_SETUP_FETCHMAIL_FILE_H

#include "buf.h"
#include "command/setup/programs/mailbox.h"
#include "status.h"

/* What is fetched from, by which words of `tokend tunnel`. */
struct fetchmail_way {
	const struct mailbox *m;
	int is_pop;
};

/*
 * Makes each entry in text that is m's (its server, protocol and user) fetch
 * through `tokend tunnel`. Returns 1; 0 if there is none; -1 with why, at path
 * and line.
 */
int fetchmail_edit(struct buf *text, const char *path,
    const struct fetchmail_way *way, struct failure *why);

/* Adds an entry, for the local user. 0; -1 with why, at path and line. */
int fetchmail_add(struct buf *text, const char *path,
    const struct fetchmail_way *way, const char *local_user,
    struct failure *why);

#endif
