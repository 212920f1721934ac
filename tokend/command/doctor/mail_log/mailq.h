/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mailq.h - what postqueue(1) -j prints: a JSON object for each mail in the
 * queue, one a line. The reasons in it hold words of foreign servers.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define MAILQ_REASON_MAX 1024

struct mailq {
	struct json_object *mail;
	size_t next;		/* recipient */
	int64_t arrival;	/* of the mail, seconds; 0: unknown */
	char reason[MAILQ_REASON_MAX];	/* printable; cut if longer */
};

/* Reads a line. One that is too long or is not JSON has no recipients. */
void mailq_begin(struct mailq *q, const char *line);

/* The next recipient's delay_reason: 1, or 0 if there is no other. */
int mailq_next(struct mailq *q);

void mailq_end(struct mailq *q);
