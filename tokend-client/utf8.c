/* utf8.c - see utf8.h */
#include "utf8.h"

size_t
utf8_length(const char *s, size_t len)
{
	const unsigned char *u = (const unsigned char *)s;
	size_t need, i;

	if (len == 0)
		return 0;
	if (u[0] < 0x80)
		return 1;
	if (u[0] >= 0xc2 && u[0] <= 0xdf)
		need = 2;
	else if (u[0] >= 0xe0 && u[0] <= 0xef)
		need = 3;
	else if (u[0] >= 0xf0 && u[0] <= 0xf4)
		need = 4;
	else
		return 0;
	if (need > len)
		return 0;
	/* Overlong forms, surrogates and beyond U+10FFFF: second byte. */
	if ((u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xed && u[1] > 0x9f) ||
	    (u[0] == 0xf0 && u[1] < 0x90) || (u[0] == 0xf4 && u[1] > 0x8f))
		return 0;
	for (i = 1; i < need; i++)
		if ((u[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

int
utf8_is_control(const char *s, size_t length)
{
	const unsigned char *u = (const unsigned char *)s;

	if (length == 1)
		return u[0] < 0x20 || u[0] == 0x7f;
	return length == 2 && u[0] == 0xc2 && u[1] < 0xa0;
}
