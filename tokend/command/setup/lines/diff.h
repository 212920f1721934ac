/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * diff.h - in which lines two texts differ.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"

/* A line with its newline, if it has one; it points into the text. */
struct row {
	const char *text;
	size_t len;
};

struct rows {
	struct row *line;
	size_t count;
};

/* Lines of a that lines of b replace; one of the counts may be 0. */
struct hunk {
	size_t a, a_count;
	size_t b, b_count;
};

struct diff {
	struct rows a, b;
	struct hunk *hunks;	/* in order, with equal lines between them */
	size_t count;
};

/*
 * The fewest lines that make b of a; where the middle of both is too large to
 * look for them, that is one hunk. The texts must outlive d. 0, or -1: no
 * memory; d is to be freed in any case.
 */
int diff_texts(struct diff *d, const struct buf *a, const struct buf *b);
void diff_free(struct diff *d);

int row_equal(const struct row *a, const struct row *b);
