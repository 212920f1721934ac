/* SPDX-License-Identifier: BSD-2-Clause */
#include "oauth/token_answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/failure_text.h"
#include "json/json.h"
#include "base/name.h"
#include "oauth/refusal.h"

#define TYPE_SHOWN 48		/* bytes of a token_type, with NUL */

/* What every step of reading one answer needs. */
struct reading {
	const struct account *account;
	const struct http_answer *http;
	const struct mask *mask;
	char who[TEXT_NAME_MAX + HEAD_HOST_SHOWN + 16];	/* begins texts */
	struct failure *why;
	struct token_failure *token_failure;	/* that why is a part of */
};

/*
 * Answers that are no OAuth answer
 */

static int
fail_redirect(const struct reading *g)
{
	const struct head *head = &g->http->head;
	char host[HEAD_HOST_SHOWN] = "", moved[HTTP_MOVED_MAX] = "";

	/* A secret that was put into the path is not shown. */
	mask_copy(g->mask, moved, sizeof(moved), g->http->moved,
	    strlen(g->http->moved));
	if (moved[0] != '\0' && strcmp(moved, g->http->moved) == 0)
		return fail(g->why, STATUS_LATER, "%s answered HTTP %ld, a "
		    "redirect on the same server, which is not followed: set "
		    "%s = %s", g->who, g->http->status, g->http->setting,
		    moved);
	mask_copy(g->mask, host, sizeof(host), head->redirect,
	    strlen(head->redirect));
	return fail(g->why, STATUS_LATER, "%s answered HTTP %ld, a redirect "
	    "to %s, which is not followed: check token_endpoint", g->who,
	    g->http->status, host[0] != '\0' ? host : "elsewhere");
}

/* what: "not JSON", "JSON that breaks off", ... */
static int
fail_body(const struct reading *g, const char *what)
{
	char type[sizeof(g->http->head.type)] = "";
	char encoding[sizeof(g->http->head.encoding)] = "";

	if (g->http->body.len == 0)
		return fail(g->why, STATUS_LATER, "%s answered HTTP %ld with "
		    "nothing in it: %s", g->who, g->http->status,
		    refusal_status_remedy(g->http->status,
		    g->mask));
	mask_copy(g->mask, type, sizeof(type), g->http->head.type,
	    strlen(g->http->head.type));
	/* None was asked for, so it may be why. */
	mask_copy(g->mask, encoding, sizeof(encoding), g->http->head.encoding,
	    strlen(g->http->head.encoding));
	return fail(g->why, STATUS_LATER, "%s answered HTTP %ld with %s, %s"
	    "%s%s%s: %s", g->who, g->http->status, type[0] != '\0' ? type :
	    "no content type", what, encoding[0] != '\0' ?
	    " (Content-Encoding: " : "", encoding, encoding[0] != '\0' ?
	    ")" : "", refusal_status_remedy(g->http->status, g->mask));
}

/* The first of these string members, NULL: there is none. */
static const char *
first_string(const struct jdoc *doc, const char *const *names)
{
	const char *text = NULL;

	for (; *names != NULL; names++)
		if ((text = jdoc_string(doc, *names)) != NULL &&
		    text[0] != '\0')
			return text;
	return NULL;
}

/* What a person can read, by its names in and outside of RFC 6749. */
static const char *
find_words(const struct jdoc *doc)
{
	static const char *const names[] = { "error_description", "message",
	    "error_message", "errorSummary", "detail", "description",
	    "title", "msg", "localizedMessage", NULL };

	return first_string(doc, names);
}

static int
fail_refused(const struct reading *g, const struct jdoc *doc,
    const char *error)
{
	const struct refused_request by = { .account = g->account,
	    .who = g->who, .status = g->http->status, .mask = g->mask };
	struct refusal r = { .error = error,
	    .subtype = jdoc_string(doc, "error_subtype"),
	    .description = find_words(doc) };

	r.number = advice_number(r.description);
	if (r.number == 0 &&
	    jdoc_first_integer(doc, "error_codes", &r.number) == -1)
		r.number = 0;
	return refusal_fail(&by, &r, g->token_failure);
}

/* Yahoo writes INVALID_GRANT. 0, or -1 where there is no text or no room. */
static int
copy_lower(char *out, size_t size, const char *text)
{
	size_t i;

	if (text == NULL || strlen(text) >= size)
		return -1;
	for (i = 0; text[i] != '\0'; i++)
		out[i] = text[i] >= 'A' && text[i] <= 'Z' ?
		    (char)(text[i] + ('a' - 'A')) : text[i];
	out[i] = '\0';
	return 0;
}

/*
 * An error in a form of the provider's own: {"error":{"message":...}}, RFC
 * 9457, and their likes. An error code of OAuth in it counts as one.
 */
static int
fail_own_form(const struct reading *g, struct jdoc *doc)
{
	static const char *const codes[] = { "error", "code", "type",
	    "status", "reason", "errorCode", "errorId", NULL };
	const char *const *name = codes;
	char words[FAILURE_TEXT_MAX + 1] = "", head[sizeof(g->who) + 32] = "";
	char tail[96] = "";
	char code[DETAIL_ERROR_MAX + 1] = "";
	const char *text = NULL;

	(void)jdoc_enter(doc, "error");
	for (; *name != NULL; name++)
		if (copy_lower(code, sizeof(code), jdoc_string(doc,
		    *name)) == 0 && advice_knows(code))
			return fail_refused(g, doc, code);
	if ((text = find_words(doc)) == NULL &&
	    (text = first_string(doc, codes)) == NULL)
		return fail_body(g, "JSON without an OAuth error");
	mask_copy(g->mask, words, sizeof(words), text, strcspn(text, "\r\n"));
	snprintf(head, sizeof(head), "%s answered HTTP %ld", g->who,
	    g->http->status);
	snprintf(tail, sizeof(tail), ": %s%s",
	    refusal_status_remedy(g->http->status, g->mask),
	    refusal_is_transient(g->http->status) ? "" :
	    ", client_id and the app's registration");
	return text_fail(g->why, STATUS_LATER, head, words, tail);
}

/*
 * Tokens, RFC 6749 5.1
 */

/* First of all, as the one that we had may be good no longer. */
static int
take_refresh_token(const struct reading *g, const struct jdoc *doc,
    struct token_answer *answer)
{
	const char *token = jdoc_string(doc, "refresh_token");

	if (token == NULL || token[0] == '\0')
		return 0;
	if (!text_is_clean(token, strlen(token)))
		return fail(g->why, STATUS_LATER, "%s gave a refresh token "
		    "that is not printable", g->who);
	if (buf_adds(&answer->refresh_token, token) == 0)
		return 0;
	return errno == ENOMEM ? fail_memory(g->why) :
	    fail(g->why, STATUS_LATER, "%s gave a refresh token of over %d "
	    "bytes", g->who, SECRET_MAX);
}

static int
take_access_token(const struct reading *g, const struct jdoc *doc,
    struct token_answer *answer)
{
	const char *token = jdoc_string(doc, "access_token");
	const char *type = jdoc_string(doc, "token_type");
	char shown[TYPE_SHOWN] = "";

	if (token == NULL || token[0] == '\0')
		return fail_body(g, "JSON without an access token");
	/*
	 * A type is REQUIRED, but servers leave it out, and then a bearer
	 * token is all that it can be; refusing would lose a refresh token.
	 */
	if (type != NULL && strcasecmp(type, "Bearer") != 0) {
		mask_copy(g->mask, shown, sizeof(shown), type, strlen(type));
		return fail(g->why, STATUS_CONFIG, "%s gave a token of type "
		    "\"%s\": mail can only use type Bearer: check the app's "
		    "registration", g->who, shown);
	}
	if (strlen(token) > TOKEN_MAX)
		return fail(g->why, STATUS_CONFIG, "%s gave an access token of "
		    "%zu bytes, and SASL carries %d: ask for fewer scopes, or "
		    "fewer claims (groups) in it", g->who, strlen(token),
		    TOKEN_MAX);
	if (!token_is_clean(token, strlen(token)))
		return fail(g->why, STATUS_CONFIG, "%s gave an access token "
		    "with characters that no bearer token has (RFC 6750 2.1)",
		    g->who);
	return buf_adds(&answer->access_token, token) == -1 ?
	    fail_memory(g->why) : 0;
}

static int
take_tokens(const struct reading *g, const struct jdoc *doc,
    struct token_answer *answer)
{
	const char *scope = jdoc_string(doc, "scope");
	const char *id_token = jdoc_string(doc, "id_token");
	int64_t seconds = 0;

	if (take_refresh_token(g, doc, answer) == -1 ||
	    take_access_token(g, doc, answer) == -1)
		return -1;
	if (jdoc_integer(doc, "expires_in", &seconds) == -1 || seconds <= 0)
		seconds = EXPIRES_IN_DEFAULT;
	answer->expires_in = seconds < EXPIRES_IN_MAX ? seconds :
	    EXPIRES_IN_MAX;
	answer->refresh_expires_in = refresh_expiry(doc, (int64_t)time(NULL));
	/* Good to know, and no more: without them the token is as good. */
	if (scope != NULL && text_is_plain(scope, strlen(scope)))
		(void)buf_adds(&answer->scope, scope);
	if (id_token != NULL)
		(void)buf_adds(&answer->id_token, id_token);
	return 0;
}

static int
read_document(const struct reading *g, struct jdoc *doc,
    struct token_answer *answer)
{
	const char *error = jdoc_string(doc, "error");

	if (error != NULL && error[0] != '\0')
		return fail_refused(g, doc, error);
	/* Some send errors with 200, and some in forms of their own. */
	if (g->http->status >= 300 || (error == NULL &&
	    jdoc_has(doc, "error")))
		return fail_own_form(g, doc);
	return take_tokens(g, doc, answer);
}

int
token_answer_read(const struct account *a, const struct http_answer *http,
    const struct mask *m, struct token_answer *answer,
    struct token_failure *why)
{
	struct reading g = { .account = a, .http = http, .mask = m,
	    .why = &why->failure, .token_failure = why };
	struct jdoc *doc = NULL;
	const char *what = NULL;
	char name[TEXT_NAME_MAX] = "";
	int result = -1;

	why->answered = 1;
	text_cut(name, sizeof(name), a->name);
	snprintf(g.who, sizeof(g.who), "account \"%s\": %s", name, http->host);
	if (http->status >= 300 && http->status < 400)
		fail_redirect(&g);
	else if ((doc = jdoc_parse(buf_text(&http->body), http->body.len,
	    &what)) != NULL)
		result = read_document(&g, doc, answer);
	else if (what == NULL)
		fail_memory(g.why);
	else
		fail_body(&g, what);
	if (result == -1 && g.why->code == STATUS_LATER &&
	    g.why->retry_after < http->retry_after)
		g.why->retry_after = http->retry_after;
	jdoc_free(doc);
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
