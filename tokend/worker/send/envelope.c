/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/envelope.h"

#include <string.h>
#include <strings.h>

int
envelope_allows(const char *address, size_t len)
{
	int is_quoted = 0;
	size_t i = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)address[i];

		if (c < ' ' || c == 0x7f)
			return 0;
		if (c == '"')
			is_quoted = !is_quoted;
		else if (is_quoted && c == '\\' && i + 1 < len)
			i++;
		else if (!is_quoted && strchr(" <>(),;\\", c) != NULL)
			return 0;
	}
	return !is_quoted;
}

int
envelope_is_local(const char *address)
{
	const char *at = strrchr(address, '@');

	/* An @ in quotes, with nothing after them, is of the local part. */
	if (at == NULL || address[strlen(address) - 1] == '"')
		return 1;
	return strcasecmp(at + 1, "localhost.localdomain") == 0 ||
	    (at[1] != '[' && strchr(at, '.') == NULL);
}
