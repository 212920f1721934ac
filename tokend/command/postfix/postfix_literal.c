/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/postfix/postfix_literal.h"

#include <string.h>

char *
postfix_literal_add(char *text, size_t size, const char *value)
{
	size_t n = strlen(text);

	for (; *value != '\0'; value++) {
		if (n + 2 >= size)
			return NULL;
		if (*value == '$')
			text[n++] = '$';
		text[n++] = *value;
	}
	text[n] = '\0';
	return text;
}
