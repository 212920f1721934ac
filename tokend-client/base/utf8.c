/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/utf8.h"

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

uint32_t
utf8_code(const char *s, size_t length)
{
	const unsigned char *u = (const unsigned char *)s;
	uint32_t code = length == 1 ? u[0] : u[0] & (0x7fu >> length);
	size_t i;

	for (i = 1; i < length; i++)
		code = code << 6 | (u[i] & 0x3fu);
	return code;
}

/*
 * Unicode 15.0: General_Category Cf, Zl and Zp (UnicodeData.txt),
 * Default_Ignorable_Code_Point (DerivedCoreProperties.txt) and
 * Noncharacter_Code_Point (PropList.txt); its last two of each plane are below.
 */
static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00ad, 0x00ad }, { 0x034f, 0x034f }, { 0x0600, 0x0605 },
	{ 0x061c, 0x061c }, { 0x06dd, 0x06dd }, { 0x070f, 0x070f },
	{ 0x0890, 0x0891 }, { 0x08e2, 0x08e2 }, { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xfdd0, 0xfdef }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0xe0fff },
};

int
utf8_is_hidden(const char *s, size_t length)
{
	uint32_t code;
	size_t i;

	if (length < 2)
		return 0;
	code = utf8_code(s, length);
	if ((code & 0xfffe) == 0xfffe)
		return 1;
	for (i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (code <= hidden[i].last)
			return code >= hidden[i].first;
	return 0;
}
