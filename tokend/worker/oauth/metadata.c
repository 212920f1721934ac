/* metadata.c - see metadata.h */
#include "oauth/metadata.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/endpoint.h"
#include "door/json.h"
#include "door/url.h"
#include "oauth/text.h"

#define ISSUER_MAX 2048
#define OAUTH_PATH "/.well-known/oauth-authorization-server"
#define OPENID_PATH "/.well-known/openid-configuration"

static const struct endpoint {
	const char *name;
	size_t offset;		/* of the char * in struct metadata */
} endpoints[] = {
	{ "token_endpoint", offsetof(struct metadata, token_endpoint) },
	{ "authorization_endpoint",
	    offsetof(struct metadata, authorization_endpoint) },
	{ "device_authorization_endpoint",
	    offsetof(struct metadata, device_authorization_endpoint) },
	{ "revocation_endpoint",
	    offsetof(struct metadata, revocation_endpoint) }
};

#define ENDPOINTS (sizeof(endpoints) / sizeof(endpoints[0]))

static char **
place_of(struct metadata *m, const struct endpoint *e)
{
	return (char **)((char *)m + e->offset);
}

/*
 * One answer
 */

static int
fail_status(const struct http_answer *http, const char *what,
    struct failure *why)
{
	char type[sizeof(http->head.type)] = "";

	if (http->status >= 300 && http->status < 400)
		return fail(why, STATUS_LATER, "%s answered HTTP %ld, a "
		    "redirect to %s, which is not followed: check issuer",
		    http->host, http->status, http->head.redirect[0] != '\0' ?
		    http->head.redirect : "elsewhere");
	if (http->status == 429 || http->status >= 500) {
		fail(why, STATUS_LATER, "%s answered HTTP %ld when asked for "
		    "its metadata: it may pass", http->host, http->status);
		why->retry_after = http->retry_after;
		return -1;
	}
	text_cut(type, sizeof(type), http->head.type);
	return fail(why, STATUS_LATER, "%s has no metadata for this issuer "
	    "(HTTP %ld with %s, %s): check issuer, or set token_endpoint and "
	    "the other endpoints themselves", http->host, http->status,
	    type[0] != '\0' ? type : "no content type", what);
}

static int
check_issuer(const struct http_answer *http, const char *asked,
    const char *found, struct failure *why)
{
	char head[HEAD_HOST_SHOWN + 80] = "";

	if (found != NULL && strcmp(asked, found) == 0)
		return 0;
	snprintf(head, sizeof(head), "%s: its metadata is of another issuer "
	    "than the one asked", http->host);
	/* Microsoft's addresses for several tenants are nobody's issuer. */
	return text_fail(why, STATUS_CONFIG, head, found != NULL ? found :
	    "none is named", found != NULL && strstr(found, "{tenantid}") !=
	    NULL ? ": it serves all tenants: name one, put your directory's "
	    "id into issuer" : ": if that is your provider's, set issuer to "
	    "exactly it");
}

static int
take_endpoint(struct metadata *m, const struct endpoint *e,
    const struct jdoc *doc, const struct url *issuer, const char *file,
    struct failure *why)
{
	const char *value = jdoc_string(doc, e->name);
	char **place = place_of(m, e);
	struct url url;

	if (value == NULL)
		return 0;
	if (url_read(&url, value) == -1)
		return fail(why, STATUS_CONFIG, "%s: %s: is not an address "
		    "that tokend can ask", file, e->name);
	if (issuer->is_tls && !url.is_tls)
		return fail(why, STATUS_CONFIG, "%s: %s: is not https://, and "
		    "the issuer is", file, e->name);
	if ((*place = strdup(value)) == NULL)
		return fail_memory(why);
	return endpoint_complete(place, NULL, file, e->name, why);
}

static int
take_document(struct metadata *m, const struct http_answer *http,
    const char *asked, const struct jdoc *doc, struct failure *why)
{
	char file[HEAD_HOST_SHOWN + 16] = "";
	struct url issuer;
	size_t i = 0;

	if (url_read(&issuer, asked) == -1 || check_issuer(http, asked,
	    jdoc_string(doc, "issuer"), why) == -1)
		return -1;
	snprintf(file, sizeof(file), "%s: its metadata", http->host);
	if ((m->issuer = strdup(asked)) == NULL)
		return fail_memory(why);
	for (i = 0; i < ENDPOINTS; i++)
		if (take_endpoint(m, &endpoints[i], doc, &issuer, file,
		    why) == -1)
			return -1;
	if (m->token_endpoint == NULL)
		return fail(why, STATUS_CONFIG, "%s has no token_endpoint: "
		    "it gives no tokens that mail can use", file);
	m->fresh_for = http->head.fresh_for;
	m->sends_iss = jdoc_is_true(doc,
	    "authorization_response_iss_parameter_supported");
	return 0;
}

static int
read_answer(struct metadata *m, const struct http_answer *http,
    const char *asked, struct failure *why)
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
		result = take_document(m, http, asked, doc, why);
	jdoc_free(doc);
	return result;
}

/*
 * Two addresses
 */

/* RFC 8414 3.1: before the path; OpenID Connect Discovery 4: behind it. */
static int
write_address(struct buf *url, const char *issuer, int is_openid)
{
	const char *path = strstr(issuer, "://") + strlen("://");
	size_t len = 0;

	path += strcspn(path, "/");
	len = strlen(path);
	if (len > 0 && path[len - 1] == '/')
		len--;
	buf_reset(url);
	if (is_openid)
		return buf_add(url, issuer, (size_t)(path - issuer) + len) ==
		    -1 || buf_adds(url, OPENID_PATH) == -1 ? -1 : 0;
	return buf_add(url, issuer, (size_t)(path - issuer)) == -1 ||
	    buf_adds(url, OAUTH_PATH) == -1 ||
	    buf_add(url, path, len) == -1 ? -1 : 0;
}

/* Returns the status of HTTP, 0 if there was no whole answer. */
static long
ask(struct metadata *m, const struct http_settings *s, const char *issuer,
    const char *url, int *result, struct token_failure *why)
{
	struct http_answer http = HTTP_ANSWER_INIT;
	long status = 0;

	metadata_free(m);
	memset(why, 0, sizeof(*why));
	*result = http_get(s, url, NULL, &http, &why->failure);
	why->answered = http.status != 0;
	if (*result == 0) {
		status = http.status;
		*result = read_answer(m, &http, issuer, &why->failure);
	} else if (why->failure.code == STATUS_LATER) {
		why->failure.retry_after = http.retry_after;
	}
	http_answer_free(&http);
	return status;
}

static int
fetch(struct metadata *m, const struct http_settings *s, const char *issuer,
    struct buf *url, struct token_failure *why)
{
	struct token_failure first;
	long status = 0, second = 0;
	int result = -1;

	if (write_address(url, issuer, 0) == -1)
		return fail_memory(&why->failure);
	status = ask(m, s, issuer, buf_text(url), &result, why);
	/* Without an answer, the same host gives none a moment later. */
	if (result == 0 || status == 0)
		return result;
	first = *why;
	if (write_address(url, issuer, 1) == -1)
		return fail_memory(&why->failure);
	second = ask(m, s, issuer, buf_text(url), &result, why);
	/* What is there and wrong says more than what is not there. */
	if (result == -1 && second == 404 && status != 404)
		*why = first;
	return result;
}

int
metadata_fetch(struct metadata *m, const struct http_settings *s,
    const char *issuer, struct token_failure *why)
{
	struct http_settings settings = *s;
	struct buf url = BUF_INIT(ISSUER_MAX + sizeof(OAUTH_PATH));
	struct url parts;
	int result = -1;

	memset(why, 0, sizeof(*why));
	/* RFC 8414 2: no query, no fragment. */
	if (url_read(&parts, issuer) == -1 || strlen(issuer) > ISSUER_MAX ||
	    strpbrk(issuer, "?#") != NULL || !endpoint_is_safe(issuer))
		return fail(&why->failure, STATUS_CONFIG, "the issuer is not "
		    "an address https://HOST[/PATH], exactly as the provider "
		    "writes it");
	settings.setting = "issuer";
	settings.total_ms = METADATA_TOTAL_MS;
	result = fetch(m, &settings, issuer, &url, why);
	buf_free(&url);
	return result;
}

/* Moves a value to where there is none. */
static void
fill(char **to, char **from)
{
	if (*to != NULL)
		return;
	*to = *from;
	*from = NULL;
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
	if (metadata_fetch(m, &settings, a->issuer, why) == -1) {
		text_name_account(&why->failure, a->name);
		return -1;
	}
	fill(&a->token_endpoint, &m->token_endpoint);
	fill(&a->authorization_endpoint, &m->authorization_endpoint);
	fill(&a->device_authorization_endpoint,
	    &m->device_authorization_endpoint);
	fill(&a->revocation_endpoint, &m->revocation_endpoint);
	return 0;
}

void
metadata_free(struct metadata *m)
{
	size_t i = 0;

	free(m->issuer);
	for (i = 0; i < ENDPOINTS; i++)
		free(*place_of(m, &endpoints[i]));
	memset(m, 0, sizeof(*m));
}
