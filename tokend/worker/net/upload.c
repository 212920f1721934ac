/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/upload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lineio.h"
#include "base/name.h"
#include "net/exchange.h"
#include "net/head.h"

#define BUFFER_SIZE 65536L	/* of what is read at once, libcurl's default */
#define LINE_MOST 4096

struct upload {
	struct exchange x;
	struct http_settings settings;
	const char *hosts;
	long total_ms;		/* stated; 0: by the size */
	/* The request that is under way. */
	const struct upload_request *request;
	struct upload_answer *answer;
	int64_t given;		/* bytes of the body, to libcurl */
};

struct upload *
upload_open(const struct http_settings *settings, const char *hosts,
    struct failure *why)
{
	struct upload *u = calloc(1, sizeof(*u));

	if (u == NULL) {
		fail_memory(why);
		return NULL;
	}
	u->settings = *settings;
	u->total_ms = settings->total_ms;
	u->hosts = hosts;
	u->x.settings = &u->settings;
	u->x.transfer.ca_file = settings->ca_file;
	u->x.transfer.ca_dir = settings->ca_dir;
	if (transfer_begin(&u->x.transfer, why) == -1) {
		free(u);
		return NULL;
	}
	return u;
}

/* Never less and never more than was announced. */
static size_t
give_body(char *data, size_t size, size_t count, void *arg)
{
	struct upload *u = arg;
	const struct upload_request *r = u->request;
	int64_t left = r->size - u->given;
	ssize_t n = 0;

	if (left == 0)
		return 0;
	n = r->read(r->arg, data, size * count);
	if (n <= 0 || n > left || (n == left && r->may_complete != NULL &&
	    r->may_complete(r->arg) == -1)) {
		u->x.stop = STOP_SOURCE;
		return CURL_READFUNC_ABORT;
	}
	u->given += n;
	return (size_t)n;
}

/* `bytes=0-41`, or without the unit; what begins elsewhere is of no use. */
static int64_t
read_range(const char *value)
{
	long long last = -1;
	char end = '\0';

	if (strncasecmp(value, "bytes=", 6) == 0)
		value += 6;
	return sscanf(value, "0-%18lld%c", &last, &end) == 1 && last >= 0 ?
	    last + 1 : 0;
}

void
upload_answer_add_line(struct upload_answer *a, const char *data, size_t len)
{
	char line[LINE_MOST] = "";
	const char *value = head_split(line, sizeof(line), data, len);

	if (strncmp(line, "HTTP/", 5) == 0) {
		a->location[0] = '\0';
		a->received = 0;
	}
	if (value == NULL)
		return;
	if (strcasecmp(line, "Location") == 0 &&
	    strlen(value) < sizeof(a->location))
		memcpy(a->location, value, strlen(value) + 1);
	else if (strcasecmp(line, "Range") == 0)
		a->received = read_range(value);
}

static size_t
take_line(char *data, size_t size, size_t count, void *arg)
{
	struct upload *u = arg;

	upload_answer_add_line(u->answer, data, size * count);
	return exchange_take_head(data, size, count, &u->x);
}

int64_t
upload_limit(int64_t size)
{
	return UPLOAD_WAIT_MS + size / UPLOAD_BYTES_PER_MS;
}

static long
find_limit(const struct upload *u, const struct upload_request *r)
{
	int64_t limit = u->total_ms != 0 ? u->total_ms :
	    upload_limit(r->size);
	int64_t left = r->deadline != 0 ? r->deadline - clock_ms() : limit;

	return (long)(left < 1 ? 1 : left < limit ? left : limit);
}

/*
 * libcurl must not send a body again by itself, as it would where a kept
 * connection has ended: it says so then. But since 8.7 it still wants to go
 * back in that body before the next request, of which nothing was given yet.
 */
static int
seek_body(void *arg, curl_off_t offset, int origin)
{
	const struct upload *u = arg;

	return offset == 0 && origin == SEEK_SET && u->given == 0 ?
	    CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL;
}

static CURLcode
set_request(struct upload *u, const struct upload_request *r)
{
	CURLcode code = CURLE_OK;

	curl_easy_reset(u->x.transfer.curl);
	u->settings.total_ms = find_limit(u, r);
	code = exchange_set(&u->x, r->url);
	EXCHANGE_SET(&u->x, code, CURLOPT_POST, 1L);
	EXCHANGE_SET(&u->x, code, CURLOPT_CUSTOMREQUEST, r->method);
	EXCHANGE_SET(&u->x, code, CURLOPT_POSTFIELDSIZE_LARGE,
	    (curl_off_t)r->size);
	if (r->size == 0)
		EXCHANGE_SET(&u->x, code, CURLOPT_POSTFIELDS, "");
	EXCHANGE_SET(&u->x, code, CURLOPT_READFUNCTION, give_body);
	EXCHANGE_SET(&u->x, code, CURLOPT_READDATA, u);
	EXCHANGE_SET(&u->x, code, CURLOPT_SEEKFUNCTION, seek_body);
	EXCHANGE_SET(&u->x, code, CURLOPT_SEEKDATA, u);
	EXCHANGE_SET(&u->x, code, CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_SIZE);
	EXCHANGE_SET(&u->x, code, CURLOPT_LOW_SPEED_LIMIT, 1L);
	EXCHANGE_SET(&u->x, code, CURLOPT_LOW_SPEED_TIME, u->settings.still_s);
	EXCHANGE_SET(&u->x, code, CURLOPT_HEADERFUNCTION, take_line);
	EXCHANGE_SET(&u->x, code, CURLOPT_HEADERDATA, u);
	return code;
}

static void
clear_answer(struct upload_answer *a)
{
	struct buf body = a->http.body;

	buf_reset(&body);
	*a = (struct upload_answer)UPLOAD_ANSWER_INIT;
	a->http.body = body;
}

static int
perform_request(struct upload *u, const struct upload_request *r,
    struct failure *why)
{
	struct upload_answer *a = u->answer;
	CURLcode code = CURLE_OK;
	long connects = 0;
	int result = -1, has_moved = 0;

	if (exchange_add_fields(&u->x, r->fields, r->authorization) == -1)
		return fail_memory(why);
	if ((code = set_request(u, r)) != CURLE_OK)
		return transfer_fail_setting(&u->x.transfer, code, why);
	result = exchange_perform(&u->x, why);
	curl_easy_getinfo(u->x.transfer.curl, CURLINFO_NUM_CONNECTS,
	    &connects);
	/*
	 * A kept one had ended; libcurl has another, and forgot what it sent.
	 */
	has_moved = u->x.code == CURLE_SEND_FAIL_REWIND;
	a->was_kept = connects == 0 || has_moved;
	a->is_complete = u->given == r->size &&
	    (has_moved || exchange_sent(&u->x) >= r->size);
	a->http.was_sent = a->is_complete;
	a->is_whole = result == 0;
	return result;
}

int
upload_perform(struct upload *u, const struct upload_request *r,
    struct upload_answer *answer, struct failure *why)
{
	int result = -1;

	clear_answer(answer);
	u->request = r;
	u->answer = answer;
	u->given = 0;
	u->x.answer = &answer->http;
	u->x.transfer.host = answer->http.host;
	u->x.transfer.detail[0] = '\0';
	u->x.head_len = 0;
	u->x.stop = STOP_NOT;
	if (exchange_read_url(&u->x, r->url, 0, why) == -1)
		return -1;
	if (!host_matches(u->hosts, u->x.url.host))
		return fail(why, STATUS_CONFIG, "%s: not asked: the token is "
		    "for other hosts. Fix: add it to hosts, or correct "
		    "send_endpoint", answer->http.host);
	result = perform_request(u, r, why);
	exchange_free_fields(&u->x);
	return result;
}

void
upload_close(struct upload *u)
{
	if (u == NULL)
		return;
	transfer_end(&u->x.transfer);
	free(u);
}
