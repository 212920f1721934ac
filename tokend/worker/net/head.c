/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/head.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define LINE_MAX_READ 512	/* a longer one is none that we look for */
#define SECONDS_MAX 1000000000000LL

/* The three formats of RFC 9110 5.6.7; 0 for anything else. */
static int64_t
read_date(const char *value)
{
	static const char *const formats[] = {
		"%a, %d %b %Y %H:%M:%S GMT",
		"%A, %d-%b-%y %H:%M:%S GMT",
		"%a %b %d %H:%M:%S %Y"
	};
	struct tm tm;
	const char *end = NULL;
	int64_t when = 0;
	size_t i = 0;

	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		memset(&tm, 0, sizeof(tm));
		end = strptime(value, formats[i], &tm);
		if (end != NULL && *end == '\0') {
			when = (int64_t)timegm(&tm);
			return when > 0 ? when : 0;
		}
	}
	return 0;
}

/* "Application/JSON; charset=utf-8" becomes application/json. */
static void
take_type(struct head *h, const char *value)
{
	static const char known[] =
	    "abcdefghijklmnopqrstuvwxyz0123456789/+-._";
	size_t i = 0;
	char c = '\0';

	for (i = 0; i < sizeof(h->type) - 1; i++) {
		c = value[i];
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c == '\0' || strchr(known, c) == NULL)
			break;
		h->type[i] = c;
	}
	h->type[i] = '\0';
}

static void
take_location(struct head *h, const char *value)
{
	const char *host = strstr(value, "://");

	/* Not with a user's name and password in front. */
	if (host != NULL && strpbrk(value, "@\\") == NULL)
		head_copy_host(h->redirect, host + 3,
		    strcspn(host + 3, "/?#"));
}

static void
take_whole(char *out, size_t size, const char *value)
{
	out[0] = '\0';
	if (strlen(value) < size)
		snprintf(out, size, "%s", value);
}

/* Returns what follows the digits. */
static const char *
read_seconds(const char *value, int64_t *seconds)
{
	*seconds = 0;
	for (; *value >= '0' && *value <= '9'; value++)
		if (*seconds < SECONDS_MAX)
			*seconds = *seconds * 10 + (*value - '0');
	return value;
}

/* The shortest of all that is said. */
static void
take_cache_control(struct head *h, const char *value)
{
	int64_t seconds = 0;

	for (; *value != '\0'; value += strcspn(value, ",")) {
		value += strspn(value, ", \t");
		if (strncasecmp(value, "no-store", 8) == 0 ||
		    strncasecmp(value, "no-cache", 8) == 0)
			seconds = 1;
		else if (strncasecmp(value, "max-age=", 8) != 0 ||
		    read_seconds(value + 8, &seconds) == value + 8)
			continue;
		if (seconds == 0)
			seconds = 1;
		if (h->fresh_for == 0 || seconds < h->fresh_for)
			h->fresh_for = seconds;
	}
}

static void
take_retry_after(struct head *h, const char *value)
{
	int64_t seconds = 0;
	const char *c = read_seconds(value, &seconds);

	h->retry_in = h->retry_at = 0;
	if (c > value && *c == '\0')
		h->retry_in = seconds;
	else
		h->retry_at = read_date(value);
}

char *
head_split(char *line, size_t size, const char *data, size_t len)
{
	char *value = NULL;

	line[0] = '\0';
	if (len >= size)
		return NULL;
	memcpy(line, data, len);
	while (len > 0 && strchr(" \t\r\n", line[len - 1]) != NULL)
		len--;
	line[len] = '\0';
	if ((value = strchr(line, ':')) == NULL)
		return NULL;
	*value++ = '\0';
	return value + strspn(value, " \t");
}

void
head_add_line(struct head *h, const char *data, size_t len)
{
	char line[LINE_MAX_READ] = "";
	const char *value = head_split(line, sizeof(line), data, len);

	if (strncmp(line, "HTTP/", 5) == 0) {
		memset(h, 0, sizeof(*h));
		return;
	}
	if (value == NULL)
		return;
	if (strcasecmp(line, "Content-Type") == 0)
		take_type(h, value);
	else if (strcasecmp(line, "Location") == 0)
		take_location(h, value);
	else if (strcasecmp(line, "Retry-After") == 0)
		take_retry_after(h, value);
	else if (strcasecmp(line, "Cache-Control") == 0)
		take_cache_control(h, value);
	else if (strcasecmp(line, "Content-Encoding") == 0)
		take_whole(h->encoding, sizeof(h->encoding), value);
	else if (strcasecmp(line, "WWW-Authenticate") == 0)
		take_whole(h->challenge, sizeof(h->challenge), value);
	else if (strcasecmp(line, "Metadata-Flavor") == 0)
		take_whole(h->flavor, sizeof(h->flavor), value);
	else if (strcasecmp(line, "Date") == 0)
		h->date = read_date(value);
}

int64_t
head_retry_after(const struct head *h, int64_t now, int64_t most)
{
	int64_t seconds = h->retry_in;

	if (h->retry_at != 0)
		seconds = h->retry_at - (h->date != 0 ? h->date : now);
	return seconds < 0 ? 0 : seconds > most ? most : seconds;
}

void
head_copy_host(char out[HEAD_HOST_SHOWN], const char *host, size_t len)
{
	int whole = len < HEAD_HOST_SHOWN;

	snprintf(out, HEAD_HOST_SHOWN, "%.*s%s",
	    whole ? (int)len : HEAD_HOST_SHOWN - 4, host, whole ? "" : "...");
}
