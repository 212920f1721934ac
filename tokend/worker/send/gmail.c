/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gmail.c - Gmail's users.messages.send: the mail as it is, in one request, or
 * from a certain size on by Google's resumable upload.
 *
 * That is a session: a request gives its address, and the mail is put there.
 * Where the connection breaks, the session is asked how much has arrived (308
 * and Range), and the rest follows; it also says that all has arrived, so a
 * lost answer does not make a second mail.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "json/json.h"
#include "lineio.h"
#include "send/api.h"

#define MAIL_MOST 36700160	/* bytes: Google's maxUploadSize */
#define SIMPLE_MOST (5 << 20)	/* of one in one request */
#define PATH "/upload/gmail/v1/users/me/messages/send?uploadType="
#define TYPE "Content-Type: message/rfc822"
#define ADDRESS_MOST 2048
#define FIELD_MOST 96

/* How often a session is gone on with, or begun; ms between, doubling. */
#define TRIES_MOST 6
#define PAUSE_FIRST 1000
#define PAUSE_MOST 8000

/* An upload that can be resumed. */
struct session {
	struct api_call *call;
	int64_t size;		/* of the mail */
	int tries;
	struct buf url;		/* of the session; "": none yet */
};

static int
is_taken(const struct api_call *c)
{
	return c->http.http.status / 100 == 2;
}

/*
 * That status over verified TLS is the API's yes (RFC 9110 15.3), whatever of
 * the answer comes or can be read: a mail that is sent again for want of its
 * id arrives twice. But a wrong send_endpoint, or a proxy that has kept the
 * mail to itself, may answer so with a page; the API answers in JSON.
 */
static enum sent
take_answer(struct api_call *c)
{
	const struct buf *body = &c->http.http.body;
	const char *type = c->http.http.head.type, *what = NULL, *id;
	struct jdoc *d = jdoc_parse(buf_text(body), body->len, &what);
	enum sent result;

	id = d != NULL ? jdoc_string(d, "id") : NULL;
	if (id != NULL || strcmp(type, "application/json") == 0 ||
	    (*type == '\0' && body->len == 0 && c->http.is_whole))
		result = api_done(c, id != NULL ? id : "200 OK");
	else
		result = api_refused_as(c, "", "an answer that is not of "
		    "Gmail's API");
	jdoc_free(d);
	return result;
}

static enum sent
send_at_once(struct api_call *c, int64_t size)
{
	static const char *const fields[] = { TYPE, NULL };
	struct buf url = BUF_INIT(ADDRESS_MOST);
	struct upload_request r = { .method = "POST", .fields = fields,
	    .size = size, .read = api_read_mail,
	    .may_complete = api_may_complete, .arg = c };
	enum sent result = SENT_FAILED;

	if (sending_address(&url, c->sender->account->send_endpoint,
	    PATH "media") == -1) {
		fail_memory(c->why);
	} else {
		r.url = buf_text(&url);
		if (api_perform(c, &r, api_rewind) == -1)
			result = api_unanswered(c);
		else if (is_taken(c))
			result = take_answer(c);
		else
			result = api_refused(c);
	}
	buf_free(&url);
	return result;
}

/* The answer to the first request has the address in Location. */
static int
begin_session(struct session *s)
{
	char length[FIELD_MOST];
	const char *const fields[] = { "Content-Type:",
	    "X-Upload-Content-Type: message/rfc822", length, NULL };
	struct buf url = BUF_INIT(ADDRESS_MOST);
	struct upload_request r = { .method = "POST", .fields = fields };
	int result = -1;

	snprintf(length, sizeof(length), "X-Upload-Content-Length: %lld",
	    (long long)s->size);
	buf_reset(&s->url);
	s->call->from = 0;
	s->call->asks_session = 0;
	if (sending_address(&url, s->call->sender->account->send_endpoint,
	    PATH "resumable") == -1) {
		fail_memory(s->call->why);
	} else {
		r.url = buf_text(&url);
		result = api_perform(s->call, &r, NULL);
	}
	buf_free(&url);
	if (result == 0 && is_taken(s->call) &&
	    s->call->http.location[0] != '\0' &&
	    buf_adds(&s->url, s->call->http.location) == -1)
		result = fail_memory(s->call->why);
	return result;
}

static int
put_rest(struct session *s)
{
	char range[FIELD_MOST];
	const char *const fields[] = { TYPE, range, NULL };
	struct upload_request r = { .method = "PUT",
	    .url = buf_text(&s->url), .fields = fields,
	    .size = s->size - s->call->from, .read = api_read_mail,
	    .may_complete = api_may_complete, .arg = s->call };

	snprintf(range, sizeof(range), "Content-Range: bytes %lld-%lld/%lld",
	    (long long)s->call->from, (long long)s->size - 1,
	    (long long)s->size);
	return api_perform(s->call, &r, api_rewind);
}

static int
ask_session(struct session *s)
{
	char range[FIELD_MOST];
	const char *const fields[] = { "Content-Type:", range, NULL };
	struct upload_request r = { .method = "PUT",
	    .url = buf_text(&s->url), .fields = fields };

	snprintf(range, sizeof(range), "Content-Range: bytes */%lld",
	    (long long)s->size);
	return api_perform(s->call, &r, NULL);
}

/* True if there is time for one more, after a pause. */
static int
may_try_again(struct session *s)
{
	int64_t deadline = s->call->sender->deadline, pause = PAUSE_FIRST;
	int i;

	for (i = 1; i < s->tries && pause < PAUSE_MOST; i++)
		pause *= 2;
	if (++s->tries > TRIES_MOST ||
	    (deadline != 0 && clock_ms() + pause > deadline))
		return 0;
	poll(NULL, 0, (int)pause);
	return 1;
}

/* The network or the provider failed: not this machine, nor the client. */
static int
may_pass(const struct api_call *c, int answered)
{
	return answered == -1 ? c->refusal.code == STATUS_OK &&
	    c->read_error == 0 && c->why->code == STATUS_LATER :
	    c->http.http.status >= 500;
}

/* What was told by an answer that begins no session, or ends it. */
static enum sent
end_session(struct session *s, int answered)
{
	struct api_call *c = s->call;

	if (answered == 0 && is_taken(c) && s->url.len > 0)
		return take_answer(c);
	if (answered == -1 || c->may_be_taken)
		return api_unanswered(c);
	if (c->http.http.status == 308 || is_taken(c))
		return api_refused_as(c, "", "its resumable upload does not "
		    "go on");
	return api_refused(c);
}

/*
 * Puts the mail into the session until it is taken or refused, or nothing helps
 * any more. Returns what the last request did (api_perform).
 */
static int
fill_session(struct session *s)
{
	struct api_call *c = s->call;
	int answered;

	c->asks_session = 1;
	answered = put_rest(s);
	for (;;) {
		if (answered == 0 && c->http.http.status == 308 &&
		    c->http.received > c->from &&
		    c->http.received < s->size) {
			c->from = c->http.received;
			if (++s->tries > TRIES_MOST)
				return answered;
			answered = put_rest(s);
		} else if ((may_pass(c, answered) ||
		    c->http.http.status == 308) && may_try_again(s)) {
			answered = ask_session(s);
			/* Nothing has arrived, or no more than before. */
			if (answered == 0 && c->http.http.status == 308 &&
			    c->http.received <= c->from) {
				c->from = c->http.received;
				answered = put_rest(s);
			}
		} else {
			return answered;
		}
	}
}

static enum sent
send_in_session(struct api_call *c, int64_t size)
{
	struct session s = { .call = c, .size = size,
	    .url = BUF_INIT(ADDRESS_MOST) };
	int answered = begin_session(&s);
	enum sent result;

	if (s.url.len > 0)
		answered = fill_session(&s);
	/* A session that is gone has taken nothing. */
	if (answered == 0 && s.url.len > 0 && !c->may_be_taken &&
	    (c->http.http.status == 404 || c->http.http.status == 410) &&
	    may_try_again(&s)) {
		answered = begin_session(&s);
		if (s.url.len > 0)
			answered = fill_session(&s);
	}
	result = end_session(&s, answered);
	buf_free(&s.url);
	return result;
}

static enum sent
send_mail(struct api_call *c, int64_t size)
{
	return size <= SIMPLE_MOST ? send_at_once(c, size) :
	    send_in_session(c, size);
}

static enum sent
gmail_send(struct sender *s, struct outgoing *o, const char *user,
    const char *token, struct sent_answer *answer, struct failure *why)
{
	static const struct api_way gmail = { SEND_API_GMAIL, "Gmail",
	    MAIL_MOST, "the file in another way", send_mail };

	return api_send(&gmail, s, o, user, token, answer, why);
}

const struct sending_way send_by_gmail = { gmail_send, api_close };
