/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget.h - how long a request that spends something may take, looked at
 * and not assumed.
 *
 * Two limits. Before the request is sent, nothing is lost by giving up: what
 * making room on the disk took shows what storing will take, and where the
 * request and the storing would not end within BUDGET_TOTAL the request is not
 * sent. From the moment in which it is sent the answer may hold the only good
 * refresh token: the request has its whole limit then, storing its own, and the
 * process its life of both.
 */
#pragma once

#include <stdint.h>

#include "base/status.h"

/* Milliseconds. */
#define BUDGET_TOTAL 30000	/* from the first look to the last rename */
#define BUDGET_REQUEST 20000	/* from its connection to its last byte */
#define BUDGET_STORE 600000	/* a token that cannot be stored is held */

struct budget {
	int64_t begun;		/* clock_ms */
	int64_t disk;		/* ms that making room took so far */
	unsigned life;		/* seconds left of the process's life before */
	int is_spent;
};

/* The work begins at now (clock_ms); b keeps nothing of an earlier one. */
void budget_begin(struct budget *b, int64_t now);

/* Making room for one file took that long; storing it will take the same. */
void budget_note(struct budget *b, int64_t ms);

/*
 * At now: 0 if the request and the storing fit into what is left; -1 with
 * STATUS_LATER, which says what was slow. folder is where the files are, for
 * the text.
 */
int budget_check(const struct budget *b, int64_t now, const char *account,
    const char *folder, struct failure *why);

/*
 * The request is sent now: the process lives as long as that and storing may
 * take, whatever was left of its life. An upper bound all the same: a disk that
 * hangs for good does not hold a process for ever.
 */
void budget_spend(struct budget *b);

/* All is stored, or given up: what was left of the process's life counts. */
void budget_end(struct budget *b);

/* Storing begins again, after a wait for a person: its life for that. */
void budget_store(void);
