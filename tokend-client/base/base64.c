/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/base64.h"

#include <errno.h>
#include <string.h>

static const char usual[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/";
static const char for_urls[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789-_";

static int
add_encoded(struct buf *b, const char *digits, int is_padded, const void *data,
    size_t len)
{
	const unsigned char *in = data;
	size_t i, left;
	unsigned long three;
	char out[4];
	int result = 0;

	for (i = 0; i < len && result == 0; i += 3) {
		left = len - i;
		three = (unsigned long)in[i] << 16;
		if (left > 1)
			three |= (unsigned long)in[i + 1] << 8;
		if (left > 2)
			three |= in[i + 2];
		out[0] = digits[three >> 18];
		out[1] = digits[three >> 12 & 63];
		out[2] = left > 1 ? digits[three >> 6 & 63] : '=';
		out[3] = left > 2 ? digits[three & 63] : '=';
		result = buf_add(b, out, is_padded || left > 2 ? 4 : left + 1);
	}
	explicit_bzero(out, sizeof(out));
	return result;
}

int
base64_add(struct buf *b, const void *data, size_t len)
{
	return add_encoded(b, usual, 1, data, len);
}

int
base64url_add(struct buf *b, const void *data, size_t len)
{
	return add_encoded(b, for_urls, 0, data, len);
}

static int
digit_value(char c)
{
	const char *at;

	if (c == '\0')
		return -1;
	if ((at = strchr(usual, c)) != NULL)
		return (int)(at - usual);
	return (at = strchr(for_urls, c)) != NULL ? (int)(at - for_urls) : -1;
}

int
base64_decode(struct buf *b, const char *text, size_t len)
{
	unsigned long bits = 0;
	unsigned char byte;
	size_t i, count = 0;
	int value;

	while (len > 0 && text[len - 1] == '=' && count++ < 2)
		len--;
	if (len % 4 == 1) {
		errno = EINVAL;
		return -1;
	}
	for (i = 0; i < len; i++) {
		if ((value = digit_value(text[i])) == -1) {
			errno = EINVAL;
			return -1;
		}
		bits = bits << 6 | (unsigned long)value;
		if (i % 4 == 0)
			continue;
		byte = (unsigned char)(bits >> (6 - i % 4 * 2) & 0xff);
		if (buf_add(b, &byte, 1) == -1)
			return -1;
	}
	return 0;
}
