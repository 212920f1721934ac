/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * smtp_script.h - a process that is an SMTP server on 127.0.0.1, without TLS,
 * and answers as it is told.
 */
#pragma once

#include <stdio.h>
#include <sys/types.h>

/*
 * In place of a reply: the connection is closed; nothing is said; one byte of a
 * line without an end every few milliseconds; and, for DATA, nothing more is
 * read.
 */
#define SMTP_CLOSE "close"
#define SMTP_SILENT "silent"
#define SMTP_DRIP "drip"
#define SMTP_DEAF "deaf"

/* Replies with their line ends; NULL: the usual one. */
struct smtp_replies {
	const char *ehlo;	/* all of it */
	const char *auth;	/* to the token */
	const char *mail;
	const char *rcpt;	/* to RCPT of an address with "bad" in it */
	const char *rcpt_later;	/* the same with "busy" */
	const char *data;
	const char *end;	/* to the final dot */
	const char *rset;
	int mails_most;		/* closes a connection after so many; 0: no */
};

struct smtp_script {
	pid_t child;
	int listener;
	int port;
	FILE *lines;		/* that came, but for the token */
	char seen[1 << 16];
};

void smtp_script_start(struct smtp_script *s, const struct smtp_replies *r);

/* All that it has received: what was answered is in it. */
const char *smtp_script_seen(struct smtp_script *s);

/* How often text occurs in that. */
int smtp_script_count(struct smtp_script *s, const char *text);

void smtp_script_stop(struct smtp_script *s);
