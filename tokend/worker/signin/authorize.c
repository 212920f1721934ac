/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/authorize.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "account/granted_scope.h"
#include "base/base64.h"
#include "common/failure_text.h"
#include "crypto/digest.h"
#include "knowledge/provider_advice.h"
#include "base/name.h"
#include "net/form.h"
#include "net/mask.h"
#include "oauth/refusal.h"
#include "signin/response_issuer.h"

#define OFFLINE "offline_access"
#define RANDOM_LEN 32
#define FIELD_MAX 8192		/* bytes of one value of the answer */

static int
add_random(struct buf *b)
{
	unsigned char bytes[RANDOM_LEN];
	int result = random_fill(bytes, sizeof(bytes));

	if (result == 0)
		result = base64url_add(b, bytes, sizeof(bytes));
	explicit_bzero(bytes, sizeof(bytes));
	return result;
}

static int
add_challenge(struct buf *query, const struct buf *verifier)
{
	struct buf challenge = BUF_INIT(AUTHORIZE_TEXT_MAX);
	unsigned char digest[SHA256_LEN];
	int result = -1;

	if (digest_sha256(verifier->data, verifier->len, digest) == 0 &&
	    base64url_add(&challenge, digest, sizeof(digest)) == 0 &&
	    form_add(query, "code_challenge", buf_text(&challenge)) == 0)
		result = form_add(query, "code_challenge_method", "S256");
	buf_free(&challenge);
	return result;
}

/* Whom the provider may offer first; an account can be called "work", too. */
static const char *
login_hint(const struct account *a)
{
	if (a->users.user != NULL)
		return a->users.user;
	return strchr(a->name, '@') != NULL ? a->name : NULL;
}

/*
 * A provider may leave offline_access out of what it grants unless the person
 * is asked for consent (OpenID Connect Core 11). Not Microsoft, where that
 * would ask an administrator again.
 */
static int
needs_consent(const struct account *a)
{
	const char *more = a->authorization_parameters;

	if (a->scope == NULL || granted_by_microsoft(a) || !words_have(
	    a->scope, OFFLINE, strlen(OFFLINE)))
		return 0;
	return more == NULL || (strncmp(more, "prompt=", 7) != 0 &&
	    strstr(more, "&prompt=") == NULL);
}

static int
add_query(struct authorize *z, const struct account *a,
    const char *redirect_uri, struct buf *query)
{
	if (form_add(query, "response_type", "code") == -1 ||
	    form_add(query, "client_id", a->client_id) == -1 ||
	    form_add(query, "redirect_uri", redirect_uri) == -1 ||
	    form_add(query, "scope", a->scope) == -1 ||
	    form_add(query, "state", buf_text(&z->state)) == -1 ||
	    add_challenge(query, &z->verifier) == -1 ||
	    form_add(query, "login_hint", login_hint(a)) == -1 ||
	    form_add(query, "prompt", needs_consent(a) ? "consent" : NULL) ==
	    -1)
		return -1;
	/* It is in the form's own encoding already. */
	if (a->authorization_parameters == NULL)
		return 0;
	return buf_add(query, "&", 1) == -1 ? -1 :
	    buf_adds(query, a->authorization_parameters);
}

int
authorize_begin(struct authorize *z, const struct account *a,
    const char *redirect_uri, struct buf *url, struct failure *why)
{
	const char *endpoint = a->authorization_endpoint;
	struct buf query = BUF_INIT(AUTHORIZE_URL_MAX);
	int result = -1;

	if (endpoint == NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": its provider "
		    "has no authorization_endpoint: sign in with another way, "
		    "or set it", a->name);
	errno = 0;
	if (add_random(&z->state) == -1 || add_random(&z->verifier) == -1)
		fail(why, STATUS_LATER, "account \"%s\": no random bytes: %s",
		    a->name, strerror(errno));
	else if (add_query(z, a, redirect_uri, &query) == -1 ||
	    buf_adds(url, endpoint) == -1 ||
	    buf_adds(url, strchr(endpoint, '?') != NULL ? "&" : "?") == -1 ||
	    buf_add(url, query.data, query.len) == -1)
		result = errno == EMSGSIZE ? fail(why, STATUS_CONFIG,
		    "account \"%s\": its authorization request has over %d "
		    "bytes: shorten scope or authorization_parameters",
		    a->name, AUTHORIZE_URL_MAX) : fail_memory(why);
	else
		result = 0;
	buf_free(&query);
	return result;
}

/*
 * The answer
 */

struct reply {
	struct buf code;
	struct buf state;
	struct buf iss;
	struct buf error;
	struct buf description;
};

#define REPLY_INIT { BUF_INIT(AUTHORIZE_CODE_MAX), BUF_INIT(FIELD_MAX), \
	BUF_INIT(FIELD_MAX), BUF_INIT(FIELD_MAX), BUF_INIT(FIELD_MAX) }

static void
reply_free(struct reply *r)
{
	buf_free(&r->code);
	buf_free(&r->state);
	buf_free(&r->iss);
	buf_free(&r->error);
	buf_free(&r->description);
}

static struct buf *
find_place(struct reply *r, const char *name, size_t len)
{
	const struct {
		const char *name;
		struct buf *place;
	} fields[] = { { "code", &r->code }, { "state", &r->state },
	    { "iss", &r->iss }, { "error", &r->error },
	    { "error_description", &r->description } };
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (strlen(fields[i].name) == len &&
		    memcmp(fields[i].name, name, len) == 0)
			return fields[i].place;
	return NULL;
}

/* None may come twice (RFC 6749 3.1), and no value holds a NUL. */
static int
read_reply(struct reply *r, const char *query)
{
	const char *field = query;
	struct buf *place;
	size_t len, name;

	for (; *field != '\0'; field += len + (field[len] == '&')) {
		len = strcspn(field, "&");
		name = strcspn(field, "=&");
		place = find_place(r, field, name);
		if (place == NULL || name >= len)
			continue;
		if (place->len > 0 || form_decode(place, field + name + 1,
		    len - name - 1) == -1 ||
		    strlen(buf_text(place)) != place->len)
			return -1;
	}
	return 0;
}

/* In a time that tells nothing of the content. */
static int
is_equal(const struct buf *a, const struct buf *b)
{
	unsigned char difference = 0;
	size_t i;

	if (a->len != b->len || a->len == 0)
		return 0;
	for (i = 0; i < a->len; i++)
		difference |= (unsigned char)(a->data[i] ^ b->data[i]);
	return difference == 0;
}

static int
fail_refused(const struct authorize *z, const struct account *a,
    const struct reply *r, struct token_failure *why)
{
	struct mask m = MASK_INIT;
	char name[TEXT_NAME_MAX] = "", who[TEXT_NAME_MAX + 32];
	const struct refused_request by = { .account = a, .who = who,
	    .mask = &m };
	struct refusal refusal = { .error = buf_text(&r->error),
	    .description = buf_text(&r->description) };

	refusal.number = advice_number(refusal.description);
	text_cut(name, sizeof(name), a->name);
	snprintf(who, sizeof(who), "account \"%s\": the provider", name);
	m.spent = SPENT_CODE;
	if (mask_add(&m, buf_text(&z->state)) == -1)
		fail_memory(&why->failure);
	else
		refusal_fail(&by, &refusal, why);
	mask_free(&m);
	return -1;
}

/* RFC 6749 appendix A.11 */
static int
is_code(const struct buf *code)
{
	size_t i;

	for (i = 0; i < code->len; i++)
		if (code->data[i] < ' ' || code->data[i] > '~')
			return 0;
	return code->len > 0;
}

/* STATUS_SIGN_IN: not this request's answer; the person goes on. */
static enum authorize_answer
judge_reply(struct authorize *z, const struct account *a, const struct reply *r,
    struct token_failure *f)
{
	struct failure *why = &f->failure;

	if (r->state.len == 0)
		fail(why, STATUS_SIGN_IN, "account \"%s\": an address was "
		    "refused: its state is missing: the last address of the "
		    "browser has it, whole, from http on", a->name);
	else if (!is_equal(&r->state, &z->state))
		fail(why, STATUS_SIGN_IN, "account \"%s\": an address was "
		    "refused: its state is of another sign-in: open the "
		    "address that this sign-in has shown", a->name);
	else if (response_issuer_check(a, buf_text(&r->iss), z->expects_iss,
	    why) == -1)
		return AUTHORIZE_OTHER;
	else if (r->error.len > 0)
		return fail_refused(z, a, r, f);
	else if (!is_code(&r->code))
		fail(why, STATUS_SIGN_IN, "account \"%s\": an address was "
		    "refused: there is no code in it", a->name);
	else
		return buf_add(&z->code, r->code.data, r->code.len) == -1 ?
		    fail_memory(why) : AUTHORIZE_CODE;
	return AUTHORIZE_OTHER;
}

enum authorize_answer
authorize_read(struct authorize *z, const struct account *a,
    const char *query, struct token_failure *why)
{
	struct reply r = REPLY_INIT;
	enum authorize_answer result = AUTHORIZE_OTHER;

	memset(why, 0, sizeof(*why));
	if (read_reply(&r, query) == 0)
		result = judge_reply(z, a, &r, why);
	else
		fail(&why->failure, STATUS_SIGN_IN, "account \"%s\": an "
		    "address was refused: it is malformed or too long",
		    a->name);
	reply_free(&r);
	return result;
}

const char *
authorize_find_query(const char *text, size_t *len)
{
	const char *query = strchr(text, '?');

	query = query != NULL ? query + 1 : text + strspn(text, " \t&");
	*len = strcspn(query, "# \t");
	return query;
}

int
authorize_form(const struct authorize *z, const char *redirect_uri,
    struct buf *form)
{
	return form_add(form, "grant_type", "authorization_code") == -1 ||
	    form_add(form, "code", buf_text(&z->code)) == -1 ||
	    form_add(form, "redirect_uri", redirect_uri) == -1 ||
	    form_add(form, "code_verifier", buf_text(&z->verifier)) == -1 ?
	    -1 : 0;
}

void
authorize_free(struct authorize *z)
{
	buf_free(&z->state);
	buf_free(&z->verifier);
	buf_free(&z->code);
}
