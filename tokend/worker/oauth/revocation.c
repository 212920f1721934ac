/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/revocation.h"

#include <stdio.h>
#include <string.h>

#include "common/failure_text.h"
#include "json/json.h"
#include "oauth/post.h"
#include "oauth/refusal.h"

static int
fail_status(const struct account *a, const struct http_answer *http,
    struct failure *why)
{
	char name[TEXT_NAME_MAX] = "";

	text_cut(name, sizeof(name), a->name);
	fail(why, STATUS_LATER, "account \"%s\": %s answered HTTP %ld when "
	    "asked to revoke its token: %s", name, http->host, http->status,
	    refusal_is_transient(http->status) ? "try again" :
	    "check revocation_endpoint");
	why->retry_after = http->retry_after;
	return -1;
}

static int
fail_refused(const struct account *a, const struct post *p,
    const struct jdoc *doc, const char *error, struct token_failure *why)
{
	char name[TEXT_NAME_MAX] = "", who[TEXT_NAME_MAX + HEAD_HOST_SHOWN +
	    16] = "";
	struct refused_request by = { .account = a, .who = who,
	    .status = p->http.status, .mask = &p->mask };
	struct refusal r = { .error = error,
	    .subtype = jdoc_string(doc, "error_subtype"),
	    .description = jdoc_string(doc, "error_description") };

	r.number = advice_number(r.description);
	text_cut(name, sizeof(name), a->name);
	snprintf(who, sizeof(who), "account \"%s\": %s", name, p->http.host);
	refusal_fail(&by, &r, why);
	/* Only the person repeats such a request. */
	return why->failure.code == STATUS_LATER ?
	    fail_status(a, &p->http, &why->failure) : -1;
}

/* An error of RFC 6749 5.2, or of RFC 7009 2.2.1. */
static int
read_error(const struct account *a, const struct post *p,
    const struct jdoc *doc, enum revocation *what, struct token_failure *why)
{
	const char *error = jdoc_string(doc, "error");

	if (error == NULL || error[0] == '\0')
		return fail_status(a, &p->http, &why->failure);
	/* 2.2 wants a 200 for a token that is not valid; Google sends this. */
	if (strcmp(error, "invalid_token") == 0 ||
	    strcmp(error, "invalid_grant") == 0)
		*what = REVOCATION_NOT_VALID;
	else if (strcmp(error, "unsupported_token_type") == 0)
		*what = REVOCATION_UNSUPPORTED;
	else
		return fail_refused(a, p, doc, error, why);
	return 0;
}

static int
read_answer(const struct account *a, const struct post *p,
    enum revocation *what, struct token_failure *why)
{
	const char *not_json = NULL;
	struct jdoc *doc = NULL;
	int result = 0;

	why->answered = 1;
	/* 2.2: what else is in such an answer is of no concern. */
	if (p->http.status >= 200 && p->http.status < 300) {
		*what = REVOCATION_DONE;
		return 0;
	}
	doc = jdoc_parse(buf_text(&p->http.body), p->http.body.len,
	    &not_json);
	if (doc != NULL)
		result = read_error(a, p, doc, what, why);
	else if (not_json == NULL)
		result = fail_memory(&why->failure);
	else
		result = fail_status(a, &p->http, &why->failure);
	jdoc_free(doc);
	return result;
}

int
revoke_token(const struct account *a, const struct credential *c,
    const char *token, const char *hint, enum revocation *what,
    char host[HEAD_HOST_SHOWN], struct token_failure *why)
{
	struct post p = POST_INIT;
	struct buf form = BUF_INIT(FORM_MAX);
	int result = -1;

	memset(why, 0, sizeof(*why));
	p.setting = "revocation_endpoint";
	if (form_add(&form, "token", token) == -1 ||
	    form_add(&form, "token_type_hint", hint) == -1)
		fail_memory(&why->failure);
	else if ((result = post_send(&p, a, c, a->revocation_endpoint, &form,
	    why)) == 0)
		result = read_answer(a, &p, what, why);
	memcpy(host, p.http.host, HEAD_HOST_SHOWN);
	post_free(&p);
	buf_free(&form);
	return result;
}
