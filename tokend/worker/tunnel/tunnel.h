/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * tunnel.h - a local program and a mail server, with tokend between them until
 * the login is done; then they are joined (join.h).
 *
 * One dialogue a protocol (imap.c, pop.c, smtp.c). It greets as a server
 * would, takes whatever login the program insists on, and says what went
 * wrong in the protocol's way. Nothing of that login is sent on.
 *
 * Without a password the program is the user's own, at the other end of a
 * pipe: the server is logged in at first, and its abilities are shown. With
 * one, only a program that has sent it causes a token to be requested and a
 * connection to be made.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "base/status.h"
#include "tunnel/local.h"

#define TUNNEL_ANSWER_MAX 16384
#define TUNNEL_PASSWORD_MAX 1024
#define TUNNEL_TEXT_MAX 400

struct tunnel {
	struct local local;
	enum account_server service;
	const char *host;		/* the server's, for greetings */
	const char *password;		/* NULL: any login will do */
	/* STARTTLS is offered where there are both, PEM; else empty. */
	struct buf certificate;
	struct buf key;
	int words;			/* lines that were heard */
	int tries;			/* wrong passwords so far */
	int is_in;			/* logged in at the server */
	int pause;			/* ms after a wrong password */
	struct failure *why;

	/* Gets a token and logs in at the server. 0, or -1 with why. */
	int (*enter)(struct tunnel *t);
	/*
	 * Has the server answer a command; appends all lines of that, each
	 * with CRLF. 0, or -1 with why.
	 */
	int (*ask)(struct tunnel *t, const char *command, struct buf *answer);
	void *of;			/* theirs */
};

enum login {
	LOGIN_FAILED = -1,	/* why: to be told, and the end */
	LOGIN_CLOSED,
	LOGIN_WRONG,		/* to be told: it may try again */
	LOGIN_DONE		/* logged in at the server */
};

/* Judges a password, slowly where it is wrong, and enters. */
enum login tunnel_log_in(struct tunnel *t, const struct buf *password);

/* The same for the answer of SASL's PLAIN (RFC 4616), in base64. */
enum login tunnel_log_in_plain(struct tunnel *t, const char *encoded);

/* True if STARTTLS can be had now. */
int tunnel_has_tls(const struct tunnel *t);

/* The line begins with the word, whatever its case. */
int tunnel_line_is(const char *line, const char *word);

/* What follows the first word and its blanks. */
const char *tunnel_argument(const char *text);

/* Says lines (CRLF is added): NEXT_LINE or _GONE. */
enum next_step tunnel_send(struct tunnel *t, const char *lines);

/* Hears a line, of so many (local.h): NEXT_LINE, _GONE or _FAILED. */
enum next_step tunnel_receive(struct tunnel *t, struct buf *line);

/*
 * The dialogue behind a greeting: hears lines, and has obey answer each, until
 * that says otherwise. What cannot be heard is told by refuse.
 */
enum next_step tunnel_answer_lines(struct tunnel *t,
    enum next_step (*obey)(struct tunnel *t, const struct buf *line),
    enum next_step (*refuse)(struct tunnel *t));

/* TLS from here on: NEXT_LINE or _FAILED. */
enum next_step tunnel_start_tls(struct tunnel *t);
