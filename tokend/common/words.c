/* SPDX-License-Identifier: BSD-2-Clause */
/* words.c - see words.h */

#include <stdio.h>
#include <string.h>

#include "name.h"

const char *
words_next(const char *text, size_t *len)
{
	text += strspn(text, " ");
	*len = strcspn(text, " ");
	return *len > 0 ? text : NULL;
}

int
words_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && equal_folded(a, b, a_len);
}

int
words_have(const char *text, const char *word, size_t len)
{
	size_t n;

	for (; (text = words_next(text, &n)) != NULL; text += n)
		if (words_equal(text, n, word, len))
			return 1;
	return 0;
}

void
words_append(char *list, size_t size, const char *between, const char *word)
{
	size_t len = strlen(list);

	snprintf(list + len, size - len, "%s%s", len > 0 ? between : "", word);
}
