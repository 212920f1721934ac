/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sasl.h - one SASL exchange with a bearer token, over a connection of
 * mail/connection.h: RFC 4954 (SMTP), RFC 3501 6.2.2 (IMAP), RFC 5034 (POP3),
 * with XOAUTH2 (Google's document) or OAUTHBEARER (RFC 7628).
 *
 * Never with an initial response: its line is too long for SMTP, some POP3
 * servers know only the form without it, and one more round trip is no loss.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "mail/connection.h"
#include "base/status.h"

#define SASL_SAID_MAX 400

enum sasl_mechanism {
	SASL_XOAUTH2,
	SASL_OAUTHBEARER,
	SASL_MECHANISMS
};

extern const char *const sasl_names[SASL_MECHANISMS];

/* The first of sasl_names that the server offers; -1 if it offers none. */
int sasl_choose(const struct mail *m, enum sasl_mechanism *mechanism);

/*
 * The same, unless the host of the server is not in hosts. setting is the key
 * that names the server, for the text. 0, or -1 with why: STATUS_HOST or
 * _CONFIG.
 */
int sasl_prepare(const struct mail *m, const char *hosts, const char *setting,
    enum sasl_mechanism *mechanism, struct failure *why);

enum sasl_result {
	SASL_FAILED = -1,	/* why, which begins with the server */
	SASL_REFUSED,
	SASL_TAKEN
};

/*
 * Logs in as user with token, and stays. Of a refusal said is the server's
 * final answer, all lines of it, and behind that what its challenge decodes to;
 * printable, without the token.
 */
enum sasl_result sasl_login(struct mail *m, enum sasl_mechanism mechanism,
    const char *user, const char *token, char said[SASL_SAID_MAX + 1],
    struct failure *why);

/*
 * The same, and by IMAP the mailbox must open, read-only: Exchange takes a
 * token at first for a mailbox that it does not open.
 */
enum sasl_result sasl_login_mailbox(struct mail *m,
    enum sasl_mechanism mechanism, const char *user, const char *token,
    char said[SASL_SAID_MAX + 1], struct failure *why);

/* Where the decoded challenge is in said, up to its end; or NULL. */
const char *sasl_challenge(const char *said);

/*
 * The failure of a login that the server refused, with what it said and what
 * to do. Returns -1; STATUS_REJECTED, or STATUS_LATER where the server says
 * that it passes.
 */
int sasl_fail_refused(const struct mail *m, const char *user,
    const char *said, struct failure *why);

/* Takes leave after a login, or after none; waits for nothing. */
void sasl_log_out(struct mail *m);
