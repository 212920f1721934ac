/* token.c - see token.h */
#include "oauth/token.h"

#include "oauth/answer.h"
#include "oauth/post.h"

/* The host is not there any more, or knows nothing of that path. */
static int
may_have_moved(const struct http_answer *http)
{
	return http->trouble == TROUBLE_NAME ||
	    http->trouble == TROUBLE_CERTIFICATE_NAME ||
	    (http->status >= 300 && http->status < 400) ||
	    http->status == 404 || http->status == 410;
}

int
token_request(const struct account *a, const struct credential *c,
    struct buf *form, const struct spend *spend, struct token_answer *answer,
    struct token_failure *why)
{
	struct post p = POST_INIT;
	int result;

	p.spend = spend;
	result = post_send(&p, a, c, a->token_endpoint, form, why);
	if (result == 0)
		result = token_answer_read(a, &p.http, &p.mask, answer, why);
	why->is_elsewhere = result == -1 && may_have_moved(&p.http);
	post_free(&p);
	return result;
}

void
token_answer_free(struct token_answer *answer)
{
	buf_free(&answer->access_token);
	buf_free(&answer->refresh_token);
	buf_free(&answer->scope);
	buf_free(&answer->id_token);
}
