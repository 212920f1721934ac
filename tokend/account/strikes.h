/*
 * strikes.h - what a host's refusal of a token leads to (DESIGN 4, reject).
 *
 * The first refusal costs the token: the next one is new. If that host
 * refuses the new one as well, the reason is not the token (SMTP AUTH is
 * off, the mailbox is another's): this host is told `rejected` for an hour,
 * the account stays good for the others, and no more tokens are spent on it.
 */
#ifndef TOKEND_STRIKES_H
#define TOKEND_STRIKES_H

#include <stdint.h>

#include "account/state.h"

enum strike_result {
	STRIKE_DROP,	/* drop the token, the next get brings a new one */
	STRIKE_REFUSE	/* this host is refused from now on */
};

/*
 * Notes in st that host refused the token id, which is the current one, at
 * now, and what it said.
 */
enum strike_result strikes_note(struct state *st, const char *host,
    const char *id, const char *said, int64_t now);

/*
 * True if host gets `rejected` at now; why then tells it (retry_after too).
 */
int strikes_refuse(struct state *st, const char *account, const char *host,
    int64_t now, struct failure *why);

/* The hosts refused at now, blank-separated, into b; -1 as buf_add does. */
int strikes_hosts(const struct state *st, int64_t now, struct buf *b);

#endif
