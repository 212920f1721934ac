/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailbox.h - what a mail program must know of an account: whom it logs in
 * as, where, and the command that prints a token.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "base/status.h"

#define MAILBOX_HOST_MAX 255
#define MAILBOX_COMMAND_MAX 4096	/* of what mailbox_command makes */

/* What no program takes for anything but itself. */
#define MAILBOX_PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "0123456789.-_"

/* user and account are borrowed from the account. */
struct mailbox {
	const char *account;	/* its name */
	const char *user;	/* the mailbox for this service */
	char host[MAILBOX_HOST_MAX + 1];
	unsigned port;
	enum server_tls tls;	/* as set: for server_is_implicit() */
};

/*
 * Of the account's server for which, "HOST[:PORT]". -1 with why: it names
 * none, as an account without a preset may.
 */
int mailbox_take(struct mailbox *m, const struct account *a,
    enum account_server which, struct failure *why);

/*
 * Appends `/usr/bin/tokend WORDS NAME`, quoted for sh(1); words is as it is.
 * -1 with why.
 */
int mailbox_command(struct buf *b, const char *words, const struct mailbox *m,
    struct failure *why);

/*
 * Is the command in text one of tokend's for the account: WORDS NAME after a
 * program called tokend, at whatever path, NAME quoted or not?
 */
int mailbox_owns_command(const struct mailbox *m, const char *words,
    const char *text, size_t len);

/* Appends text, percent-encoded, except unreserved ones (RFC 3986 2.3). */
int mailbox_encode(struct buf *b, const char *text);
