/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/nearest.h"

#include <string.h>

#define LONG 40		/* bytes, and more than any distance that counts */

/* For short words only; far enough is far. */
static size_t
edit_distance(const char *a, const char *b)
{
	size_t row[LONG], la = strlen(a), lb = strlen(b), i, j, diagonal, above;

	if (la >= LONG || lb >= LONG)
		return LONG;
	for (j = 0; j <= lb; j++)
		row[j] = j;
	for (i = 1; i <= la; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= lb; j++) {
			above = row[j];
			if (a[i - 1] != b[j - 1])
				diagonal++;
			if (diagonal > above + 1)
				diagonal = above + 1;
			if (diagonal > row[j - 1] + 1)
				diagonal = row[j - 1] + 1;
			row[j] = diagonal;
			diagonal = above;
		}
	}
	return row[lb];
}

void
nearest_compare(struct nearest *n, const char *word, const char *known)
{
	size_t d = edit_distance(word, known);

	if (n->word != NULL && d >= n->distance)
		return;
	n->word = known;
	n->distance = d;
}

const char *
nearest_found(const struct nearest *n)
{
	return n->word != NULL && n->distance <= 1 + strlen(n->word) / 3 ?
	    n->word : NULL;
}
