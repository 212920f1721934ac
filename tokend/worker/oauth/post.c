/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/post.h"

#include <string.h>

#include "common/failure_text.h"

int
post_send(struct post *p, const struct account *a, const struct credential *c,
    const char *url, struct buf *form, struct token_failure *why)
{
	struct http_settings settings = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir,
	    .setting = p->setting,
	    .total_ms = p->hooks != NULL ? p->hooks->request_ms : 0 };

	memset(why, 0, sizeof(*why));
	if (client_authenticate(a, c, form, &p->authorization, &p->mask,
	    &why->failure) == -1)
		return -1;
	if (p->hooks != NULL && p->hooks->before(p->hooks,
	    &why->failure) == -1)
		return -1;
	if (http_post(&settings, url, &p->authorization, form, &p->http,
	    &why->failure) == 0)
		return 0;
	why->answered = p->http.status != 0;
	why->is_lost = p->http.was_sent;
	if (why->failure.code == STATUS_LATER)
		why->failure.retry_after = p->http.retry_after;
	return text_name_account(&why->failure, a->name);
}

void
post_free(struct post *p)
{
	buf_free(&p->authorization);
	mask_free(&p->mask);
	http_answer_free(&p->http);
}
