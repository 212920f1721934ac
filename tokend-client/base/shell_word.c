/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/shell_word.h"

#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-";

/* POSIX 2.2.2: within single quotes only the quote itself ends them. */
static const char quote[] = "'\\''";

const char *
shell_word(char *quoted, size_t size, const char *word)
{
	const size_t len = strlen(word);
	char *at = quoted;

	quoted[0] = '\0';
	if (size < SHELL_WORD_MAX(len))
		return quoted;
	if (len > 0 && word[strspn(word, plain)] == '\0')
		return memcpy(quoted, word, len + 1);
	*at++ = '\'';
	for (; *word != '\0'; word++) {
		if (*word != '\'') {
			*at++ = *word;
			continue;
		}
		memcpy(at, quote, sizeof(quote) - 1);
		at += sizeof(quote) - 1;
	}
	*at++ = '\'';
	*at = '\0';
	return quoted;
}
