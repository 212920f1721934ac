/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *
date_text(char text[DATE_MAX], int64_t when)
{
	time_t t = (time_t)when;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || strftime(text, DATE_MAX,
	    "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(text, DATE_MAX, "a time unknown");
	return text;
}

/* `Z`, or `+01:00`: seconds east of Greenwich. -1 for anything else. */
static int
read_zone(const char *text, int *east)
{
	static const char digits[] = "0123456789";
	int sign = *text == '-' ? -1 : 1;

	*east = 0;
	if (strcmp(text, "Z") == 0 || strcmp(text, "z") == 0)
		return 0;
	if ((*text != '+' && *text != '-') || strlen(text) != 6 ||
	    strspn(text + 1, digits) != 2 || text[3] != ':' ||
	    strspn(text + 4, digits) != 2)
		return -1;
	*east = sign * (((text[1] - '0') * 10 + text[2] - '0') * 3600 +
	    ((text[4] - '0') * 10 + text[5] - '0') * 60);
	return 0;
}

int64_t
date_read(const char *text)
{
	struct tm tm;
	const char *rest = NULL;
	size_t digits = 0;
	int64_t when = 0;
	int east = 0;

	memset(&tm, 0, sizeof(tm));
	if (strlen(text) < 20 || (text[10] != 'T' && text[10] != 't' &&
	    text[10] != ' ') || strptime(text, "%Y-%m-%d", &tm) != text + 10 ||
	    (rest = strptime(text + 11, "%H:%M:%S", &tm)) != text + 19)
		return -1;
	if (*rest == '.') {
		if ((digits = strspn(rest + 1, "0123456789")) == 0)
			return -1;
		rest += 1 + digits;
	}
	if (read_zone(rest, &east) == -1)
		return -1;
	when = (int64_t)timegm(&tm) - east;
	return when > 0 ? when : -1;
}

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
