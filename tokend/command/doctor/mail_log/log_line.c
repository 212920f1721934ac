/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/log_line.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/status.h"
#include "common/date.h"

#define HALF_YEAR (183 * 86400LL)

int64_t
logged_time(const char *line, int64_t now)
{
	time_t today = (time_t)now;
	char date[DATE_MAX];
	struct tm tm, local;
	int64_t when;

	snprintf(date, sizeof(date), "%.*s", (int)strcspn(line, " "), line);
	if ((when = date_read(date)) != -1)
		return when;
	if (localtime_r(&today, &local) == NULL)
		return 0;
	memset(&tm, 0, sizeof(tm));
	if (strptime(line, "%b %d %H:%M:%S", &tm) == NULL)
		return 0;
	tm.tm_year = local.tm_year;
	tm.tm_isdst = -1;
	when = (int64_t)mktime(&tm);
	/* A date in the future is of last year. */
	if (when > now + HALF_YEAR) {
		tm.tm_year--;
		tm.tm_isdst = -1;
		when = (int64_t)mktime(&tm);
	}
	return when > 0 ? when : 0;
}

/* The text between the word and one of the characters of end. 1, or 0. */
static int
take_text(char *to, size_t size, const char *line, const char *word,
    const char *end)
{
	const char *at = strstr(line, word);

	if (at == NULL)
		return 0;
	at += strlen(word);
	snprintf(to, size, "%.*s", (int)strcspn(at, end), at);
	make_printable(to, size);
	return 1;
}

/* "...[123]: ID: "; returns what follows, or NULL. */
static const char *
take_id(struct logged *l, const char *line)
{
	const char *at = strstr(line, "]: ");
	size_t len = 0;

	if (at == NULL)
		return NULL;
	at += 3;
	while (isalnum((unsigned char)at[len]))
		len++;
	if (len < 5 || len >= sizeof(l->id) || strncmp(at + len, ": ", 2) != 0)
		return NULL;
	snprintf(l->id, sizeof(l->id), "%.*s", (int)len, at);
	return at + len + 2;
}

static int
take_status(struct logged *l, const char *line)
{
	static const struct {
		const char *word;
		enum logged_kind kind;
	} kinds[] = { { ", status=sent (", LOGGED_SENT },
		{ ", status=bounced (", LOGGED_BOUNCED },
		{ ", status=deferred (", LOGGED_DEFERRED } };
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!take_text(l->text, sizeof(l->text), line, kinds[i].word,
		    ""))
			continue;
		l->kind = kinds[i].kind;
		return take_text(l->relay, sizeof(l->relay), line, ", relay=",
		    "[,");
	}
	return 0;
}

int
logged_parse(struct logged *l, const char *line, int64_t now)
{
	const char *at;

	memset(l, 0, sizeof(*l));
	if ((at = take_id(l, line)) == NULL)
		return 0;
	l->when = logged_time(line, now);
	if (strncmp(at, "to=<", 4) == 0)
		return take_status(l, at);
	if (strncmp(at, "from=<", 6) != 0)
		return 0;
	take_text(l->sender, sizeof(l->sender), at, "from=<", ">");
	l->kind = strstr(at, "expired, returned to sender") != NULL ?
	    LOGGED_EXPIRED : LOGGED_SENDER;
	return 1;
}
