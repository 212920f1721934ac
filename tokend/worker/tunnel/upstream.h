/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * upstream.h - the server's side of a tunnel: connected, logged in by token,
 * asked what it can do, and then a stream of bytes.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "common/join.h"
#include "mail/connection.h"
#include "mail/sasl.h"
#include "base/status.h"

struct upstream {
	struct mail_settings settings;
	enum sasl_mechanism mechanism;
	int is_given;			/* only this mechanism will do */
	struct mail *mail;		/* NULL: not connected */
	char said[SASL_SAID_MAX + 1];
};

/*
 * Connects and logs in, in 25 s at most. 0, or -1 with why; if the server
 * refused the token, said has its words. upstream_close after either.
 */
int upstream_open(struct upstream *u, const char *user, const char *token,
    struct failure *why);
void upstream_close(struct upstream *u);

/*
 * Says a command (of IMAP without a tag) and appends the answer to it, each
 * line with CRLF. 0, or -1 with why.
 */
int upstream_ask(struct upstream *u, const char *command, struct buf *answer,
    struct failure *why);

/* Its bytes from here on; s is good until upstream_close. */
void upstream_stream(struct upstream *u, struct stream *s);
