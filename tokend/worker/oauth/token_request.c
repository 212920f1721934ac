/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/token_request.h"

#include <poll.h>
#include <string.h>

#include "json/json_scan.h"
#include "net/spare.h"
#include "oauth/post.h"

#define READ_TRIES 5
#define READ_AGAIN 100		/* ms between two of them */

/* The host is not there any more, or knows nothing of that path. */
static int
may_have_moved(const struct http_answer *http)
{
	return http->trouble == TROUBLE_NAME ||
	    http->trouble == TROUBLE_CERTIFICATE_NAME ||
	    (http->status >= 300 && http->status < 400) ||
	    http->status == 404 || http->status == 410;
}

/* The provider may want another proof of the client than it did. */
static int
is_unproven(const struct post *p, const struct token_failure *why)
{
	return strcmp(why->detail.error, "invalid_client") == 0 ||
	    (p->mask.proof == PROOF_UNKNOWN &&
	    why->failure.code == STATUS_CONFIG);
}

/* All that the answer needs, while nothing is lost without it. */
static int
make_room(struct post *p, struct token_answer *answer, struct buf *found,
    struct failure *why)
{
	return spare_reserve() == -1 ||
	    buf_room(&p->http.body, HTTP_BODY_MAX) == -1 ||
	    buf_room(found, SECRET_MAX) == -1 ||
	    buf_room(&answer->refresh_token, SECRET_MAX) == -1 ||
	    buf_room(&answer->access_token, TOKEN_MAX) == -1 ?
	    fail_memory(why) : 0;
}

/* A string member of a good answer, by itself (json/json_scan.h); "": none. */
static void
scan_member(const struct http_answer *http, const char *name, struct buf *to)
{
	const struct buf *body = &http->body;
	char error[2];
	long len = SCAN_MISSING;

	if (http->status < 300 && scan_string(buf_text(body), body->len,
	    "error", error, sizeof(error)) == SCAN_MISSING)
		len = scan_string(buf_text(body), body->len, name, to->data,
		    to->max + 1);
	to->len = len > 0 ? (size_t)len : 0;
	to->data[to->len] = '\0';
}

static int
is_equal(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/*
 * Whether json-c had memory enough: it leaves members out for which it had
 * none, without a word.
 */
static int
is_whole(const struct http_answer *http, struct token_answer *answer,
    const struct buf *found, int result, const struct failure *why)
{
	int is_there;

	if (result == -1 && why->code == STATUS_INTERNAL)
		return 0;
	if (found->len > 0 && !is_equal(found, &answer->refresh_token))
		return 0;
	if (result == 0 || why->code != STATUS_LATER)
		return 1;
	scan_member(http, "access_token", &answer->access_token);
	is_there = answer->access_token.len > 0;
	buf_reset(&answer->access_token);
	return !is_there;
}

/* Memory that is short comes back; an answer does not. */
static int
read_answer(const struct account *a, const struct post *p,
    const struct buf *found, struct token_answer *answer,
    struct token_failure *why)
{
	int result = -1, i;

	for (i = 0; i < READ_TRIES; i++) {
		if (i > 0)
			poll(NULL, 0, READ_AGAIN);
		buf_reset(&answer->access_token);
		buf_reset(&answer->refresh_token);
		buf_reset(&answer->scope);
		buf_reset(&answer->id_token);
		memset(why, 0, sizeof(*why));
		result = token_answer_read(a, &p->http, &p->mask, answer, why);
		if (is_whole(&p->http, answer, found, result, &why->failure))
			return result;
	}
	/* It is kept in any case (token_request.h); there is room. */
	buf_reset(&answer->refresh_token);
	(void)buf_add(&answer->refresh_token, found->data, found->len);
	return result;
}

int
token_request(const struct account *a, const struct credential *c,
    struct buf *form, const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct post p = POST_INIT;
	struct buf found = BUF_INIT(SECRET_MAX);
	int result = -1;

	memset(why, 0, sizeof(*why));
	p.hooks = hooks;
	if (make_room(&p, answer, &found, &why->failure) == 0)
		result = post_send(&p, a, c, a->token_endpoint, form, why);
	if (result == 0) {
		scan_member(&p.http, "refresh_token", &answer->refresh_token);
		(void)buf_add(&found, answer->refresh_token.data,
		    answer->refresh_token.len);
		if (hooks != NULL && hooks->after != NULL)
			hooks->after(hooks, answer);
		result = read_answer(a, &p, &found, answer, why);
	}
	why->doubts_issuer = result == -1 && (may_have_moved(&p.http) ||
	    (a->auth_methods != NULL && is_unproven(&p, why)));
	post_free(&p);
	buf_free(&found);
	return result;
}
