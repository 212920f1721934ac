/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/envelope.h"

#include <string.h>
#include <strings.h>

/* Nothing that ends an address, or begins another one, outside of quotes. */
static int
is_one_word(const char *text, size_t len)
{
	int is_quoted = 0, is_literal = 0;
	size_t i = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < ' ' || c == 0x7f)
			return 0;
		if (c == '"')
			is_quoted = !is_quoted;
		else if (is_quoted && c == '\\' && i + 1 < len)
			i++;
		else if (!is_quoted && strchr(" <>(),;\\", c) != NULL)
			return 0;
		else if (!is_quoted && c == ':' && !is_literal)
			return 0;
		is_literal |= !is_quoted && c == '[';
	}
	return !is_quoted;
}

int
envelope_read(char address[ADDRESS_MAX + 1], const char *text, size_t len)
{
	struct address_scan s = { .text = text, .len = len };
	struct address a, more;

	if (!is_one_word(text, len) || address_next(&s, &a) != ADDRESS_FOUND ||
	    address_next(&s, &more) != ADDRESS_END)
		return -1;
	memcpy(address, a.text, sizeof(a.text));
	return 0;
}

const char *
envelope_domain(const char *address)
{
	const char *at = strrchr(address, '@');

	/* An @ in quotes, with nothing after them, is of the local part. */
	return at == NULL || address[strlen(address) - 1] == '"' ? NULL :
	    at + 1;
}

int
envelope_is_local(const char *address)
{
	const char *domain = envelope_domain(address);

	return domain == NULL ||
	    strcasecmp(domain, "localhost.localdomain") == 0 ||
	    (domain[0] != '[' && strchr(domain, '.') == NULL);
}
