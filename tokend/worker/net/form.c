/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/form.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int
form_encode(struct buf *b, const char *text)
{
	char code[4] = "";
	unsigned char c = 0;

	for (; *text != '\0'; text++) {
		c = (unsigned char)*text;
		/* What HTML leaves as it is; '~' is not among it. */
		if (c < 0x80 && (isalnum(c) || strchr("-._*", c) != NULL))
			snprintf(code, sizeof(code), "%c", c);
		else if (c == ' ')
			snprintf(code, sizeof(code), "+");
		else
			snprintf(code, sizeof(code), "%%%02X", c);
		if (buf_adds(b, code) == -1)
			return -1;
	}
	return 0;
}

int
form_add(struct buf *form, const char *name, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return 0;
	if (form->len > 0 && buf_add(form, "&", 1) == -1)
		return -1;
	return form_encode(form, name) == -1 ||
	    buf_add(form, "=", 1) == -1 || form_encode(form, value) == -1 ?
	    -1 : 0;
}

unsigned char
form_decode_byte(const char **at, const char *end)
{
	const char *c = (*at)++;
	char digits[3] = "";

	if (*c == '+')
		return ' ';
	if (*c != '%' || end - c < 3 || !isxdigit((unsigned char)c[1]) ||
	    !isxdigit((unsigned char)c[2]))
		return (unsigned char)*c;
	*at = c + 3;
	memcpy(digits, c + 1, 2);
	return (unsigned char)strtoul(digits, NULL, 16);
}

int
form_decode(struct buf *b, const char *text, size_t len)
{
	const char *end = text + len;
	char c = '\0';

	while (text < end) {
		c = (char)form_decode_byte(&text, end);
		if (buf_add(b, &c, 1) == -1)
			return -1;
	}
	return 0;
}
