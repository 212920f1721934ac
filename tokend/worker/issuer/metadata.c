/* SPDX-License-Identifier: BSD-2-Clause */
#include "issuer/metadata.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/endpoint.h"
#include "common/failure_text.h"
#include "issuer/issuer.h"
#include "json/json.h"
#include "lineio.h"
#include "net/url.h"

#define WELL_KNOWN "/.well-known/"
#define ADDRESS_MAX (ISSUER_MAX + 64)
#define SHOWN_MAX 160		/* bytes of an endpoint in a text, with NUL */

static const struct {
	const char *name;
	size_t in_account;	/* offset of the char * in struct account */
} endpoints[METADATA_ENDPOINTS] = {
	[METADATA_TOKEN] = { "token_endpoint",
	    offsetof(struct account, token_endpoint) },
	[METADATA_AUTHORIZATION] = { "authorization_endpoint",
	    offsetof(struct account, authorization_endpoint) },
	[METADATA_DEVICE] = { "device_authorization_endpoint",
	    offsetof(struct account, device_authorization_endpoint) },
	[METADATA_REVOCATION] = { "revocation_endpoint",
	    offsetof(struct account, revocation_endpoint) }
};

static char **
find_field(struct account *a, enum metadata_endpoint e)
{
	return (char **)((char *)a + endpoints[e].in_account);
}

const char *
metadata_name(enum metadata_endpoint e)
{
	return endpoints[e].name;
}

/*
 * One answer
 */

/* It will be the same tomorrow. */
static int
is_lasting(long status)
{
	return status == 301 || status == 308 || (status >= 400 &&
	    status < 500 && status != 408 && status != 425 && status != 429);
}

static int
fail_status(const struct http_answer *http, const char *what,
    struct failure *why)
{
	enum status code = is_lasting(http->status) ? STATUS_CONFIG :
	    STATUS_LATER;
	char type[sizeof(http->head.type)] = "";

	if (http->status >= 300 && http->status < 400)
		return fail(why, code, "%s answered HTTP %ld, a "
		    "redirect to %s, which is not followed: check issuer",
		    http->host, http->status, http->moved[0] != '\0' ?
		    http->moved : http->head.redirect[0] != '\0' ?
		    http->head.redirect : "elsewhere");
	if (http->status == 429 || http->status >= 500) {
		fail(why, STATUS_LATER, "%s answered HTTP %ld when asked for "
		    "its metadata: it may pass", http->host, http->status);
		why->retry_after = http->retry_after;
		return -1;
	}
	text_cut(type, sizeof(type), http->head.type);
	return fail(why, code, "%s has no metadata for this issuer "
	    "(HTTP %ld with %s, %s): check issuer, or set token_endpoint and "
	    "the other endpoints themselves", http->host, http->status,
	    type[0] != '\0' ? type : "no content type", what);
}

static int
check_issuer(const struct issuer *i, const struct http_answer *http,
    const struct jdoc *doc, struct failure *why)
{
	const struct issuer_claim f = { .host = http->host,
	    .named = jdoc_string(doc, "issuer"),
	    .token_endpoint = jdoc_string(doc, "token_endpoint"),
	    .authorization_endpoint = jdoc_string(doc,
	    "authorization_endpoint") };

	return issuer_is_same(i, f.named) ? 0 : issuer_fail_other(i, &f, why);
}

/* The one with https:// may well be right, but that is not ours to say. */
static int
fail_plain(const struct issuer *i, const char *file, const char *name,
    const char *value, struct failure *why)
{
	char secure[SHOWN_MAX] = "";

	issuer_https(i, value, secure, sizeof(secure));
	return fail(why, STATUS_CONFIG, "%s: %s: is not https://, and the "
	    "issuer is%s%s%s%s", file, name, secure[0] != '\0' ? ": set " :
	    ": set it to the provider's own https:// address", secure[0] !=
	    '\0' ? name : "", secure[0] != '\0' ? " = " : "", secure);
}

/* -1 only without memory; what is of no use is kept as unusable. */
static int
take_endpoint(struct metadata *m, enum metadata_endpoint e,
    const struct jdoc *doc, const struct issuer *i, const char *file)
{
	const char *name = endpoints[e].name, *value = jdoc_string(doc, name);
	struct failure *why = &m->unusable[e];
	char **place = &m->endpoints[e];
	struct url url;
	int result = 0;

	if (value == NULL)
		return 0;
	if (url_read(&url, value) == -1)
		result = fail(why, STATUS_CONFIG, "%s: %s: is not an address "
		    "that tokend can ask: set it in the account", file, name);
	else if (i->url.is_tls && !url.is_tls)
		result = fail_plain(i, file, name, value, why);
	else if ((*place = strdup(value)) == NULL)
		return -1;
	else
		result = endpoint_complete(place, NULL, file, name, why);
	if (result == 0)
		return 0;
	free(*place);
	*place = NULL;
	return why->code == STATUS_INTERNAL ? -1 : 0;
}

/* The words of an array, or NULL: no such array. -1 without memory. */
static int
take_list(char **list, const struct jdoc *doc, const char *name)
{
	struct buf words = BUF_INIT(METADATA_LIST_MAX);
	size_t n = jdoc_length(doc, name), i = 0;
	const char *word = NULL;

	for (i = 0; i < n; i++) {
		word = jdoc_element(doc, name, i);
		/* RFC 6749 3.3; what else is there is no method's name, too. */
		if (word == NULL || word[0] == '\0' || !text_is_plain(word,
		    strlen(word)) || strchr(word, ' ') != NULL)
			continue;
		if (strlen(word) + 1 > METADATA_LIST_MAX - words.len)
			break;
		if ((words.len > 0 && buf_add(&words, " ", 1) == -1) ||
		    buf_adds(&words, word) == -1)
			break;
	}
	if (words.len > 0)
		*list = strdup(buf_text(&words));
	i = words.len > 0 && *list == NULL;
	buf_free(&words);
	return i != 0 ? -1 : 0;
}

static int
take_lists(struct metadata *m, const struct jdoc *doc)
{
	return take_list(&m->token_endpoint_auth_methods_supported, doc,
	    "token_endpoint_auth_methods_supported") == -1 ||
	    take_list(&m->revocation_endpoint_auth_methods_supported, doc,
	    "revocation_endpoint_auth_methods_supported") == -1 ||
	    take_list(&m->scopes_supported, doc, "scopes_supported") == -1 ?
	    -1 : 0;
}

static int
take_document(struct metadata *m, const struct http_answer *http,
    const struct issuer *i, const struct jdoc *doc, struct failure *why)
{
	char file[HEAD_HOST_SHOWN + 16] = "";
	enum metadata_endpoint e = METADATA_TOKEN;

	if (check_issuer(i, http, doc, why) == -1)
		return -1;
	snprintf(file, sizeof(file), "%s: its metadata", http->host);
	if ((m->issuer = strdup(jdoc_string(doc, "issuer"))) == NULL ||
	    take_lists(m, doc) == -1)
		return fail_memory(why);
	for (; e < METADATA_ENDPOINTS; e++)
		if (take_endpoint(m, e, doc, i, file) == -1)
			return fail_memory(why);
	if (m->endpoints[METADATA_TOKEN] == NULL &&
	    m->unusable[METADATA_TOKEN].code == STATUS_OK)
		fail(&m->unusable[METADATA_TOKEN], STATUS_CONFIG, "%s has no "
		    "token_endpoint: it gives no tokens that mail can use",
		    file);
	m->fresh_for = http->head.fresh_for;
	m->sends_iss = jdoc_is_true(doc,
	    "authorization_response_iss_parameter_supported");
	return 0;
}

static int
read_answer(struct metadata *m, const struct http_answer *http,
    const struct issuer *i, struct failure *why)
{
	const char *what = "nothing in it";
	struct jdoc *doc = NULL;
	int result = -1;

	if (http->body.len > 0) {
		doc = jdoc_parse(buf_text(&http->body), http->body.len, &what);
		if (doc == NULL && what == NULL)
			return fail_memory(why);
	}
	if (doc == NULL || http->status != 200)
		fail_status(http, doc != NULL ? "an error" : what, why);
	else
		result = take_document(m, http, i, doc, why);
	jdoc_free(doc);
	return result;
}

/*
 * All addresses
 */

struct look {
	const struct http_settings *settings;
	const struct issuer *issuer;
	struct metadata *m;
	struct token_failure *why;
	int64_t end;		/* clock_ms() */
};

static int
get_document(const struct look *l, const char *url, struct http_answer *http)
{
	struct http_settings s = *l->settings;
	int64_t left = l->end - clock_ms();

	s.setting = "issuer";
	s.total_ms = left < 1 ? 1 : left < METADATA_TOTAL_MS ? (long)left :
	    METADATA_TOTAL_MS;
	return http_get(&s, url, NULL, http, &l->why->failure);
}

/*
 * To another address of metadata at the same server, with no secret sent: the
 * issuer in what comes is looked at as ever.
 */
static int
follow_redirect(const struct look *l, struct http_answer *http)
{
	char moved[HTTP_MOVED_MAX];

	if (http->status < 300 || http->status >= 400 ||
	    strstr(http->moved, WELL_KNOWN) == NULL)
		return 0;
	memcpy(moved, http->moved, sizeof(moved));
	http_answer_free(http);
	*http = (struct http_answer)HTTP_ANSWER_INIT;
	return get_document(l, moved, http);
}

/* Returns the status of HTTP, 0 if there was no whole answer. */
static long
ask_address(const struct look *l, const char *url, int *result)
{
	struct http_answer http = HTTP_ANSWER_INIT;
	struct token_failure *why = l->why;
	long status = 0;

	metadata_free(l->m);
	memset(why, 0, sizeof(*why));
	*result = get_document(l, url, &http);
	if (*result == 0)
		*result = follow_redirect(l, &http);
	why->answered = http.status != 0;
	if (*result == 0) {
		status = http.status;
		*result = read_answer(l->m, &http, l->issuer, &why->failure);
	} else if (why->failure.code == STATUS_LATER) {
		why->failure.retry_after = http.retry_after;
	}
	http_answer_free(&http);
	return status;
}

/* The best that was found at the addresses so far. */
struct best {
	struct metadata m;
	int is_found;
	struct token_failure why;	/* where nothing is */
	long status;
};

/* What is there and wrong says more than what is not there. */
static void
keep_best(struct best *b, const struct look *l, int result, long status)
{
	if (result == 0 && !b->is_found) {
		b->m = *l->m;
		b->is_found = 1;
		*l->m = (struct metadata)METADATA_INIT;
	} else if (result == -1 && (b->status == 0 || status != 404)) {
		b->why = *l->why;
		b->status = status;
	}
}

static int
look_at_all(const struct look *l, struct buf *url)
{
	struct best b = { .m = METADATA_INIT };
	int result = -1;
	long status = 0;
	size_t n = 0;

	for (; n < issuer_count_addresses(l->issuer); n++) {
		if (n > 0 && clock_ms() >= l->end)
			break;
		if (issuer_address(l->issuer, n, url) == -1) {
			fail_memory(&b.why.failure);
			break;
		}
		status = ask_address(l, buf_text(url), &result);
		if (result == 0 && l->m->endpoints[METADATA_TOKEN] != NULL) {
			metadata_free(&b.m);
			return 0;
		}
		keep_best(&b, l, result, status);
		/* Without an answer, the host gives none a moment later. */
		if (status == 0) {
			b.why = *l->why;
			break;
		}
	}
	*l->why = b.why;
	if (!b.is_found)
		return -1;
	metadata_free(l->m);
	*l->m = b.m;
	memset(l->why, 0, sizeof(*l->why));
	return 0;
}

int
metadata_fetch(struct metadata *m, const struct http_settings *s,
    const char *issuer, struct token_failure *why)
{
	struct buf url = BUF_INIT(ADDRESS_MAX);
	struct issuer i;
	struct look l = { .settings = s, .issuer = &i, .m = m, .why = why,
	    .end = clock_ms() + METADATA_ALL_MS };
	int result = -1;

	memset(why, 0, sizeof(*why));
	if (issuer_read(&i, issuer, &why->failure) == -1)
		return -1;
	result = look_at_all(&l, &url);
	buf_free(&url);
	return result;
}

int
metadata_check(const struct metadata *m, enum metadata_endpoint e,
    struct failure *why)
{
	if (m->unusable[e].code == STATUS_OK)
		return 0;
	*why = m->unusable[e];
	return -1;
}

/*
 * Accounts
 */

/* Moves a value to where there is none. */
static void
move_value(char **to, char **from)
{
	if (*to != NULL)
		return;
	*to = *from;
	*from = NULL;
}

/* RFC 8414 2: what is not said is not unknown, but ACCOUNT_METHODS_DEFAULT. */
static int
take_methods(struct account *a, const struct metadata *m)
{
	const char *said = m->token_endpoint_auth_methods_supported;

	free(a->auth_methods);
	a->auth_methods = strdup(said != NULL ? said :
	    ACCOUNT_METHODS_DEFAULT);
	return a->auth_methods == NULL ? -1 : 0;
}

/* The answer in the browser will name what the metadata does (RFC 9207). */
static int
take_name(struct account *a, const struct metadata *m)
{
	if (a->response_issuer != NULL || strcmp(a->issuer, m->issuer) == 0)
		return 0;
	a->response_issuer = strdup(m->issuer);
	return a->response_issuer == NULL ? -1 : 0;
}

static int
take_all(struct account *a, char *const *needed, struct metadata *m,
    struct failure *why)
{
	enum metadata_endpoint e = METADATA_TOKEN;

	for (; e < METADATA_ENDPOINTS; e++)
		if (find_field(a, e) == needed && metadata_check(m, e, why) ==
		    -1)
			return -1;
	if ((a->token_endpoint == NULL && m->endpoints[METADATA_TOKEN] !=
	    NULL && take_methods(a, m) == -1) || take_name(a, m) == -1)
		return fail_memory(why);
	for (e = METADATA_TOKEN; e < METADATA_ENDPOINTS; e++)
		move_value(find_field(a, e), &m->endpoints[e]);
	return 0;
}

int
metadata_complete(struct account *a, char *const *needed, struct metadata *m,
    struct token_failure *why)
{
	struct http_settings settings = { .proxy = a->proxy,
	    .ca_file = a->ca_file, .ca_dir = a->ca_dir };

	memset(why, 0, sizeof(*why));
	if (*needed != NULL || a->issuer == NULL)
		return 0;
	if (metadata_fetch(m, &settings, a->issuer, why) == 0) {
		if (take_all(a, needed, m, &why->failure) == 0)
			return 0;
		why->answered = 1;
	}
	return text_name_account(&why->failure, a->name);
}

void
metadata_free(struct metadata *m)
{
	size_t i = 0;

	free(m->issuer);
	free(m->token_endpoint_auth_methods_supported);
	free(m->revocation_endpoint_auth_methods_supported);
	free(m->scopes_supported);
	for (i = 0; i < METADATA_ENDPOINTS; i++)
		free(m->endpoints[i]);
	memset(m, 0, sizeof(*m));
}
