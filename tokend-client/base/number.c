/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/number.h"

#include <string.h>

#define DIGITS_MAX 18	/* whatever they are, they fit */

size_t
number_write(char text[NUMBER_MAX_LEN + 1], int64_t number)
{
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char digits[NUMBER_MAX_LEN];
	size_t i = sizeof(digits), len;

	do
		digits[--i] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (number < 0)
		digits[--i] = '-';
	len = sizeof(digits) - i;
	memcpy(text, digits + i, len);
	text[len] = '\0';
	return len;
}

size_t
number_read(const char *s, int64_t *number)
{
	size_t sign = s[0] == '-', i = sign;
	int64_t n = 0;

	for (; s[i] >= '0' && s[i] <= '9'; i++) {
		if (i - sign == DIGITS_MAX)
			return 0;
		n = n * 10 + (s[i] - '0');
	}
	if (i == sign)
		return 0;
	*number = sign ? -n : n;
	return i;
}
