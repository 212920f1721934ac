/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revert_change.h - taking our own change out of a text that was edited since.
 */
#pragma once

#include "base/buf.h"

enum revert {
	REVERT_FAILED = -1,	/* with errno as buf_add */
	REVERT_DONE,
	REVERT_EDITED		/* line: a hunk's first line in left */
};

/*
 * We made left of before, and now holds what became of it. Fills the empty
 * result with what now is without our change: exactly before where now is left,
 * else now with each of our hunks replaced by what it replaced. That is done
 * only where all of a hunk's lines are together as we left them.
 */
enum revert revert_change(struct buf *result, const struct buf *before,
    const struct buf *left, const struct buf *now, size_t *line);
