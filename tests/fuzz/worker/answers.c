/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * answers.c - what a provider's servers send: tokens, refusals, codes for a
 * device, metadata, DNS. The secret is what we sent, and is in no text.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "issuer/metadata.h"
#include "json/json.h"
#include "json/json_scan.h"
#include "base/name.h"
#include "net/head.h"
#include "net/unwrap.h"
#include "oauth/token_answer.h"
#include "signin/device.h"

#define TEXT_MAX 65536
#define ISSUER "https://as.example.org/t"

static const struct account account = { .name = "acct",
    .grant = GRANT_REFRESH_TOKEN };

/* The status, then the body: "400\n{...}". */
static void
begin(struct http_answer *http, struct mask *m, const char *data, size_t len)
{
	struct buf body = fuzz_insert(data, len);
	char *end = NULL;

	*http = (struct http_answer)HTTP_ANSWER_INIT;
	*m = (struct mask)MASK_INIT;
	snprintf(http->host, sizeof(http->host), "%s", "as.example.org");
	snprintf(http->head.type, sizeof(http->head.type), "%s",
	    "application/json");
	http->status = strtol(buf_text(&body), &end, 10);
	end += *end == '\n';
	MUST(buf_add(&http->body, end, body.len -
	    (size_t)(end - buf_text(&body))) == 0);
	MUST(mask_add(m, FUZZ_SECRET) == 0);
	buf_free(&body);
}

static void
check_failure(const struct token_failure *why)
{
	MUST(why->failure.code != STATUS_OK);
	fuzz_printable(why->failure.text);
	fuzz_printable(why->detail.words);
	fuzz_printable(why->detail.error);
	fuzz_hides(why->failure.text, strlen(why->failure.text));
	fuzz_hides(why->detail.words, strlen(why->detail.words));
}

static void
end(struct http_answer *http, struct mask *m)
{
	http_answer_free(http);
	mask_free(m);
}

FUZZ_TARGET(token)
{
	struct token_answer answer = TOKEN_ANSWER_INIT;
	struct token_failure why;
	struct http_answer http;
	struct mask m;

	memset(&why, 0, sizeof(why));
	begin(&http, &m, data, len);
	if (token_answer_read(&account, &http, &m, &answer, &why) == 0) {
		MUST(token_is_clean(buf_text(&answer.access_token),
		    answer.access_token.len));
		MUST(answer.expires_in >= 1 &&
		    answer.expires_in <= EXPIRES_IN_MAX);
	} else {
		check_failure(&why);
	}
	MUST(strlen(buf_text(&answer.refresh_token)) ==
	    answer.refresh_token.len);
	token_answer_free(&answer);
	end(&http, &m);
}

FUZZ_TARGET(device)
{
	struct device d = DEVICE_INIT;
	struct token_failure why;
	struct http_answer http;
	struct mask m;

	memset(&why, 0, sizeof(why));
	begin(&http, &m, data, len);
	if (device_answer_read(&d, &account, &http, &m, &why) == 0) {
		MUST(d.code.len > 0 && d.user_code[0] != '\0');
		MUST(d.interval > 0 && d.expires_in > 0);
		fuzz_printable(d.user_code);
		fuzz_printable(d.uri);
		fuzz_printable(d.complete);
	} else {
		check_failure(&why);
	}
	device_free(&d);
	end(&http, &m);
}

/* Content-Encoding, a line end, the body. */
FUZZ_TARGET(unwrap)
{
	struct buf body = BUF_INIT(TEXT_MAX), room = BUF_INIT(TEXT_MAX);
	const char *newline = memchr(data, '\n', len);
	size_t head = newline != NULL ? (size_t)(newline - data) : 0;
	char encoding[16] = "", token[64], before[64];
	long found = SCAN_MISSING;

	if (head >= sizeof(encoding))
		return;
	memcpy(encoding, data, head);
	data += newline != NULL ? head + 1 : 0;
	len -= newline != NULL ? head + 1 : 0;
	if (len > TEXT_MAX || buf_add(&body, data, len) == -1) {
		buf_free(&body);
		return;
	}
	found = scan_string(data, len, "refresh_token", before,
	    sizeof(before));
	unwrap_body(&body, encoding, &room);
	MUST(body.len <= TEXT_MAX && room.len == 0);
	MUST(body.len == 0 || body.data[body.len] == '\0');
	/* A token that was there by itself is so afterwards. */
	if (found >= 0) {
		MUST(scan_string(body.data, body.len, "refresh_token", token,
		    sizeof(token)) == found);
		MUST(memcmp(token, before, (size_t)found) == 0);
	}
	buf_free(&body);
	buf_free(&room);
}

FUZZ_TARGET(json)
{
	const char *what = "not said", *name = "a";
	struct jdoc *d = jdoc_parse(data, len, &what);
	int64_t number = 0;
	size_t i = 0;

	if (d == NULL) {
		MUST(what != NULL);
		return;
	}
	do {
		(void)jdoc_string(d, name);
		(void)jdoc_integer(d, name, &number);
		(void)jdoc_first_integer(d, name, &number);
		(void)jdoc_is_true(d, name);
		for (i = 0; i < jdoc_length(d, name); i++)
			(void)jdoc_element(d, name, i);
		MUST(i <= JDOC_VALUES);
	} while (jdoc_enter(d, name) == 0);
	jdoc_free(d);
}

/* The lines of an answer's head. */
FUZZ_TARGET(head)
{
	const char *line = data, *newline = NULL, *stop = data + len;
	struct head h;
	int64_t wait = 0;

	memset(&h, 0, sizeof(h));
	for (; line < stop; line = newline) {
		newline = memchr(line, '\n', (size_t)(stop - line));
		newline = newline != NULL ? newline + 1 : stop;
		head_add_line(&h, line, (size_t)(newline - line));
	}
	wait = head_retry_after(&h, 1000000000, 3600);
	MUST(wait >= 0 && wait <= 3600);
	MUST(h.date >= 0 && h.retry_in >= 0 && h.retry_at >= 0);
	MUST(strlen(h.type) < sizeof(h.type));
}
