/* SPDX-License-Identifier: BSD-2-Clause */
/* duration.c - see duration.h */
#include "common/duration.h"

#include <stdio.h>

const char *
duration_text(char text[DURATION_MAX], int64_t seconds)
{
	long long n = seconds < 0 ? 0 : (long long)seconds;

	if (n < 120)
		snprintf(text, DURATION_MAX, "%lld s", n);
	else if (n < 7200)
		snprintf(text, DURATION_MAX, "%lld min", n / 60);
	else if (n < 172800)
		snprintf(text, DURATION_MAX, "%lld h", n / 3600);
	else
		snprintf(text, DURATION_MAX, "%lld days", n / 86400);
	return text;
}
