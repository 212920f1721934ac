/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_line.h - one line of Postfix's log about a mail, as smtp(8) and qmgr(8)
 * write them: `DATE HOST NAME/smtp[PID]: ID: to=<...>, relay=HOST[IP]:PORT,
 * ..., status=bounced (WHY)', `... ID: from=<...>, ...'.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define LOGGED_WORD 256
#define LOGGED_TEXT 1024

enum logged_kind {
	LOGGED_SENDER,		/* from=: its sender */
	LOGGED_SENT,
	LOGGED_BOUNCED,		/* refused for good */
	LOGGED_DEFERRED,
	LOGGED_EXPIRED		/* has waited too long */
};

struct logged {
	enum logged_kind kind;
	int64_t when;			/* wall clock; 0: unknown */
	char id[64];			/* of the mail, in the queue */
	char sender[LOGGED_WORD];	/* of LOGGED_SENDER and _EXPIRED */
	char relay[LOGGED_WORD];	/* host; "none": not reached */
	char text[LOGGED_TEXT];		/* why, for the others */
};

/*
 * Parses the line; now is for a date without its year. 1; 0 for any other
 * line. All texts are printable, and cut if they are longer.
 */
int logged_parse(struct logged *l, const char *line, int64_t now);

/* The time that a line of a log begins with: RFC 3339, or "Jan  2 15:04:05". */
int64_t logged_time(const char *line, int64_t now);
