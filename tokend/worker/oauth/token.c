/* token.c - see token.h */
#include "oauth/token.h"

#include "oauth/answer.h"
#include "oauth/post.h"

int
token_request(const struct account *a, const struct credential *c,
    struct buf *form, struct token_answer *answer, struct token_failure *why)
{
	struct post p = POST_INIT;
	int result = post_send(&p, a, c, a->token_endpoint, form, why);

	if (result == 0)
		result = token_answer_read(a, &p.http, &p.mask, answer, why);
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
