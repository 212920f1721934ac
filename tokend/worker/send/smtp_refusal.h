/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp_refusal.h - the failure of a mail that an SMTP server did not take.
 */
#pragma once

#include "send/smtp_reply.h"
#include "base/status.h"

enum smtp_step {
	SMTP_AT_SENDER,		/* MAIL */
	SMTP_AT_RECIPIENT,	/* RCPT */
	SMTP_AT_CONTENT		/* DATA, and the final dot */
};

/*
 * Fills why: who refused what, its words and what to do; STATUS_LATER for a 4yz
 * reply and for limits, with a time where all mail of the account has to wait,
 * and then without an address; STATUS_CONFIG for what a person changes (the
 * sender's rights, a block); STATUS_MESSAGE for this recipient or this content.
 * address is the sender's or the recipient's at these steps. Returns -1.
 */
int smtp_fail_refused(struct failure *why, const char *server,
    enum smtp_step step, const char *address, const struct smtp_reply *r);
