/* post.c - see post.h */
#include "oauth/post.h"

#include <string.h>

#include "oauth/text.h"

static int
prepare(struct post *p, const struct account *a,
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
post_send(struct post *p, const struct account *a, const struct credential *c,
    const char *url, struct buf *form, struct token_failure *why)
{
	struct http_settings settings = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir };

	memset(why, 0, sizeof(*why));
	if (prepare(p, a, c, form, &why->failure) == -1)
		return -1;
	if (http_post(&settings, url, &p->authorization, form, &p->http,
	    &why->failure) == 0)
		return 0;
	why->answered = p->http.status != 0;
	if (why->failure.code == STATUS_LATER)
		why->failure.retry_after = p->http.retry_after;
	name_account(a, &why->failure);
	return -1;
}

void
post_free(struct post *p)
{
	buf_free(&p->secret);
	buf_free(&p->authorization);
	mask_free(&p->mask);
	http_answer_free(&p->http);
}
