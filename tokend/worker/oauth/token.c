/* token.c - see token.h */
#include "oauth/token.h"

#include <string.h>

#include "door/http.h"
#include "oauth/answer.h"
#include "oauth/client_auth.h"
#include "oauth/mask.h"
#include "oauth/text.h"

/* What one request holds, all of it wiped at its end. */
struct request_parts {
	struct buf secret;		/* the client's */
	struct buf authorization;	/* of client_auth = basic */
	struct mask mask;
	struct http_answer http;
};

static int
prepare(struct request_parts *p, const struct account *a,
    const struct credential *c, struct buf *form, struct failure *why)
{
	if (client_secret_find(a, c, &p->secret, why) == -1)
		return -1;
	if (client_authenticate(a, &p->secret, form, &p->authorization) == -1 ||
	    mask_add_form(&p->mask, form) == -1 ||
	    mask_add(&p->mask, buf_text(&p->secret)) == -1 ||
	    mask_add(&p->mask, buf_text(&p->authorization)) == -1)
		return fail_memory(why);
	return 0;
}

/* The door knows no accounts: their name is put in front of its text. */
static void
name_account(const struct account *a, struct failure *why)
{
	struct failure inner = *why;
	char name[TEXT_NAME_MAX] = "";

	if (why->code == STATUS_INTERNAL)
		return;
	text_cut(name, sizeof(name), a->name);
	fail(why, inner.code, "account \"%s\": %s", name, inner.text);
	why->retry_after = inner.retry_after;
}

int
token_request(const struct account *a, const struct credential *c,
    struct buf *form, struct token_answer *answer, struct token_failure *why)
{
	struct request_parts p = { .secret = BUF_INIT(SECRET_MAX),
	    .authorization = BUF_INIT(AUTHORIZATION_MAX), .mask = MASK_INIT,
	    .http = HTTP_ANSWER_INIT };
	struct http_settings settings = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir };
	int result = -1;

	memset(why, 0, sizeof(*why));
	if (prepare(&p, a, c, form, &why->failure) == -1)
		goto out;
	if (http_post(&settings, a->token_endpoint, &p.authorization, form,
	    &p.http, &why->failure) == -1) {
		why->answered = p.http.status != 0;
		if (why->failure.code == STATUS_LATER)
			why->failure.retry_after = p.http.retry_after;
		name_account(a, &why->failure);
		goto out;
	}
	result = token_answer_read(a, &p.http, &p.mask, answer, why);
out:
	buf_free(&p.secret);
	buf_free(&p.authorization);
	mask_free(&p.mask);
	http_answer_free(&p.http);
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
