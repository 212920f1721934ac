/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nearest.h - the known word that is nearest to a mistyped one.
 */
#pragma once

#include <stddef.h>

/* All zero: nothing was compared yet. */
struct nearest {
	const char *word;	/* the nearest so far, or NULL */
	size_t distance;	/* its edits: Levenshtein's distance */
};

/* Compares word with one that is known, which n then may point to. */
void nearest_compare(struct nearest *n, const char *word, const char *known);

/* The nearest of those compared, or NULL if none is near. */
const char *nearest_found(const struct nearest *n);
