/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * failure_memory.h - what the schedule remembers of an account whose renewal
 * failed and left nothing on the disk.
 *
 * A failure that the provider had a part in is in state/NAME, with the time of
 * the next try (state/state.h). One before that (credentials that cannot be
 * read, a full disk, no worker) is nowhere. Without a memory it would be tried
 * again at once, without end.
 */
#pragma once

#include <stdint.h>

/* All zero: nothing is remembered. Times are clock_ms. */
struct failure_memory {
	int64_t until;		/* not tried again before */
	int64_t pause;		/* the last one; 0: none */
	int64_t log_at;		/* the same failure is logged again */
	int64_t log_pause;
	uint64_t mark;		/* of the files that failed */
	uint64_t text;		/* of the failure */
};

/*
 * Remembers a failure with that text: the pause begins with 5 s and doubles up
 * to a minute. 1 if the failure is to be logged: the first, one that differs
 * from the last (in its text or its files), and the same one at doubling
 * intervals.
 */
int failure_memory_note(struct failure_memory *b, uint64_t mark,
    const char *text, int64_t now);

/* 1 while it holds: it is not the time yet, and the files are the same. */
int failure_memory_holds(const struct failure_memory *b, uint64_t mark,
    int64_t now);

/* For a renewal, and for what the state on the disk remembers. */
void failure_memory_clear(struct failure_memory *b);
