/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * backoff.h - what a failed request means for the next one.
 */
#pragma once

#include <stdint.h>

#include "oauth/token_request.h"
#include "state/state.h"

/*
 * Notes the failure in st at now. Transient: 5 s doubling to 60 s where no
 * HTTP answer came, to 15 min where one did, Retry-After up to 1 h, and
 * jitter of a tenth, random in [0, 1000). Permanent by the provider's word: an
 * hour; by a fault of our own files: as where no answer came.
 */
void backoff_note(struct state *st, const struct token_failure *f,
    const char *stamp, int64_t now, unsigned random);

/* True for a failure that lasts until a person acts. */
int backoff_is_permanent(enum status code);
