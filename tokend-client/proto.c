/* SPDX-License-Identifier: BSD-2-Clause */
#include "proto.h"

#include <errno.h>
#include <string.h>

#include "base/attr.h"
#include "base/name.h"

void
answer_free(struct answer *a)
{
	buf_free(&a->raw);
	a->token = a->id = a->user = a->said = NULL;
}

void
answer_from_cache(struct answer *a, struct cache *c)
{
	answer_free(a);
	a->failure.code = STATUS_OK;
	a->token = c->token;
	a->id = c->id;
	a->issued = c->issued;
	a->fresh_until = c->fresh_until;
	a->expires = c->expires;
	a->raw = c->file;
	c->file = (struct buf)BUF_INIT(c->file.max);
}

/* No table: its addresses would cost each host at loading. */
static const char *
verb_word(enum verb verb)
{
	return verb == VERB_GET ? "get" : verb == VERB_REJECT ? "reject" :
	    verb == VERB_DOUBT ? "doubt" : "send";
}

static int
parse_verb(struct request *r, const char *word)
{
	for (r->verb = VERB_GET; r->verb <= VERB_SEND; r->verb++)
		if (word != NULL && strcmp(word, verb_word(r->verb)) == 0)
			return 0;
	return -1;
}

int
request_encode(const struct request *r, struct buf *b)
{
	if (attrs_add(b, "tokend", PROTO_VERSION) == -1 ||
	    attrs_add(b, "verb", verb_word(r->verb)) == -1 ||
	    attrs_add(b, "account", r->account) == -1 ||
	    attrs_add(b, "authid", r->authid) == -1 ||
	    attrs_add(b, "authzid", r->authzid) == -1 ||
	    attrs_add(b, "service", r->service) == -1 ||
	    attrs_add(b, "host", r->host) == -1 ||
	    attrs_add(b, "mechanism", r->mechanism) == -1 ||
	    attrs_add(b, "id", r->id) == -1 ||
	    attrs_add(b, "challenge", r->challenge) == -1 ||
	    (r->wait > 0 && attrs_addnum(b, "wait", r->wait) == -1))
		return -1;
	return attrs_end(b);
}

int
answer_encode(const struct answer *a, struct buf *b)
{
	if (attrs_add(b, "tokend", PROTO_VERSION) == -1 ||
	    attrs_add(b, "code", status_word(a->failure.code)) == -1)
		return -1;
	if (a->failure.code != STATUS_OK) {
		if (attrs_add(b, "text", a->failure.text) == -1 ||
		    (a->failure.retry_after > 0 &&
		    attrs_addnum(b, "retry_after",
		    a->failure.retry_after) == -1))
			return -1;
	} else if (a->token != NULL) {
		if (attrs_add(b, "token", a->token) == -1 ||
		    attrs_add(b, "id", a->id) == -1 ||
		    attrs_add(b, "user", a->user) == -1 ||
		    attrs_addnum(b, "issued", a->issued) == -1 ||
		    attrs_addnum(b, "fresh_until", a->fresh_until) == -1 ||
		    attrs_addnum(b, "expires", a->expires) == -1)
			return -1;
	} else if (attrs_add(b, "said", a->said) == -1) {
		return -1;
	}
	return attrs_end(b);
}

/* The first line is the version, whatever else follows (PROTOCOL). */
static int
check_version(struct attrs *a, struct failure *why)
{
	if (a->count == 0 || strcmp(a->attr[0].name, "tokend") != 0)
		return fail(why, STATUS_INTERNAL,
		    "the peer does not speak tokend's protocol");
	if (strcmp(a->attr[0].value, PROTO_VERSION) != 0)
		return fail(why, STATUS_VERSION, "protocol version "
		    "\"%.10s\" was used instead of " PROTO_VERSION ": restart "
		    "the program that was running while tokend was upgraded",
		    a->attr[0].value);
	return 0;
}

int
request_decode(struct request *r, struct buf *raw, struct failure *why)
{
	struct attrs a;

	memset(r, 0, sizeof(*r));
	if (attrs_parse(&a, raw, why) == -1 || check_version(&a, why) == -1)
		return -1;
	r->account = attrs_get(&a, "account");
	r->authid = attrs_get(&a, "authid");
	r->authzid = attrs_get(&a, "authzid");
	r->service = attrs_get(&a, "service");
	r->host = attrs_get(&a, "host");
	r->mechanism = attrs_get(&a, "mechanism");
	r->id = attrs_get(&a, "id");
	r->challenge = attrs_get(&a, "challenge");
	if (attrs_number(&a, "wait", &r->wait) == -1 || r->wait < 0)
		r->wait = 0;
	if (parse_verb(r, attrs_get(&a, "verb")) == -1)
		return fail(why, STATUS_INTERNAL, "a request has no verb that "
		    "is known");
	if (r->account == NULL ||
	    (r->verb == VERB_GET && r->mechanism == NULL) ||
	    ((r->verb == VERB_REJECT || r->verb == VERB_DOUBT) &&
	    r->id == NULL))
		return fail(why, STATUS_INTERNAL,
		    "a request lacks an attribute that it must have");
	return 0;
}

static int
decode_failure(struct answer *a, struct attrs *attrs, enum status code)
{
	const char *text = attrs_get(attrs, "text");
	int64_t retry = 0;

	fail(&a->failure, code, "%s", text != NULL ? text :
	    "tokend gave no reason");
	if (attrs_number(attrs, "retry_after", &retry) == 0 && retry > 0)
		a->failure.retry_after = retry;
	return 0;
}

int
answer_decode(struct answer *a, struct buf *raw, struct failure *why)
{
	struct attrs attrs;
	const char *word;
	enum status code;

	answer_free(a);
	a->raw = *raw;
	*raw = (struct buf)BUF_INIT(raw->max);
	if (attrs_parse(&attrs, &a->raw, why) == -1 ||
	    check_version(&attrs, why) == -1)
		return -1;
	word = attrs_get(&attrs, "code");
	if (word == NULL || status_parse(word, &code) == -1)
		return fail(why, STATUS_INTERNAL,
		    "tokend answered with a code that is not known");
	if (code != STATUS_OK)
		return decode_failure(a, &attrs, code);
	a->failure.code = STATUS_OK;
	a->token = attrs_get(&attrs, "token");
	if (a->token == NULL) {
		a->said = attrs_get(&attrs, "said");
		if (a->said != NULL)
			make_printable(a->said, strlen(a->said) + 1);
		return 0;	/* reject, doubt: by its code alone */
	}
	a->id = attrs_get(&attrs, "id");
	a->user = attrs_get(&attrs, "user");
	if (a->id == NULL || strlen(a->token) > TOKEN_MAX ||
	    !token_is_clean(a->token, strlen(a->token)) ||
	    (a->user != NULL && !text_is_clean(a->user, strlen(a->user))) ||
	    attrs_number(&attrs, "issued", &a->issued) == -1 ||
	    attrs_number(&attrs, "fresh_until", &a->fresh_until) == -1 ||
	    attrs_number(&attrs, "expires", &a->expires) == -1)
		return fail(why, STATUS_INTERNAL,
		    "tokend answered with an unusable token");
	return 0;
}
