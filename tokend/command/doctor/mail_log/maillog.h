/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * maillog.h - the end of the mail log, and the last words of the plugin in it.
 */
#pragma once

#include "base/buf.h"
#include "command/postfix/postfix.h"

#define MAILLOG_TAIL 1048576	/* bytes at its end that are looked at */

/*
 * Appends the end of the mail log: of the file that Postfix (p, or NULL)
 * writes, else the usual ones, else of the journal. A file that is short has
 * the end of the one before it, also if that was compressed, in front. 0, or
 * -1 with why: it may be for root only.
 */
int maillog_read(const struct postfix *p, struct buf *lines,
    struct failure *why);

/*
 * True if the file of that name is what the log was before it was rotated:
 * "mail.log.1" and "maillog-20260901" (logrotate(8)), "maillog.20260901-000000"
 * (postfix logrotate), each with ".gz" or without.
 */
int maillog_is_rotated(const char *name, const char *log);

/*
 * The last line of lines with the plugin's own text: that text, NUL-ended in
 * place; or NULL.
 */
char *maillog_last(struct buf *lines);

/* True for a line that the plugin or tokend wrote, or that is about a login. */
int maillog_is_ours(const char *line);
