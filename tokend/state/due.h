/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * due.h - when a token is good, when it should be renewed.
 *
 * Pure arithmetic on wall clock seconds.
 */
#pragma once

#include <stdint.h>

struct thresholds {
	int64_t min_valid;	/* a token is given until expires - min_valid */
	int64_t fresh_until;	/* and renewed from here on */
};

/*
 * For a token got at now that lives for lifetime seconds (at least 1), under
 * the account's settings, 0 where they are not set. previous_expires is that
 * of the token before, 0 if there was none: a refresh that brought no later
 * expiry (metadata services cache) is not repeated before half of what is left,
 * 30 s at least.
 */
struct thresholds due_thresholds(int64_t now, int64_t lifetime,
    int64_t previous_expires, long refresh_before, long min_valid);

/*
 * The setting, or its default of 60 s: how long a token must be valid for to be
 * given.
 */
long due_min_valid(long set);

/*
 * For a consent whose end was announced at since, or moved there by a renewal
 * then (consent_end.h): when the next renewal is due so that an end that moves
 * is moved in time, and one that does not is known when a person is to be
 * warned of it. 0 where no such time is ahead of now.
 */
int64_t due_before_end(int64_t now, int64_t since, int64_t end);

/* When a person is warned of an end: a quarter of the life, 7 days at most. */
int64_t due_warning(int64_t since, int64_t end);
