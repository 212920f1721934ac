/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/api.h"

#include <errno.h>
#include <string.h>

#include "echo.h"
#include "net/http.h"

#define REMEDY_MOST 320

static int
begin_call(struct api_call *c)
{
	const struct account *a = c->sender->account;
	struct http_settings settings = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir,
	    .setting = "send_endpoint",
	    .still_s = (long)(c->sender->still_ms / 1000) };

	if (c->sender->connection == NULL &&
	    (c->sender->connection = upload_open(&settings, a->hosts,
	    c->why)) == NULL)
		return -1;
	return buf_adds(&c->authorization, "Bearer ") == 0 &&
	    buf_adds(&c->authorization, c->token) == 0 ? 0 :
	    fail_memory(c->why);
}

static void
fail_size(struct failure *why, const struct api_way *way, int64_t size,
    const char *account)
{
	char remedy[REMEDY_MOST];

	known_fill(remedy, sizeof(remedy), way->remedy, KNOWN_VALUES(
	    { "account", account }));
	fail(why, STATUS_MESSAGE, "the mail has %lld bytes, and %s takes %lld "
	    "at most; nothing was sent. Fix: send less in one mail, or %s",
	    (long long)size, way->name, (long long)way->most, remedy);
}

enum sent
api_send(const struct api_way *way, struct sender *s, struct outgoing *o,
    const char *user, const char *token, struct sent_answer *answer,
    struct failure *why)
{
	struct api_call c = { .api = way->api, .sender = s, .mail = o,
	    .user = user, .token = token, .answer = answer, .why = why,
	    .authorization = BUF_INIT(TOKEN_MAX + 16),
	    .http = UPLOAD_ANSWER_INIT };
	int64_t size = outgoing_size(o);
	enum sent result = SENT_FAILED;

	if (size == -1)
		outgoing_fail(why, errno);
	else if (size > way->most)
		fail_size(why, way, size, s->account->name);
	else if (begin_call(&c) == 0)
		result = way->send(&c, size);
	buf_free(&c.authorization);
	http_answer_free(&c.http.http);
	return result;
}

void
api_close(struct sender *s)
{
	upload_close(s->connection);
	s->connection = NULL;
}

static ssize_t
read_mail(struct api_call *c, void *data, size_t size)
{
	char *bytes = data;
	ssize_t n;

	while ((n = outgoing_read(c->mail, data, size)) > 0 && c->skip >= n)
		c->skip -= n;
	if (n == -1)
		c->read_error = errno;
	if (n > 0 && c->skip > 0) {
		n -= (ssize_t)c->skip;
		memmove(bytes, bytes + c->skip, (size_t)n);
		c->skip = 0;
	}
	return n;
}

/* libcurl may have room for one byte, and a line end is two. */
ssize_t
api_read_mail(void *arg, void *data, size_t size)
{
	struct api_call *c = arg;
	char two[2], *to = data;
	ssize_t n;

	if (c->has_kept) {
		c->has_kept = 0;
		to[0] = c->kept;
		return 1;
	}
	if (size > 1)
		return read_mail(c, data, size);
	if ((n = read_mail(c, two, sizeof(two))) < 1)
		return n;
	c->has_kept = n == 2;
	c->kept = two[1];
	to[0] = two[0];
	return 1;
}

/* At its end the file must still be the one that was opened. */
int
api_may_complete(void *arg)
{
	struct api_call *c = arg;
	char more[2];
	ssize_t n = c->has_kept ? 1 :
	    outgoing_read(c->mail, more, sizeof(more));

	if (n != 0) {
		c->read_error = n == -1 ? errno : ESTALE;
		return -1;
	}
	if (!c->has_go && sender_go(c->sender, &c->refusal) == -1)
		return -1;
	c->has_go = 1;
	return 0;
}

void
api_rewind(void *arg)
{
	struct api_call *c = arg;

	outgoing_rewind(c->mail);
	c->has_kept = 0;
	c->skip = c->from;
}

static int
begin_request(struct api_call *c, struct upload_request *r,
    void (*rewind_body)(void *arg))
{
	c->read_error = 0;
	c->refusal.code = STATUS_OK;
	if (sender_is_left(c->sender))
		return sender_fail_left(&c->refusal);
	if (rewind_body != NULL)
		rewind_body(r->arg);
	return upload_perform(c->sender->connection, r, &c->http, c->why);
}

/* All that came is that the connection is no longer there. */
static int
was_connection_dead(const struct upload_answer *a)
{
	return a->was_kept && !a->is_complete && a->http.status == 0 &&
	    (a->http.trouble == TROUBLE_CLOSED ||
	    a->http.trouble == TROUBLE_BROKEN ||
	    a->http.trouble == TROUBLE_OTHER);
}

int
api_perform(struct api_call *c, struct upload_request *r,
    void (*rewind_body)(void *arg))
{
	int result;

	r->authorization = &c->authorization;
	r->deadline = c->sender->deadline;
	result = begin_request(c, r, rewind_body);
	if (result == -1 && !c->asks_session && was_connection_dead(&c->http))
		result = begin_request(c, r, rewind_body);
	/* Nothing was asked: what c->http has is of the request before. */
	if (c->refusal.code != STATUS_OK)
		return -1;
	/* Where only the rest of an answer is missing its status counts. */
	if (result == 0 || c->http.http.status != 0)
		return 0;
	if (r->read != NULL && c->http.is_complete)
		c->may_be_taken = 1;
	return -1;
}

enum sent
api_unanswered(struct api_call *c)
{
	const struct failure text = *c->why;

	if (c->refusal.code != STATUS_OK)
		*c->why = c->refusal;
	else if (c->read_error != 0)
		outgoing_fail(c->why, c->read_error);
	else if (c->may_be_taken)
		fail(c->why, STATUS_LATER, "%.220s. The provider has the "
		    "whole mail: it may have been sent, and it can arrive "
		    "twice", text.text);
	return SENT_FAILED;
}

enum sent
api_done(struct api_call *c, const char *text)
{
	struct buf secrets = BUF_INIT(ECHO_TOKEN_MAX);

	/* Whatever answers there does not have the last bytes of the mail. */
	if (!c->has_go || !c->http.is_complete)
		return api_refused_as(c, "", "it answers as if it had taken "
		    "the mail, of which it did not get all");
	c->answer->retry_after = 0;
	c->answer->said[0] = '\0';
	if (echo_add_token(&secrets, c->token, strlen(c->token)) == 0)
		echo_mask(&secrets, c->answer->said, sizeof(c->answer->said),
		    text, strlen(text));
	buf_free(&secrets);
	return SENT_DONE;
}
