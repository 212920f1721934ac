/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/http.h"

#include <string.h>
#include <strings.h>

#include "net/decode.h"
#include "net/exchange.h"
#include "net/trouble.h"
#include "net/unwrap.h"
#include "net/url.h"

/* What goes out; form NULL: a GET. */
struct request {
	const char *url;
	const struct buf *authorization;
	const struct buf *form;
	const char *const *fields;
};

static CURLcode
set_request(struct exchange *x, const struct request *r)
{
	CURLcode code = exchange_set(x, r->url);

	if (r->form != NULL) {
		EXCHANGE_SET(x, code, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->form->len);
		EXCHANGE_SET(x, code, CURLOPT_POSTFIELDS, buf_text(r->form));
	}
	return code;
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

/* room is for unwrap_body, taken before the request. */
static int
perform_request(struct exchange *x, const struct request *r, struct buf *room,
    struct failure *why)
{
	struct http_answer *a = x->answer;
	CURLcode code = CURLE_OK;
	int result = -1;

	if (exchange_add_fields(x, r->fields, r->authorization) == -1 ||
	    buf_room(room, HTTP_BODY_MAX) == -1)
		return fail_memory(why);
	if ((code = set_request(x, r)) != CURLE_OK)
		return transfer_fail_setting(&x->transfer, code, why);
	result = exchange_perform(x, why);
	a->was_sent = r->form != NULL &&
	    exchange_sent(x) >= (int64_t)r->form->len;
	if (result == -1)
		return -1;
	note_move(x, r->url);
	decode_body(&a->body, a->head.encoding, room);
	unwrap_body(&a->body, a->head.encoding, room);
	return 0;
}

static int
send_request(const struct http_settings *s, const struct request *r,
    struct http_answer *answer, struct failure *why)
{
	struct exchange x = { .settings = s, .answer = answer,
	    .transfer = { .host = answer->host, .ca_file = s->ca_file,
	    .ca_dir = s->ca_dir } };
	struct buf room = BUF_INIT(HTTP_BODY_MAX);
	int result = -1;

	/* What is posted are secrets; what a cloud's service gives, is not. */
	if (exchange_read_url(&x, r->url, r->form == NULL, why) == -1 ||
	    transfer_begin(&x.transfer, why) == -1)
		return -1;
	result = perform_request(&x, r, &room, why);
	transfer_end(&x.transfer);
	exchange_free_fields(&x);
	buf_free(&room);
	return result;
}

int
http_post(const struct http_settings *s, const char *url,
    const struct buf *authorization, const struct buf *form,
    struct http_answer *answer, struct failure *why)
{
	static const char *const fields[] = { "Content-Type: "
	    "application/x-www-form-urlencoded", NULL };
	struct request r = { .url = url, .authorization = authorization,
	    .form = form, .fields = fields };

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
	if ((proxy = exchange_find_proxy(s, &u, &r->variable)) != NULL)
		trouble_show_proxy(r->proxy, proxy);
	return 0;
}

void
http_answer_free(struct http_answer *answer)
{
	buf_free(&answer->body);
}
