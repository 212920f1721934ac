/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * losses.h - mails that have left the queue without having been sent: what the
 * relay refused for good, and what waited too long, as the log has it.
 */
#pragma once

#include "base/buf.h"
#include "command/doctor/mail_log/reason.h"
#include "command/doctor/mail_log/log_line.h"

#define LOSSES_MAX 32

/* Mails of one sender that were lost at one relay for one reason. */
struct loss {
	const struct known *reason;
	char sender[LOGGED_WORD], relay[LOGGED_WORD];
	char words[LOGGED_TEXT];	/* of the last of them */
	unsigned mails;
	int64_t last;			/* wall clock; 0: unknown */
	int is_expired;
};

struct losses {
	struct loss loss[LOSSES_MAX];
	size_t count;
	int64_t now, since;	/* what is older is left out */
	/* True for a relay that tokend is for. */
	int (*is_ours)(void *with, const char *relay);
	void *with;
};

/*
 * Reads the log's lines, and writes NULs into them. A loss is left out once a
 * later mail that is like it has been sent; so are reports of bounces, which
 * are about another loss. 0; -1 if there is no memory.
 */
int losses_read(struct losses *l, struct buf *lines);
