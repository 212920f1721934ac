/* SPDX-License-Identifier: BSD-2-Clause */
/* follow.c - see tunnel_command.h: the conversation with the worker */
#include <stdio.h>
#include <string.h>

#include "account/account.h"
#include "account/server_tls.h"
#include "base/attr.h"
#include "command/get_token.h"
#include "command/tunnel/tunnel_command.h"

/* The worker is silent for as long as a tunnel lasts. */
#define NO_LIMIT (-1)

static int
fail_long(const struct tunnel_task *t, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "account \"%s\": a path, the server's "
	    "name, the certificate or its key is too long", t->account);
}

static const char *
find_tls(const struct account *a, const char *service)
{
	return server_tls_word(a->tls[server_find(service)]);
}

/* What the account says of TLS, where its file is ours to read. */
static int
add_trust(struct buf *b, const struct tunnel_task *t)
{
	struct account a;
	struct failure why;
	int result = 0;

	if (account_load(&a, &t->scope, t->account, &why) == 0)
		result = attrs_add(b, "ca_file", a.ca_file) == -1 ||
		    attrs_add(b, "ca_dir", a.ca_dir) == -1 ||
		    attrs_add(b, "tls", find_tls(&a, t->service)) == -1 ? -1 :
		    0;
	account_free(&a);
	return result;
}

static const char *
text_or_null(const struct buf *b)
{
	return b->len > 0 ? buf_text(b) : NULL;
}

int
tunnel_start(struct tunnel_session *k, const struct tunnel_task *t, int file,
    struct failure *why)
{
	struct buf first = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&first, "service", t->service) == -1 ||
	    attrs_add(&first, "server", t->server) == -1 ||
	    attrs_add(&first, "mechanism", t->mechanism) == -1 ||
	    attrs_add(&first, "password", text_or_null(&t->password)) == -1 ||
	    attrs_add(&first, "certificate",
	    text_or_null(&t->certificate)) == -1 ||
	    attrs_add(&first, "key", text_or_null(&t->key)) == -1 ||
	    add_trust(&first, t) == -1) {
		buf_free(&first);
		return fail_long(t, why);
	}
	if (converse_open(&k->c, &t->scope, "tunnel", t->account, file,
	    why) == -1) {
		buf_free(&first);
		return -1;
	}
	return converse_send(&k->c, &first, why);
}

static struct request
request_for(const struct tunnel_task *t, enum verb verb)
{
	/* To tokend both mechanisms are the same. */
	return (struct request){ .verb = verb, .account = t->account,
	    .authid = t->account, .service = t->service, .host = t->host,
	    .mechanism = t->mechanism != NULL ? t->mechanism : "XOAUTH2" };
}

static int
add_answer(struct buf *said, const struct answer *a,
    const struct tunnel_task *t)
{
	if (a->failure.code == STATUS_OK)
		return attrs_add(said, "token", a->token) == -1 ||
		    attrs_add(said, "user", a->user != NULL ? a->user :
		    t->account) == -1 ? -1 : 0;
	return attrs_add(said, "code", status_word(a->failure.code)) == -1 ||
	    attrs_add(said, "text", a->failure.text) == -1 ? -1 : 0;
}

/* A failure is the worker's to tell, and comes back at the end. */
static int
answer_wanted(struct tunnel_session *k, const struct tunnel_task *t,
    struct failure *why)
{
	struct buf said = BUF_INIT(MESSAGE_BYTES_MAX);
	struct request r = request_for(t, VERB_GET);
	struct answer a = ANSWER_INIT;
	int result;

	(void)get_token_answer(&a, &t->scope, &r);
	if (a.id != NULL)
		snprintf(k->id, sizeof(k->id), "%s", a.id);
	result = add_answer(&said, &a, t);
	answer_free(&a);
	if (result == 0)
		return converse_send(&k->c, &said, why);
	buf_free(&said);
	return fail_memory(why);
}

/* The next client gets another token; what becomes of this is logged there. */
static void
reject_token(struct tunnel_session *k, const struct tunnel_task *t)
{
	struct request r = request_for(t, VERB_REJECT);
	struct answer a = ANSWER_INIT;

	r.id = k->id;
	r.challenge = converse_value(&k->c, "challenge");
	if (k->id[0] != '\0')
		(void)get_token_answer(&a, &t->scope, &r);
	answer_free(&a);
}

int
tunnel_follow(struct tunnel_session *k, const struct tunnel_task *t,
    struct failure *why)
{
	int happened = converse_wait(&k->c, WAIT_EVENT, NO_LIMIT, why);

	if (happened == CONVERSE_EVENT && converse_is(&k->c, "wanted") &&
	    answer_wanted(k, t, why) == -1)
		return -1;
	if (happened == CONVERSE_EVENT && converse_is(&k->c, "refused"))
		reject_token(k, t);
	return happened;
}
