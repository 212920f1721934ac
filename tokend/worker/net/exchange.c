/* SPDX-License-Identifier: BSD-2-Clause */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include "net/exchange.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "net/trouble.h"

#define SET(option, value) EXCHANGE_SET(x, code, option, value)

int
exchange_read_url(struct exchange *x, const char *url, int may_be_metadata,
    struct failure *why)
{
	if (url_read(&x->url, url) == -1)
		return fail(why, STATUS_CONFIG, "the endpoint is not a URL "
		    "that tokend can ask: https://HOST[:PORT]/PATH");
	head_copy_host(x->answer->host, x->url.host, strlen(x->url.host));
	if (!x->url.is_tls && !x->url.is_loopback &&
	    !(x->url.is_metadata && may_be_metadata))
		return fail(why, STATUS_CONFIG, "%s: not asked: secrets go to "
		    "https only (http to loopback)", x->answer->host);
	x->transfer.is_tls = x->url.is_tls;
	return 0;
}

static size_t
take_body(char *data, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;

	if (buf_add(&x->answer->body, data, size * count) == 0)
		return size * count;
	x->stop = errno == ENOMEM ? STOP_MEMORY : STOP_BODY;
	return 0;
}

size_t
exchange_take_head(char *data, size_t size, size_t count, void *arg)
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

int
exchange_add_fields(struct exchange *x, const char *const *more,
    const struct buf *authorization)
{
	/* Some compress even so (unwrap.h). */
	if (add_field(x, "Accept: application/json") == -1 ||
	    add_field(x, "Accept-Encoding: identity") == -1)
		return -1;
	for (; more != NULL && *more != NULL; more++)
		if (add_field(x, *more) == -1)
			return -1;
	/* An empty Expect: libcurl would wait a second for a 100 Continue. */
	return add_field(x, "Expect:") == -1 ? -1 :
	    add_authorization(x, authorization);
}

void
exchange_free_fields(struct exchange *x)
{
	struct curl_slist *f = NULL;

	for (f = x->fields; f != NULL; f = f->next)
		explicit_bzero(f->data, strlen(f->data));
	curl_slist_free_all(x->fields);
	x->fields = NULL;
}

const char *
exchange_find_proxy(const struct http_settings *s, const struct url *u,
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

	return exchange_find_proxy(x->settings, &x->url, &variable);
}

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

CURLcode
exchange_set(struct exchange *x, const char *url)
{
	const struct http_settings *s = x->settings;
	CURLcode code = transfer_set(&x->transfer, url,
	    x->url.is_tls ? "https" : "http",
	    s->connect_ms != 0 ? s->connect_ms : (long)HTTP_CONNECT_MS,
	    s->total_ms != 0 ? s->total_ms : (long)HTTP_TOTAL_MS);

	/* No request needs anything of HTTP/2: its parser then stays out. */
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
#if LIBCURL_VERSION_NUM >= 0x074000	/* 7.64.0 */
	SET(CURLOPT_HTTP09_ALLOWED, 0L);
#endif
	SET(CURLOPT_USERAGENT, "tokend/" PACKAGE_VERSION);
	SET(CURLOPT_HTTPHEADER, x->fields);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, x);
	SET(CURLOPT_HEADERFUNCTION, exchange_take_head);
	SET(CURLOPT_HEADERDATA, x);
	return code != CURLE_OK ? code : set_proxy(x);
}

int64_t
exchange_sent(const struct exchange *x)
{
	curl_off_t sent = 0;

	curl_easy_getinfo(x->transfer.curl, CURLINFO_SIZE_UPLOAD_T, &sent);
	return sent;
}

/* Before 8.6 a header line of over 100 kB is told as out of memory, too. */
static enum trouble_kind
find_memory_trouble(const struct exchange *x)
{
	return exchange_sent(x) == 0 ? TROUBLE_MEMORY :
	    TROUBLE_LINE_OR_MEMORY;
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
		*number = (long)x->answer->body.max;
		return TROUBLE_BODY_LONG;
	case STOP_SOURCE:
		return TROUBLE_SOURCE;
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

int
exchange_perform(struct exchange *x, struct failure *why)
{
	CURLcode code = curl_easy_perform(x->transfer.curl);
	struct http_answer *a = x->answer;
	long status = 0;

	if (transfer_use_bundle(&x->transfer, code))
		code = curl_easy_perform(x->transfer.curl);
	x->code = code;
	if (x->settings->setting != NULL)
		a->setting = x->settings->setting;
	a->trusted = transfer_trusted(&x->transfer);
	curl_easy_getinfo(x->transfer.curl, CURLINFO_RESPONSE_CODE, &status);
	/* An interim answer is none. */
	a->status = status >= 200 ? status : 0;
	transfer_address(&x->transfer, a->address);
	a->retry_after = head_retry_after(&a->head, (int64_t)time(NULL),
	    HTTP_RETRY_AFTER_MAX);
	return code != CURLE_OK || status < 200 ?
	    explain_failure(x, code, why) : 0;
}
