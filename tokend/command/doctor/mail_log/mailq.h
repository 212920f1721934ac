/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailq.h - what postqueue(1) -j prints: a JSON object for each mail that
 * waits, one a line. The reasons in it hold words of foreign servers.
 */
#ifndef TOKEND_DOCTOR_MAILQ_H
#define TOKEND_DOCTOR_MAILQ_H

#include <stdint.h>

#define MAILQ_REASON_MAX 1024

struct mailq {
	const char *at;		/* where the next token begins */
	int64_t arrival;	/* of the mail, seconds; 0: not told */
	char reason[MAILQ_REASON_MAX];	/* printable; cut if longer */
};

/* Begins with a line, which has to live as long as q. */
void mailq_begin(struct mailq *q, const char *line);

/*
 * The next recipient's delay_reason of the line. 1, or 0 at its end; what is
 * no JSON ends it.
 */
int mailq_next(struct mailq *q);

#endif
