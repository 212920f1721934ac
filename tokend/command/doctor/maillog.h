/*
 * maillog.h - the end of the mail log, and the last words of the plugin in it.
 */
#ifndef TOKEND_DOCTOR_MAILLOG_H
#define TOKEND_DOCTOR_MAILLOG_H

#include "buf.h"
#include "command/doctor/postfix.h"

#define MAILLOG_TAIL 1048576	/* bytes at its end that are looked at */

/*
 * Appends the end of the mail log: of the file that Postfix (p, or NULL)
 * writes, else the usual ones, else of the journal. 0, or -1 with why: it may
 * be for root only.
 */
int maillog_read(const struct postfix *p, struct buf *lines,
    struct failure *why);

/*
 * The last line of lines with the plugin's own text: that text, NUL-ended in
 * place; or NULL.
 */
char *maillog_last(struct buf *lines);

/* True for a line that the plugin or tokend wrote, or that is about a login. */
int maillog_is_ours(const char *line);

#endif
