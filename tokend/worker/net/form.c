/* SPDX-License-Identifier: BSD-2-Clause */
/* form.c - see form.h */
#include "net/form.h"

#include <string.h>

static const char hex[] = "0123456789ABCDEF";

/* What HTML leaves as it is; '~' is not among it. */
static int
is_plain(unsigned char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	    c == '*';
}

int
form_encode(struct buf *b, const char *text)
{
	char code[3] = { '%', '0', '0' };
	unsigned char c = 0;
	int result = 0;

	for (; *text != '\0' && result == 0; text++) {
		c = (unsigned char)*text;
		if (is_plain(c)) {
			result = buf_add(b, text, 1);
		} else if (c == ' ') {
			result = buf_add(b, "+", 1);
		} else {
			code[1] = hex[c >> 4];
			code[2] = hex[c & 15];
			result = buf_add(b, code, sizeof(code));
		}
	}
	return result;
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

/* The value of a hexadecimal digit, or -1. */
static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

int
form_decode(struct buf *b, const char *text, size_t len)
{
	size_t i = 0;
	char c = '\0';

	for (i = 0; i < len; i++) {
		c = text[i];
		if (c == '+') {
			c = ' ';
		} else if (c == '%' && len - i > 2 && digit(text[i + 1]) >= 0 &&
		    digit(text[i + 2]) >= 0) {
			c = (char)(digit(text[i + 1]) << 4 |
			    digit(text[i + 2]));
			i += 2;
		}
		if (buf_add(b, &c, 1) == -1)
			return -1;
	}
	return 0;
}
