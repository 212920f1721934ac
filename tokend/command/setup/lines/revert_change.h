/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revert_change.h - taking our own change out of a text that was edited since.
 */
#pragma once

#include "base/buf.h"

/*
 * We made left of before, and now holds what became of it. Fills the empty

 * result with what now is without our change: exactly before where now is left,
 * else now with each of our hunks replaced by what it replaced. That is done
 * only where all of its lines are together as we left them, and nowhere else.
 * Returns
 * 0; 1 if one does not, and line is the number of its first line in left; -1
 * with errno as buf_add.
 */
int revert_change(struct buf *result, const struct buf *before,
    const struct buf *left, const struct buf *now, size_t *line);
