/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp_reply.h - what an SMTP server answers to a command (RFC 5321 4.2).
 */
#pragma once

#include "base/buf.h"
#include "mail/connection.h"
#include "base/status.h"

#define SMTP_SAID_MAX 400

struct smtp_reply {
	int code;		/* 200 to 599 */
	/* All its lines, printable, without secrets, after the one code. */
	char said[SMTP_SAID_MAX + 1];
};

/*
 * Receives a whole reply, by the deadline of m. secrets are for echo_mask. 0,
 * or -1 with why (STATUS_LATER, _INTERNAL): none came, or it is none of SMTP.
 */
int smtp_reply_receive(struct mail *m, const struct buf *secrets,
    struct smtp_reply *r, struct failure *why);

/* Sends a command, and receives the reply. 0, or -1 with why. */
int smtp_exchange(struct mail *m, const struct buf *secrets,
    const char *command, struct smtp_reply *r, struct failure *why);
