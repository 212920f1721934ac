/* SPDX-License-Identifier: BSD-2-Clause */
/* api_refusal.c - an API's error as a failure: meaning, and when it passes */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/date.h"
#include "common/failure_text.h"
#include "json/api_error.h"
#include "send/api.h"
#include "state/send_hold.h"

#define HEAD_MOST 192
#define REMEDY_MOST 256
/* Seconds, where a limit is met and the provider does not say how long. */
#define PAUSE 60
#define PAUSE_OF_DAY 3600

/* "Retry after 2026-11-29T15:40:12.000Z", as Google says it in its words. */
static int64_t
read_time_in_words(const char *words, int64_t now)
{
	static const char mark[] = "etry after ";
	const char *at = strstr(words, mark);
	char date[DATE_MAX] = "";
	int64_t when;

	if (at == NULL)
		return 0;
	at += strlen(mark);
	snprintf(date, sizeof(date), "%.*s", (int)strcspn(at, " ,;()\""), at);
	when = date_read(date);
	return when > now ? when - now : 0;
}

static int64_t
find_pause(const struct api_call *c, const struct known *row,
    const struct api_error *said)
{
	const struct head *head = &c->http.http.head;
	int64_t now = (int64_t)time(NULL), seconds;

	if (row->code != STATUS_LATER)
		return 0;
	seconds = head_retry_after(head, now, SEND_HOLD_MOST);
	if (seconds == 0 && (row->flags & KNOWN_PASSES) != 0)
		seconds = read_time_in_words(said->words,
		    head->date != 0 ? head->date : now);
	if (seconds == 0 && (row->flags & KNOWN_PASSES) != 0)
		seconds = (row->flags & KNOWN_OF_DAY) != 0 ? PAUSE_OF_DAY :
		    PAUSE;
	return seconds < SEND_HOLD_MOST ? seconds : SEND_HOLD_MOST;
}

static void
write_failure(const struct api_call *c, const struct known *row,
    const struct api_error *said)
{
	const struct account *a = c->sender->account;
	const struct http_answer *http = &c->http.http;
	char head[HEAD_MOST], remedy[REMEDY_MOST], tail[REMEDY_MOST + 40];
	char status[24];

	snprintf(status, sizeof(status), "HTTP %ld", http->status);
	snprintf(head, sizeof(head), "%s %s: %s", http->host,
	    row->code == STATUS_REJECTED ? "refused the token" :
	    row->code == STATUS_LATER ? "does not take the mail now" :
	    "refused the mail", said->name[0] != '\0' ? said->name : status);
	known_fill(remedy, sizeof(remedy), row->remedy, KNOWN_VALUES(
	    { "account", a->name }, { "user", c->user },
	    { "client", a->client_id }));
	/* A gateway that lost the answer says so by 502 to 504. */
	snprintf(tail, sizeof(tail), "%s. Fix: %s", http->status >= 500 &&
	    c->http.is_complete ? "; it may have been sent" : "", remedy);
	text_fail(c->why, row->code, head, said->words, tail);
	c->why->retry_after = c->answer->retry_after;
}

static enum sent
refuse(struct api_call *c, const struct known *row, struct api_error *said)
{
	c->answer->retry_after = find_pause(c, row, said);
	/* Other users are told it, too, when their mail is held back. */
	if (c->answer->retry_after > 0)
		text_hide_addresses(said->words, NULL);
	snprintf(c->answer->said, sizeof(c->answer->said), "%s%s%.320s",
	    said->name, said->name[0] != '\0' && said->words[0] != '\0' ?
	    ": " : "", said->words);
	if (c->answer->said[0] == '\0')
		snprintf(c->answer->said, sizeof(c->answer->said), "HTTP %ld",
		    c->http.http.status);
	write_failure(c, row, said);
	return row->code == STATUS_REJECTED ? SENT_TOKEN_REFUSED :
	    SENT_FAILED;
}

enum sent
api_refused(struct api_call *c)
{
	struct api_error said;
	long status = c->http.http.status;

	api_error_read(&said, &c->http.http.body, c->token);
	/* That of a proxy says nothing about the mail. */
	if (status == 400 && !said.is_of_api)
		status = 0;
	return refuse(c, send_refusal_find(c->api, status,
	    said.name[0] != '\0' ? said.name : NULL, said.words), &said);
}

enum sent
api_refused_as(struct api_call *c, const char *name, const char *words)
{
	struct api_error said;

	snprintf(said.name, sizeof(said.name), "%s", name);
	snprintf(said.words, sizeof(said.words), "%s", words);
	return refuse(c, send_refusal_find(c->api, 0, name, words), &said);
}
