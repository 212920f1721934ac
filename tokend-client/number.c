/* number.c - see number.h */
#include "number.h"

#define DIGITS_MAX 18	/* whatever they are, they fit */

size_t
number_write(char text[NUMBER_MAX_LEN + 1], int64_t number)
{
	uint64_t value = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	uint64_t rest = value;
	size_t len = number < 0 ? 2 : 1, i;

	while ((rest /= 10) > 0)
		len++;
	for (i = len; i > (number < 0); value /= 10)
		text[--i] = (char)('0' + value % 10);
	if (number < 0)
		text[0] = '-';
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
