/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * graph.c - Microsoft Graph's sendMail: the mail as MIME, in base64, as
 * text/plain. 202 is all that it says of a mail that it has taken.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "net/form.h"
#include "send/api.h"

#define REQUEST_MOST (4 << 20)	/* bytes of base64 */
#define MAIL_MOST (REQUEST_MOST / 4 * 3)
/* From here on an answer of 200, in place of 202, is one for too large. */
#define LARGE_MAIL (2 << 20)
#define RAW_SIZE 49152
#define ADDRESS_MOST 2048

/* The mail in base64, a piece at a time. */
struct encoder {
	struct api_call *call;
	struct buf text;
	size_t used;		/* of text */
	size_t raw_len;		/* that wait to be encoded */
	char raw[RAW_SIZE];
};

/* Groups of three bytes; what is left over waits, but not at the end. */
static int
encode_more(struct encoder *e)
{
	ssize_t n = api_read_mail(e->call, e->raw + e->raw_len,
	    sizeof(e->raw) - e->raw_len);
	size_t whole;

	if (n == -1)
		return -1;
	e->raw_len += (size_t)n;
	whole = n == 0 ? e->raw_len : e->raw_len - e->raw_len % 3;
	buf_reset(&e->text);
	e->used = 0;
	if (base64_add(&e->text, e->raw, whole) == -1)
		return -1;
	e->raw_len -= whole;
	memmove(e->raw, e->raw + whole, e->raw_len);
	return n == 0;
}

static ssize_t
read_encoded(void *arg, void *data, size_t size)
{
	struct encoder *e = arg;
	int is_at_end = 0;

	while (e->used == e->text.len && is_at_end == 0)
		is_at_end = encode_more(e);
	if (is_at_end == -1)
		return -1;
	if (size > e->text.len - e->used)
		size = e->text.len - e->used;
	memcpy(data, e->text.data + e->used, size);
	e->used += size;
	return (ssize_t)size;
}

static int
may_complete(void *arg)
{
	struct encoder *e = arg;

	return api_may_complete(e->call);
}

/* A person's token is for "me"; of an app it has to be said for whom. */
static int
make_address(struct buf *url, const struct account *a, const char *user)
{
	if (a->grant == GRANT_REFRESH_TOKEN)
		return sending_address(url, a->send_endpoint,
		    "/v1.0/me/sendMail");
	return sending_address(url, a->send_endpoint, "/v1.0/users/") == -1 ||
	    form_encode(url, user) == -1 ? -1 : buf_adds(url, "/sendMail");
}

static void
rewind_mail(void *arg)
{
	struct encoder *e = arg;

	buf_reset(&e->text);
	e->used = e->raw_len = 0;
	api_rewind(e->call);
}

/*
 * 202 is Graph's yes, with whatever body. 200 would be one, too, by RFC 9110;
 * but Graph is known to say that of a mail that is too large, and has not sent
 * it.
 */
static enum sent
post_mail(struct api_call *c, struct encoder *e, const char *url,
    int64_t size)
{
	static const char *const fields[] = { "Content-Type: text/plain",
	    NULL };
	struct upload_request r = { .method = "POST", .url = url,
	    .fields = fields, .size = (size + 2) / 3 * 4,
	    .read = read_encoded, .may_complete = may_complete, .arg = e };

	if (api_perform(c, &r, rewind_mail) == -1)
		return api_unanswered(c);
	if (c->http.http.status == 202)
		return api_done(c, "202 Accepted");
	if (c->http.http.status == 200 && size > LARGE_MAIL)
		return api_refused_as(c, "RequestEntityTooLarge", "it "
		    "answered 200 in place of 202");
	return api_refused(c);
}

static enum sent
send_mail(struct api_call *c, int64_t size)
{
	struct encoder *e = calloc(1, sizeof(*e));
	struct buf url = BUF_INIT(ADDRESS_MOST);
	enum sent result = SENT_FAILED;

	if (e == NULL || make_address(&url, c->sender->account, c->user) == -1) {
		fail_memory(c->why);
	} else {
		e->call = c;
		e->text.max = RAW_SIZE / 3 * 4 + 8;
		result = post_mail(c, e, buf_text(&url), size);
		buf_free(&e->text);
	}
	free(e);
	buf_free(&url);
	return result;
}

static enum sent
graph_send(struct sender *s, struct outgoing *o, const char *user,
    const char *token, struct sent_answer *answer, struct failure *why)
{
	static const struct api_way graph = { SEND_API_GRAPH,
	    "Microsoft Graph", MAIL_MOST, "run \"tokend login --send-only "
	    "--send smtp {sh:account}\" where the organisation allows SMTP "
	    "AUTH", send_mail };

	return api_send(&graph, s, o, user, token, answer, why);
}

const struct sending_way send_by_graph = { graph_send, api_close };
