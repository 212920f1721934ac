/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "net/http.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "net/decode.h"
#include "net/transfer.h"
#include "net/trouble.h"
#include "net/unwrap.h"
#include "net/url.h"

/* Why a callback stopped the transfer. */
enum stop {
	STOP_NOT,
	STOP_MEMORY,
	STOP_BODY,
	STOP_HEAD
};

/* What goes out; form NULL: a GET. */
struct request {
	const char *url;
	const struct buf *authorization;
	const struct buf *form;
	const char *const *fields;
};

struct exchange {
	const struct http_settings *settings;
	struct url url;
	struct transfer transfer;
	struct curl_slist *fields;
	struct http_answer *answer;
	struct buf room;	/* for unwrap_body, taken before the request */
	size_t head_len;
	enum stop stop;
};

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;

	if (buf_add(&x->answer->body, data, size * count) == 0)
		return size * count;
	x->stop = errno == ENOMEM ? STOP_MEMORY : STOP_BODY;
	return 0;
}

static size_t
take_head(char *data, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;

	x->head_len += size * count;
	if (x->head_len > HTTP_HEAD_MAX) {
		x->stop = STOP_HEAD;
		return 0;
	}
	head_add_line(&x->answer->head, data, size * count);
	return size * count;
}

static int
add_field(struct exchange *x, const char *line)
{
	struct curl_slist *longer = curl_slist_append(x->fields, line);

	if (longer == NULL)
		return -1;
	x->fields = longer;
	return 0;
}

static int
add_authorization(struct exchange *x, const struct buf *authorization)
{
	static const char name[] = "Authorization: ";
	struct buf line = BUF_INIT(0);
	int result = -1;

	if (authorization == NULL || authorization->len == 0)
		return 0;
	line.max = strlen(name) + authorization->len;
	if (buf_adds(&line, name) == 0 &&
	    buf_add(&line, authorization->data, authorization->len) == 0)
		result = add_field(x, buf_text(&line));
	buf_free(&line);
	return result;
}

static int
add_fields(struct exchange *x, const struct request *r)
{
	const char *const *line = r->fields;

	/* Some compress even so (unwrap.h). */
	if (add_field(x, "Accept: application/json") == -1 ||
	    add_field(x, "Accept-Encoding: identity") == -1)
		return -1;
	for (; line != NULL && *line != NULL; line++)
		if (add_field(x, *line) == -1)
			return -1;
	/* An empty Expect: libcurl would wait a second for a 100 Continue. */
	if (r->form != NULL && (add_field(x, "Content-Type: "
	    "application/x-www-form-urlencoded") == -1 ||
	    add_field(x, "Expect:") == -1))
		return -1;
	return add_authorization(x, r->authorization);
}

/* One of the fields may hold the client's secret. */
static void
free_fields(struct curl_slist *fields)
{
	struct curl_slist *f = NULL;

	for (f = fields; f != NULL; f = f->next)
		explicit_bzero(f->data, strlen(f->data));
	curl_slist_free_all(fields);
}

/*
 * The proxy that is gone through, or NULL; no_proxy may still except it.
 * *variable: of the environment, that names it.
 */
static const char *
find_proxy(const struct http_settings *s, const struct url *u,
    const char **variable)
{
	static const char *const names[] = {
		"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"
	};
	const char *proxy = s->proxy;
	size_t i = 0;

	*variable = NULL;
	if (u->is_loopback || u->is_metadata)
		return NULL;
	if (proxy != NULL)
		return strcmp(proxy, "none") != 0 ? proxy : NULL;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((proxy = getenv(names[i])) != NULL && *proxy != '\0') {
			*variable = names[i];
			return proxy;
		}
	return NULL;
}

static const char *
proxy_in_use(const struct exchange *x)
{
	const char *variable = NULL;

	return find_proxy(x->settings, &x->url, &variable);
}

#define SET(option, value) TRANSFER_SET(&x->transfer, code, option, value)

static CURLcode
set_proxy(struct exchange *x)
{
	const char *proxy = proxy_in_use(x);
	CURLcode code = CURLE_OK;

	/* The client's secret is not for the proxy. */
	SET(CURLOPT_HEADEROPT, (long)CURLHEADER_SEPARATE);
	if (proxy == NULL) {
		SET(CURLOPT_PROXY, "");
		return code;
	}
	if (x->settings->proxy != NULL) {
		SET(CURLOPT_PROXY, proxy);
		SET(CURLOPT_NOPROXY, "");	/* nor the environment's */
	}
	/* An HTTPS proxy has a certificate too, mostly of the same CA. */
	return code != CURLE_OK ? code : transfer_secure_proxy(&x->transfer);
}

static CURLcode
set_request(struct exchange *x, const struct request *r)
{
	const struct http_settings *s = x->settings;
	CURLcode code = transfer_set(&x->transfer, r->url,
	    x->url.is_tls ? "https" : "http",
	    s->connect_ms != 0 ? s->connect_ms : (long)HTTP_CONNECT_MS,
	    s->total_ms != 0 ? s->total_ms : (long)HTTP_TOTAL_MS);

	/* One request needs nothing of HTTP/2, whose parser then stays out. */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x074000	/* 7.64.0 */
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
#endif
	SET(CURLOPT_USERAGENT, "tokend/" PACKAGE_VERSION);
	SET(CURLOPT_HTTPHEADER, x->fields);
	if (r->form != NULL) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)r->form->len);
		SET(CURLOPT_POSTFIELDS, buf_text(r->form));
	}
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, take_head);
	SET(CURLOPT_HEADERDATA, x);
	return code;
}

/* Before 8.6 a header line of over 100 kB is told as out of memory, too. */
static enum trouble_kind
find_memory_trouble(const struct exchange *x)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(x->transfer.curl, CURLINFO_SIZE_UPLOAD_T, &sent);
	return sent == 0 ? TROUBLE_MEMORY : TROUBLE_HEAD_LONG;
}

/* A callback stopped the transfer. */
static enum trouble_kind
find_stop(const struct exchange *x, long *number)
{
	switch (x->stop) {
	case STOP_HEAD:
		*number = HTTP_HEAD_MAX;
		return TROUBLE_HEAD_LONG;
	case STOP_BODY:
		*number = HTTP_BODY_MAX;
		return TROUBLE_BODY_LONG;
	default:
		return TROUBLE_MEMORY;
	}
}

static enum trouble_kind
find_trouble(const struct exchange *x, CURLcode code, long *number)
{
	switch (code) {
	case CURLE_OUT_OF_MEMORY:
		return find_memory_trouble(x);
#if LIBCURL_VERSION_NUM >= 0x080600
	case CURLE_TOO_LARGE:
		return TROUBLE_HEAD_LONG;
#endif
	case CURLE_OK:				/* and nothing but a 1xx */
	case CURLE_UNSUPPORTED_PROTOCOL:	/* HTTP/0.9 */
	case CURLE_WEIRD_SERVER_REPLY:
		return TROUBLE_NOT_HTTP;
	default:
		return transfer_trouble(&x->transfer, code,
		    x->answer->status != 0, number);
	}
}

static int
explain_failure(const struct exchange *x, CURLcode code, struct failure *why)
{
	const struct http_settings *s = x->settings;
	struct trouble t = { .host = x->answer->host,
	    .proxy = proxy_in_use(x), .proxy_is_set = s->proxy != NULL,
	    .setting = s->setting, .ca_file = s->ca_file,
	    .ca_dir = s->ca_dir };
	long by_proxy = 0;

	curl_easy_getinfo(x->transfer.curl, CURLINFO_HTTP_CONNECTCODE,
	    &by_proxy);
	if (x->stop != STOP_NOT) {
		t.kind = find_stop(x, &t.number);
	} else if (by_proxy >= 300) {
		t.kind = TROUBLE_PROXY;
		t.number = by_proxy;
	} else {
		t.kind = find_trouble(x, code, &t.number);
	}
	t.detail = transfer_detail(&x->transfer, code, t.kind);
	x->answer->trouble = t.kind;
	return trouble_fail(&t, why);
}

/* libcurl completes what Location leaves out. */
static void
note_move(struct exchange *x, const char *asked)
{
	const char *address = NULL;
	size_t origin = strcspn(asked, "/") + 2;
	struct url to;

	origin += strcspn(asked + origin, "/?#");
	curl_easy_getinfo(x->transfer.curl, CURLINFO_REDIRECT_URL, &address);
	if (address == NULL || strlen(address) >= HTTP_MOVED_MAX ||
	    strpbrk(address, "?#@\\ \"'") != NULL ||
	    url_read(&to, address) == -1 ||
	    strncasecmp(address, asked, origin) != 0 ||
	    (address[origin] != '/' && address[origin] != '\0'))
		return;
	memcpy(x->answer->moved, address, strlen(address) + 1);
}

static int
is_sent(const struct exchange *x, const struct request *r)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(x->transfer.curl, CURLINFO_SIZE_UPLOAD_T, &sent);
	return r->form != NULL && sent >= (curl_off_t)r->form->len;
}

static int
perform_request(struct exchange *x, const struct request *r,
    struct failure *why)
{
	CURLcode code = CURLE_OUT_OF_MEMORY;
	long status = 0;

	if (add_fields(x, r) == -1 || buf_room(&x->room, HTTP_BODY_MAX) == -1)
		return fail_memory(why);
	if ((code = set_request(x, r)) != CURLE_OK ||
	    (code = set_proxy(x)) != CURLE_OK)
		return transfer_fail_setting(&x->transfer, code, why);
	code = curl_easy_perform(x->transfer.curl);
	if (transfer_use_bundle(&x->transfer, code))
		code = curl_easy_perform(x->transfer.curl);
	if (x->settings->setting != NULL)
		x->answer->setting = x->settings->setting;
	x->answer->trusted = transfer_trusted(&x->transfer);
	curl_easy_getinfo(x->transfer.curl, CURLINFO_RESPONSE_CODE, &status);
	x->answer->was_sent = is_sent(x, r);
	/* An interim answer is none. */
	x->answer->status = status >= 200 ? status : 0;
	transfer_address(&x->transfer, x->answer->address);
	x->answer->retry_after = head_retry_after(&x->answer->head,
	    (int64_t)time(NULL), HTTP_RETRY_AFTER_MAX);
	if (code != CURLE_OK || status < 200)
		return explain_failure(x, code, why);
	note_move(x, r->url);
	decode_body(&x->answer->body, x->answer->head.encoding, &x->room);
	unwrap_body(&x->answer->body, x->answer->head.encoding, &x->room);
	return 0;
}

/* What is posted are secrets; what a cloud's own service gives are not ours. */
static int
may_be_plain(const struct url *u, const struct request *r)
{
	return u->is_loopback || (u->is_metadata && r->form == NULL);
}

static int
send_request(const struct http_settings *s, const struct request *r,
    struct http_answer *answer, struct failure *why)
{
	struct exchange x = { .settings = s, .answer = answer,
	    .room = BUF_INIT(HTTP_BODY_MAX),
	    .transfer = { .host = answer->host, .ca_file = s->ca_file,
	    .ca_dir = s->ca_dir } };
	int result = -1;

	if (url_read(&x.url, r->url) == -1)
		return fail(why, STATUS_CONFIG, "the endpoint is not a URL "
		    "that tokend can ask: https://HOST[:PORT]/PATH");
	head_copy_host(answer->host, x.url.host, strlen(x.url.host));
	if (!x.url.is_tls && !may_be_plain(&x.url, r))
		return fail(why, STATUS_CONFIG, "%s: not asked: secrets go to "
		    "https only (http to loopback)", answer->host);
	x.transfer.is_tls = x.url.is_tls;
	if (transfer_begin(&x.transfer, why) == -1)
		return -1;
	result = perform_request(&x, r, why);
	transfer_end(&x.transfer);
	free_fields(x.fields);
	buf_free(&x.room);
	return result;
}

int
http_post(const struct http_settings *s, const char *url,
    const struct buf *authorization, const struct buf *form,
    struct http_answer *answer, struct failure *why)
{
	struct request r = { .url = url, .authorization = authorization,
	    .form = form };

	return send_request(s, &r, answer, why);
}

int
http_get(const struct http_settings *s, const char *url,
    const char *const fields[], struct http_answer *answer,
    struct failure *why)
{
	struct request r = { .url = url, .fields = fields };

	return send_request(s, &r, answer, why);
}

int
http_find_route(const struct http_settings *s, const char *url,
    struct http_route *r)
{
	const char *proxy = NULL;
	struct url u;

	r->proxy[0] = '\0';
	if (url_read(&u, url) == -1)
		return -1;
	if ((proxy = find_proxy(s, &u, &r->variable)) != NULL)
		trouble_show_proxy(r->proxy, proxy);
	return 0;
}

void
http_answer_free(struct http_answer *answer)
{
	buf_free(&answer->body);
}
