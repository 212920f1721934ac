/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * instance_metadata.c - the cloud that this machine runs in vouches for it:
 * Azure's instance metadata service, the agent of Azure Arc, and that of
 * Google's Compute Engine. No secret is kept here, and none is sent.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/failure_text.h"
#include "grant/arc.h"
#include "grant/method.h"
#include "json/json.h"
#include "net/form.h"
#include "net/http.h"
#include "net/mask.h"
#include "oauth/token_answer.h"

#define URL_MAX 4096
/* Without an answer this machine is not in that cloud. */
#define CONNECT_MS 2000
/* Two of them, for Arc, end before the worker does. */
#define TOTAL_MS 10000
#define SUBJECT_MAX (TEXT_NAME_MAX + 80)

static const struct service {
	enum metadata_service service;
	const char *name;		/* in texts */
	const char *endpoint;
	const char *version;		/* api-version; NULL: it is Google's */
	const char *field;		/* shows that no web page asks */
	const char *where;		/* that it is not there may mean */
	const char *refused;		/* what it refuses for */
} services[] = {
	{ METADATA_AZURE, "Azure's metadata service",
	    "http://169.254.169.254/metadata/identity/oauth2/token",
	    "2018-02-01", "Metadata: true",
	    "it answers on virtual machines in Azure only",
	    "check that the machine has a managed identity (that of "
	    "client_id, if set), and scope" },
	{ METADATA_AZURE_ARC, "the Azure Arc agent",
	    "http://127.0.0.1:40342/metadata/identity/oauth2/token",
	    "2020-06-01", "Metadata: true",
	    "check that the Connected Machine agent runs (azcmagent show)",
	    "check the agent (azcmagent show), and scope" },
	{ METADATA_GCE, "Google's metadata service",
	    "http://metadata.google.internal/computeMetadata/v1/instance/"
	    "service-accounts/default/token",
	    NULL, "Metadata-Flavor: Google",
	    "it answers on machines in Google's cloud only",
	    "check that the machine has a service account, and that its "
	    "access scopes hold scope" }
};

struct metadata_request {
	const struct account *account;
	const struct service *service;
	char subject[SUBJECT_MAX];		/* begins texts */
	struct buf url;
	struct buf authorization;	/* a line of the head, for Arc */
	struct mask mask;
	struct http_answer http;
	struct token_failure *why;
};

/*
 * The question
 */

/* A scope of the v2.0 endpoints is a resource and "/.default" (Entra). */
static int
add_resource(struct buf *query, const char *scope)
{
	static const char all[] = "/.default";
	size_t len = strlen(scope);
	struct buf resource = BUF_INIT(URL_MAX);
	int result = -1;

	if (len > strlen(all) && strcmp(scope + len - strlen(all), all) == 0)
		len -= strlen(all);
	if (buf_add(&resource, scope, len) == 0)
		result = form_add(query, "resource", buf_text(&resource));
	buf_free(&resource);
	return result;
}

/* Google separates by commas what OAuth separates by blanks. */
static int
add_scopes(struct buf *query, const char *scope)
{
	struct buf list = BUF_INIT(URL_MAX);
	size_t len = 0;
	int result = 0;

	for (scope += strspn(scope, " \t"); *scope != '\0' && result == 0;
	    scope += len + strspn(scope + len, " \t")) {
		len = strcspn(scope, " \t");
		if (list.len > 0)
			result = buf_adds(&list, ",");
		if (result == 0)
			result = buf_add(&list, scope, len);
	}
	if (result == 0)
		result = form_add(query, "scopes", buf_text(&list));
	buf_free(&list);
	return result;
}

static int
make_query(const struct metadata_request *g, struct buf *query)
{
	const struct account *a = g->account;

	if (g->service->version == NULL)
		return add_scopes(query, a->scope);
	return form_add(query, "api-version", g->service->version) == -1 ||
	    add_resource(query, a->scope) == -1 ||
	    form_add(query, "client_id", a->client_id) == -1 ? -1 : 0;
}

static int
make_url(struct metadata_request *g)
{
	const char *endpoint = g->account->metadata_endpoint;
	struct buf query = BUF_INIT(URL_MAX);
	int result = -1;

	if (g->service->version != NULL &&
	    strpbrk(g->account->scope, " \t") != NULL)
		return fail(&g->why->failure, STATUS_CONFIG, "%s gives a token "
		    "for one resource, and scope names several: leave one",
		    g->subject);
	if (endpoint == NULL)
		endpoint = g->service->endpoint;
	if (make_query(g, &query) == -1 || buf_adds(&g->url, endpoint) == -1 ||
	    buf_adds(&g->url, strchr(endpoint, '?') != NULL ? "&" :
	    "?") == -1 || buf_add(&g->url, query.data, query.len) == -1)
		(void)(errno == ENOMEM ? fail_memory(&g->why->failure) :
		    fail(&g->why->failure, STATUS_CONFIG, "%s is not asked: "
		    "metadata_endpoint and scope have more than %d bytes",
		    g->subject, URL_MAX));
	else
		result = 0;
	buf_free(&query);
	return result;
}

/* 0 with an HTTP answer, whatever it says. */
static int
ask_service(struct metadata_request *g)
{
	const struct http_settings settings = { .proxy = "none",
	    .ca_file = g->account->ca_file, .ca_dir = g->account->ca_dir,
	    .setting = g->account->metadata_endpoint != NULL ?
	    "metadata_endpoint" : "metadata_service",
	    .connect_ms = CONNECT_MS, .total_ms = TOTAL_MS };
	const char *fields[] = { g->service->field,
	    g->authorization.len > 0 ? buf_text(&g->authorization) : NULL,
	    NULL };
	struct failure *why = &g->why->failure, inner;
	char head[SUBJECT_MAX + 32] = "", tail[96] = "";

	if (http_get(&settings, buf_text(&g->url), fields, &g->http,
	    &inner) == 0)
		return 0;
	g->why->answered = g->http.status != 0;
	if (inner.code == STATUS_INTERNAL) {
		*why = inner;
		return -1;
	}
	snprintf(head, sizeof(head), "%s gives no answer", g->subject);
	snprintf(tail, sizeof(tail), ": %s", inner.code == STATUS_CONFIG ?
	    "check metadata_endpoint, ca_file and ca_dir" :
	    g->service->where);
	text_fail(why, inner.code, head, inner.text, tail);
	why->retry_after = g->http.retry_after;
	return -1;
}

/*
 * The challenge of Azure Arc
 */

static int
take_challenge(struct metadata_request *g)
{
	struct buf key = BUF_INIT(ARC_KEY_MAX);
	char path[ARC_PATH_MAX] = "";
	struct failure *why = &g->why->failure, inner;
	int result = -1;

	g->why->answered = 1;
	if (arc_key_path(path, g->http.head.challenge) == -1)
		return fail(why, STATUS_CONFIG, "%s asks for a file that is "
		    "not the agent's, so none was sent: see which program "
		    "listens at %s", g->subject, g->http.host);
	if (arc_key_read(&key, path, &inner) == -1)
		fail(why, inner.code, "%s: %s", g->subject, inner.text);
	else if (buf_adds(&g->authorization, "Authorization: Basic ") == -1 ||
	    buf_add(&g->authorization, key.data, key.len) == -1 ||
	    mask_add(&g->mask, buf_text(&key)) == -1)
		fail_memory(why);
	else
		result = 0;
	buf_free(&key);
	http_answer_free(&g->http);
	g->http = (struct http_answer)HTTP_ANSWER_INIT;
	return result;
}

/*
 * The answer
 */

/* 404 and 410: it is being updated; "retry" is what Azure's document says. */
static int
is_transient(long status)
{
	return status == 404 || status == 408 || status == 410 ||
	    status == 429 || status >= 500;
}

static int
fail_refused(struct metadata_request *g, const struct jdoc *doc)
{
	const char *error = doc != NULL ? jdoc_string(doc, "error") : NULL;
	const char *description = doc != NULL ?
	    jdoc_string(doc, "error_description") : NULL;
	char words[FAILURE_TEXT_MAX + 1] = "", tail[160] = "";
	char head[SUBJECT_MAX + 48] = "";
	/* Only what speaks its language refuses for good. */
	enum status code = error == NULL || is_transient(g->http.status) ?
	    STATUS_LATER : STATUS_CONFIG;

	g->why->answered = 1;
	if (description == NULL)
		description = error;
	if (description != NULL)
		mask_copy(&g->mask, words, sizeof(words), description,
		    strcspn(description, "\r\n"));
	snprintf(head, sizeof(head), "%s answers HTTP %ld", g->subject,
	    g->http.status);
	/* Google answers 404 where the machine has no service account. */
	snprintf(tail, sizeof(tail), ": %s", is_transient(g->http.status) &&
	    g->http.status != 404 ? "tokend tries again by itself" :
	    g->service->refused);
	text_fail(&g->why->failure, code, head, words, tail);
	if (code == STATUS_LATER)
		g->why->failure.retry_after = g->http.retry_after;
	return -1;
}

/*
 * Agents that know no identities of a user's own give that of the machine,
 * whatever was asked for.
 */
static int
check_identity(struct metadata_request *g, const struct jdoc *doc)
{
	const char *wanted = g->account->client_id;
	const char *given = jdoc_string(doc, "client_id");

	if (wanted == NULL || g->service->version == NULL ||
	    (given == NULL && g->service->service == METADATA_AZURE) ||
	    (given != NULL && strcasecmp(given, wanted) == 0))
		return 0;
	return fail(&g->why->failure, STATUS_CONFIG, "%s gave a token of "
	    "another identity than client_id names: check client_id, or "
	    "leave it out for the machine's own", g->subject);
}

static int
fail_answer(struct metadata_request *g, const char *what)
{
	return fail(&g->why->failure, STATUS_LATER, "%s: its answer is %s: "
	    "%s", g->subject, what, g->service->where);
}

static int
read_token(struct metadata_request *g, const struct jdoc *doc,
    struct token_answer *answer)
{
	const char *token = jdoc_string(doc, "access_token");
	int64_t when = 0, now = (int64_t)time(NULL);

	if (token == NULL || token[0] == '\0')
		return fail_answer(g, "JSON without an access token");
	if (check_identity(g, doc) == -1 ||
	    token_answer_read(g->account, &g->http, &g->mask, answer,
	    g->why) == -1)
		return -1;
	if (!jdoc_has(doc, "expires_in") &&
	    jdoc_integer(doc, "expires_on", &when) == 0 && when > now)
		answer->expires_in = when - now < EXPIRES_IN_MAX ? when - now :
		    EXPIRES_IN_MAX;
	return 0;
}

static int
read_answer(struct metadata_request *g, struct token_answer *answer)
{
	const char *what = NULL;
	struct jdoc *doc = NULL;
	int result = -1;

	g->why->answered = 1;
	/* Another network's server of that name does not send this. */
	if (g->service->version == NULL &&
	    strcmp(g->http.head.flavor, "Google") != 0)
		return fail(&g->why->failure, STATUS_LATER, "%s: another "
		    "server answers at %s (no Metadata-Flavor: Google): %s",
		    g->subject, g->http.host, g->service->where);
	doc = jdoc_parse(buf_text(&g->http.body), g->http.body.len, &what);
	if (doc == NULL && what == NULL)
		fail_memory(&g->why->failure);
	else if (doc == NULL && g->http.status < 300)
		fail_answer(g, what);
	else if (g->http.status >= 300 || jdoc_has(doc, "error"))
		fail_refused(g, doc);
	else
		result = read_token(g, doc, answer);
	jdoc_free(doc);
	return result;
}

int
method_metadata(const struct account *a, const struct credential *c,
    const struct hooks *hooks, struct token_answer *answer,
    struct token_failure *why)
{
	struct metadata_request g = { .account = a,
	    .url = BUF_INIT(2 * URL_MAX),
	    .authorization = BUF_INIT(ARC_KEY_MAX + 64), .mask = MASK_INIT,
	    .http = HTTP_ANSWER_INIT, .why = why };
	char name[TEXT_NAME_MAX] = "";
	size_t i = 0;
	int result = -1;

	(void)c;
	(void)hooks;
	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (services[i].service == a->metadata_service)
			g.service = &services[i];
	text_cut(name, sizeof(name), a->name);
	if (g.service == NULL)
		return fail(&why->failure, STATUS_CONFIG, "account \"%s\": "
		    "metadata_service is missing: azure, azure_arc or gce",
		    name);
	snprintf(g.subject, sizeof(g.subject), "account \"%s\": %s", name,
	    g.service->name);
	result = make_url(&g);
	if (result == 0)
		result = ask_service(&g);
	if (result == 0 && g.http.status == 401 &&
	    g.service->service == METADATA_AZURE_ARC)
		result = take_challenge(&g) == 0 ? ask_service(&g) : -1;
	if (result == 0)
		result = read_answer(&g, answer);
	buf_free(&g.url);
	buf_free(&g.authorization);
	mask_free(&g.mask);
	http_answer_free(&g.http);
	return result;
}
