/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * host_refusals.h - what follows when a host refuses a token (verb reject).
 *
 * The first refusal makes the token due: that host gets no token but a newer
 * one, while the other hosts go on with this one until it is replaced. If the
 * host refuses a newer token as well, the reason is not the token (SMTP AUTH
 * is off, the mailbox is another's): this host is told `rejected` for an
 * hour, the account stays good for the others, and no more tokens are spent
 * on the host.
 *
 * How often a token is replaced because of refusals is bounded over all hosts
 * together: what a host is named is the client's word.
 */
#pragma once

#include <stdint.h>

#include "state/state.h"

enum refusal_result {
	REFUSAL_REPLACE,	/* the token is due, at refusals_replace_at */
	REFUSAL_REFUSE,	/* this host is refused from now on */
	REFUSAL_LATER,	/* another host has made the token due already */
	REFUSAL_KNOWN	/* nothing new: st is as it was */
};

/*
 * Notes in st that host refused the token id, which is the current one, at
 * now, and what it said.
 *
 * A second refusal is that of a newer token within six hours, whatever other
 * hosts did in between. It is excused once where a token was renewed in
 * between that no host had refused: that one was good.
 */
enum refusal_result refusals_note(struct state *st, const char *host,
    const char *id, const char *said, int64_t now);

/*
 * When the token id is to be replaced because a host refused it, or 0 if
 * none did. The first replacement is due at once; the next ones not before
 * 30 s after the one before, doubling to an hour.
 */
int64_t refusals_replace_at(const struct state *st, const char *id);

/* The same with the token's own time: from here on it is to be renewed. */
int64_t refusals_fresh_until(const struct state *st, const struct cache *c);

/*
 * True if host refused the token id and may not be given it again; why, if
 * not NULL, then tells it to wait (retry_after too, from refusals_replace_at).
 */
int refusals_hold_back(const struct state *st, const char *account,
    const char *host, const char *id, int64_t now, struct failure *why);

/*
 * True if host gets `rejected` at now; why then tells it (retry_after too).
 */
int refusals_reject(const struct state *st, const char *account,
    const char *host, int64_t now, struct failure *why);

/*
 * The hosts that are not to be given the token id at now, blank-separated,
 * into b; -1 as buf_add does.
 */
int refusals_list_hosts(const struct state *st, const char *id, int64_t now,
    struct buf *b);

/* Notes that a newer token takes the place of before, NULL if none. */
void refusals_note_renewal(struct state *st, const char *before);

/* Forgets what hosts refused: a person acted. */
void refusals_forget(struct state *st);
