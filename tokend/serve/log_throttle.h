/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * log_throttle.h - what a local user can make us log: a line a user and minute.
 *
 * A client may be refused as often as it likes. The first refusal of a kind is
 * logged at once and with all that is known; those that follow within a minute
 * are counted, and the next line says how many. What a client that
 * may use an account causes counts by the account, too. The table is shared by
 * all answerers, and bounded: users that do not fit share one place.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>
#include <sys/types.h>

#define THROTTLE_PLACES 64
#define THROTTLE_PAUSE 60000	/* ms */

enum throttled {
	THROTTLE_DENIED,	/* may not use the account, or there is none */
	THROTTLE_ACCOUNT,	/* the account's file is broken */
	THROTTLE_HOST,		/* the account is not for that host */
	THROTTLE_REFUSED,	/* a mail server refused the token */
	THROTTLE_MAIL,		/* a mail was not sent */
	THROTTLE_PROCESS	/* no process to answer with */
};

/*
 * All zero: nothing was logged. No lock, as its holder could be killed:
 * each member changes by itself, and the worst is a line too many.
 */
struct throttle {
	struct throttle_place {
		_Atomic(uint64_t) key;		/* of all three; 0: free */
		_Atomic(uint64_t) user_kind;
		_Atomic(int64_t) said;		/* clock_ms; 0: never */
		_Atomic(uint64_t) more;		/* not logged since */
	} place[THROTTLE_PLACES + 1];		/* the last: all others */
};

/*
 * Asks for a line. -1 if it is to be counted only; else the number of those
 * that were, since the last line. account is "" for a client that may not use
 * it, or it could have as many lines as there are accounts.
 */
int64_t throttle_ask(struct throttle *t, uid_t uid, enum throttled what,
    const char *account, int64_t now);

/* For throttle_warning of this process; without, each line is logged. */
void throttle_use(struct throttle *t);

void throttle_warning(uid_t uid, enum throttled what, const char *account,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Logs what was counted and not logged, a pause after the last line. */
void throttle_flush(struct throttle *t, int64_t now);

/*
 * A name that a stranger sent, for the log: cut, and only of characters that
 * names of accounts and hosts are made of.
 */
#define SHOWN_MAX 64
const char *shown_name(char shown[SHOWN_MAX], const char *name);
