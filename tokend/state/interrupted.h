/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupted.h - a renewal that was cut off between its request and the
 * storing of its answer: killed, or by a power cut.
 *
 * No protocol closes that moment, and a one-time refresh token is lost in it.
 * What can be done is to say so. The mark is the reserved credential
 * (newfile.h): it has INTERRUPTED_MARK for its first content, which is synced
 * with the reservation, before the request, and costs no sync of its own. It
 * is replaced by the new credential, renamed or removed when the answer is
 * dealt with, and state/NAME is written last of all. So a marked file that is
 * newer than the state and the cache belongs to a renewal that was cut off.
 */
#pragma once

#include "disk/scope.h"
#include "state/state.h"

#define INTERRUPTED_MARK "tokend: a renewal is under way\n"

/*
 * Sets st->interrupted where such a file is there; else it stays as it is.
 * Under the account's lock, or what is under way would be taken for it. 1 if
 * it was set.
 */
int interrupted_find(struct state *st, const struct scope *s,
    const char *account);

/* The same for a reader, who has no lock: what is under way is not noted. */
void interrupted_read(struct state *st, const struct scope *s,
    const char *account);

/* A request was sent at that time, and its answer never came. */
void interrupted_unanswered(struct state *st, int64_t when);

/*
 * What became of that renewal, after its time: "was sent and not answered"; and
 * why, a sentence without its end.
 */
const char *interrupted_word(const struct state *st);
const char *interrupted_cause(const struct state *st);
