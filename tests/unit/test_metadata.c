/* SPDX-License-Identifier: BSD-2-Clause */
/* test_metadata.c - what an issuer says of itself, and what is believed */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "issuer/issuer.h"
#include "issuer/metadata.h"
#include "web.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define OAUTH "/.well-known/oauth-authorization-server"
#define OPENID "/.well-known/openid-configuration"

static struct web web;
static struct metadata m;
static struct http_settings settings = { .proxy = "none" };
static struct token_failure why;
static char issuer[256], body[8192];

static void
setup(void)
{
	web_listen(&web);
	snprintf(issuer, sizeof(issuer), "%s", web.base);
	m = (struct metadata)METADATA_INIT;
}

static void
teardown(void)
{
	metadata_free(&m);
}

FIXTURE(setup, teardown);

/* The document of issuer, with more members in it. */
static const char *
document(const char *more)
{
	snprintf(body, sizeof(body), "{\"issuer\":\"%s\",\"token_endpoint\":"
	    "\"%s/token\"%s}", issuer, web.base, more);
	return body;
}

static int
fetch(const struct page *pages)
{
	web_serve(&web, pages);
	return metadata_fetch(&m, &settings, issuer, &why);
}

static void
fetches(const struct page *pages)
{
	ck_assert_msg(fetch(pages) == 0, "%s", why.failure.text);
}

static void
refuses(const struct page *pages, enum status code, const char *says)
{
	ck_assert_int_eq(fetch(pages), -1);
	ck_assert_msg(strstr(why.failure.text, says) != NULL,
	    "\"%s\" is not in: %s", says, why.failure.text);
	ck_assert_int_eq(why.failure.code, code);
	ck_assert_int_eq(why.answered, 1);
	ck_assert_ptr_eq(strstr(why.failure.text, "127.0.0.1"),
	    why.failure.text);
}

static void
asked(const char *first, const char *second)
{
	char line[128];

	ck_assert_int_eq(web_stop(&web), second != NULL ? 2 : 1);
	snprintf(line, sizeof(line), "GET %s HTTP/1.1\r\n", first);
	ck_assert_ptr_eq(strstr(web.seen, line), web.seen);
	if (second == NULL)
		return;
	snprintf(line, sizeof(line), "\n#\nGET %s HTTP/1.1\r\n", second);
	ck_assert_ptr_nonnull(strstr(web.seen, line));
}

TEST(takes_what_the_document_has)
{
	char more[1024];
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	snprintf(more, sizeof(more), ",\"authorization_endpoint\":\"%s/a?x=y\""
	    ",\"device_authorization_endpoint\":\"%s/d\","
	    "\"revocation_endpoint\":\"%s/r\","
	    "\"code_challenge_methods_supported\":[\"plain\",\"S256\"],"
	    "\"token_endpoint_auth_methods_supported\":[\"private_key_jwt\","
	    "7,\"a b\",\"client_secret_post\"],"
	    "\"scopes_supported\":[\"mail\",\"offline_access\"],"
	    "\"authorization_response_iss_parameter_supported\":true",
	    web.base, web.base, web.base);
	document(more);
	fetches(pages);
	ck_assert_str_eq(m.issuer, issuer);
	ck_assert_str_eq(m.endpoints[METADATA_TOKEN] + strlen(web.base),
	    "/token");
	ck_assert_str_eq(m.endpoints[METADATA_AUTHORIZATION] + strlen(web.base),
	    "/a?x=y");
	ck_assert_str_eq(m.endpoints[METADATA_DEVICE] + strlen(web.base),
	    "/d");
	ck_assert_str_eq(m.token_endpoint_auth_methods_supported,
	    "private_key_jwt client_secret_post");
	ck_assert_str_eq(m.scopes_supported, "mail offline_access");
	ck_assert_ptr_null(m.revocation_endpoint_auth_methods_supported);
	ck_assert_str_eq(m.endpoints[METADATA_REVOCATION] + strlen(web.base),
	    "/r");
	ck_assert_int_eq(m.sends_iss, 1);
	asked(OAUTH, NULL);
}

TEST(needs_the_token_endpoint_only)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	document(",\"revocation_endpoint\":null,\"authorization_endpoint\":7,"
	    "\"authorization_response_iss_parameter_supported\":\"true\"");
	fetches(pages);
	ck_assert_ptr_null(m.endpoints[METADATA_AUTHORIZATION]);
	ck_assert_ptr_null(m.endpoints[METADATA_DEVICE]);
	ck_assert_ptr_null(m.endpoints[METADATA_REVOCATION]);
	ck_assert_int_eq(m.sends_iss, 0);
	web_stop(&web);
}

/* RFC 8414 3.1, OpenID Connect Discovery 4. */
static const struct {
	const char *path, *first, *second;
} paths[] = {
	{ "", OAUTH, OPENID },
	{ "/", OAUTH, OPENID },
	{ "/t", OAUTH "/t", "/t" OPENID },
	{ "/t/", OAUTH "/t", "/t" OPENID },
	{ "/realms/a%20b", OAUTH "/realms/a%20b", "/realms/a%20b" OPENID },
	{ "/t//", OAUTH "/t", "/t" OPENID }
};

TABLE_TEST(asks_at_both_addresses, paths)
{
	struct page pages[] = { { paths[_i].second, 200, NULL, body, NULL },
	    PAGES_END };

	snprintf(issuer, sizeof(issuer), "%s%s", web.base, paths[_i].path);
	document("");
	fetches(pages);
	asked(paths[_i].first, paths[_i].second);
}

/*
 * The forms in which people have an issuer: what they give, what the document
 * names, and where it is.
 */
static const struct {
	const char *given, *named, *at;
} forms[] = {
	/* A whole address, which is asked first. */
	{ OPENID, "", OPENID },
	{ OPENID "/", "", OPENID },
	{ OAUTH, "", OAUTH },
	{ "/t" OPENID, "/t", "/t" OPENID },
	{ OAUTH "/t", "/t", OAUTH "/t" },
	{ OPENID "/t", "/t", OPENID "/t" },
	{ "/t" OAUTH, "/t", "/t" OAUTH },
	/* A slash at the end. */
	{ "/", "", OAUTH }, { "", "/", OAUTH }, { OPENID, "/", OPENID },
	{ "/t/", "/t", OAUTH "/t" }, { "/t", "/t/", OAUTH "/t" }
};

TABLE_TEST(knows_the_forms_of_an_issuer, forms)
{
	struct page pages[] = { { forms[_i].at, 200, NULL, body, NULL },
	    PAGES_END };

	snprintf(issuer, sizeof(issuer), "%s%s", web.base, forms[_i].named);
	document("");
	snprintf(issuer, sizeof(issuer), "%s%s", web.base, forms[_i].given);
	fetches(pages);
	/* As the document has it, as the answer in a browser will, too. */
	ck_assert_str_eq(m.issuer + strlen(web.base), forms[_i].named);
	asked(forms[_i].at, NULL);
}

/* Where each standard puts what is the other's. */
LOOP_TEST(asks_at_four_addresses_for_a_path, 0, 2)
{
	struct page pages[] = { { _i == 0 ? OPENID "/t" : "/t" OAUTH, 200,
	    NULL, body, NULL }, PAGES_END };

	snprintf(issuer, sizeof(issuer), "%s/t", web.base);
	document("");
	fetches(pages);
	ck_assert_int_eq(web_stop(&web), 3 + _i);
}

/* At the same server, to metadata; its issuer is held to the one asked. */
TEST(goes_where_the_metadata_has_moved_to)
{
	char field[256];
	struct page pages[] = { { OAUTH, 301, "text/html", "", field },
	    { "/t" OPENID, 200, NULL, body, NULL }, PAGES_END };

	snprintf(field, sizeof(field), "Location: %s/t" OPENID, web.base);
	document("");
	fetches(pages);
	web_stop(&web);
	web_listen(&web);
	snprintf(field, sizeof(field), "Location: %s/t" OPENID, web.base);
	snprintf(issuer, sizeof(issuer), "%s/t", web.base);
	document("");
	snprintf(issuer, sizeof(issuer), "%s", web.base);
	refuses(pages, STATUS_CONFIG, "set issuer to exactly it");
	web_stop(&web);
}

/* What is wrong at one address does not hide what is right at the other. */
static const struct page wrong_first[] = {
	{ OAUTH, 200, "text/html", "<html></html>", NULL },
	{ OAUTH, 200, NULL, "{\"issuer\":\"https://elsewhere.example\"}",
	    NULL },
	{ OAUTH, 500, "text/plain", "", NULL },
	{ OAUTH, 302, "text/plain", "", "Location: https://x.example/" },
	{ OAUTH, 400, NULL, "{\"error\":\"not_found\"}", NULL }
};

TABLE_TEST(goes_on_to_the_second, wrong_first)
{
	struct page pages[] = { wrong_first[_i],
	    { OPENID, 200, NULL, body, NULL }, PAGES_END };

	document("");
	fetches(pages);
	asked(OAUTH, OPENID);
}

static const struct {
	const char *found, *says;
} others[] = {
	{ "\"https://elsewhere.example\"", "its metadata is of another issuer "
	    "than the one asked (https://elsewhere.example): if that is your "
	    "provider's, set issuer to exactly it" },
	{ "\"http://127.0.0.1\"", "another issuer" },
	/* No advice that the next check forbids. */
	{ "\"http://elsewhere.example\"", "tokend cannot ask that one: in "
	    "place of issuer set token_endpoint and the other endpoints" },
	{ "\"https://login.example/{tenantid}/v2.0\"", "another issuer than "
	    "the one asked (https://login.example/{tenantid}/v2.0): it serves "
	    "all tenants: name one, put your directory's id into issuer" },
	{ "\"https://\\u001b[31mx\"", "(https://?[31mx)" },
	{ "null", "(none is named)" }, { "7", "(none is named)" },
	{ "\"\"", "another issuer" }
};

TABLE_TEST(believes_no_other_issuer, others)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	snprintf(body, sizeof(body), "{\"issuer\":%s,\"token_endpoint\":"
	    "\"%s/token\"}", others[_i].found, web.base);
	refuses(pages, STATUS_CONFIG, others[_i].says);
	ck_assert_ptr_null(m.endpoints[METADATA_TOKEN]);
	asked(OAUTH, OPENID);
}

/* RFC 8414 3.3, but for what is at the same addresses (issuer.h). */
static const struct {
	const char *asked, *named;
	int is_same;
} pairs[] = {
	{ "https://h.example", "https://h.example/", 1 },
	{ "https://h.example/t", "https://h.example/t/", 1 },
	{ "https://H.example/t", "https://h.Example:443/t", 1 },
	{ "https://h.example:443", "https://h.example", 1 },
	{ "https://h.example/t", "https://h.example/T", 0 },
	{ "https://h.example/t", "https://h.example/t/u", 0 },
	{ "https://h.example/t", "https://h.example/tt", 0 },
	{ "https://h.example/t", "https://h.example", 0 },
	{ "https://h.example", "https://h.example/?x", 0 },
	{ "https://h.example", "https://h.example/#x", 0 },
	{ "https://h.example", "http://h.example", 0 },
	{ "https://h.example", "https://h.example:444", 0 },
	{ "https://h.example:80", "http://h.example:80", 0 },
	{ "https://h.example", "https://h.example.org", 0 },
	{ "https://h.example", "https://x@h.example", 0 },
	{ "https://h.example", "https://h.exampl", 0 },
	{ "https://h.example", "https://x.example", 0 },
	{ "https://h.example:444", "https://h.example:445", 0 },
	{ "https://h.example", "", 0 }, { "https://h.example", NULL, 0 }
};

TABLE_TEST(tells_the_same_issuer_from_another, pairs)
{
	struct issuer i;

	ck_assert_int_eq(issuer_read(&i, pairs[_i].asked, &why.failure), 0);
	ck_assert_int_eq(issuer_is_same(&i, pairs[_i].named),
	    pairs[_i].is_same);
}

/* Behind a proxy that ends TLS: with addresses that can be set as they are. */
static const struct {
	const char *asked, *token, *person, *says;
} plain[] = {
	{ "https://h.example/t", "http://h.example/t/token",
	    "http://h.example/t/auth", "h.example: its metadata calls it "
	    "http:// (a proxy in front of it speaks TLS, and it was not told): "
	    "its administrator sets its public address; or in place of issuer "
	    "set token_endpoint = https://h.example/t/token, "
	    "authorization_endpoint = https://h.example/t/auth" },
	{ "https://h.example/t", "https://h.example/token", NULL,
	    "set token_endpoint = https://h.example/token" },
	{ "https://h.example/t", "http://h.example:8080/token", NULL,
	    "set token_endpoint and the other endpoints, with https://" }
};

TABLE_TEST(says_that_a_proxy_ends_tls, plain)
{
	struct issuer_claim f = { .host = "h.example",
	    .named = "http://h.example/t", .token_endpoint = plain[_i].token,
	    .authorization_endpoint = plain[_i].person };
	struct issuer i;

	ck_assert_int_eq(issuer_read(&i, plain[_i].asked, &why.failure), 0);
	ck_assert_int_eq(issuer_fail_other(&i, &f, &why.failure), -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.failure.text, plain[_i].says) != NULL,
	    "\"%s\" is not in: %s", plain[_i].says, why.failure.text);
}

TEST(has_a_fix_for_a_query)
{
	struct issuer i;

	ck_assert_int_eq(issuer_read(&i, "https://h.example/t?p=1",
	    &why.failure), -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "set issuer = "
	    "https://h.example/t;"));
}

static const struct {
	const char *members, *says;
} unusable[] = {
	{ "\"x\":1", "its metadata has no token_endpoint" },
	{ "\"token_endpoint\":\"http://elsewhere.example/t\"",
	    "127.0.0.1: its metadata: token_endpoint: is not https://" },
	{ "\"token_endpoint\":\"https://u:p@e.example/t\"",
	    "token_endpoint: is not an address" },
	{ "\"token_endpoint\":\"https://e.example/t\","
	    "\"authorization_endpoint\":\"https://e.example/\\u001b[31m\"",
	    "authorization_endpoint: is not an address" },
	{ "\"token_endpoint\":\"https://e.example/t\","
	    "\"authorization_endpoint\":\"javascript:alert(1)\"",
	    "authorization_endpoint: is not an address" },
	{ "\"token_endpoint\":\"https://e.example/t\","
	    "\"revocation_endpoint\":\"file:///etc/passwd\"",
	    "revocation_endpoint: is not an address" },
	{ "\"token_endpoint\":\"https://e.example/t\","
	    "\"device_authorization_endpoint\":\"\"",
	    "device_authorization_endpoint: is not an address" }
};

/* Only what needs it is stopped by it. */
TABLE_TEST(takes_no_endpoint_that_cannot_be_used, unusable)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };
	enum metadata_endpoint e = METADATA_TOKEN;
	int bad = 0;

	snprintf(body, sizeof(body), "{\"issuer\":\"%s\",%s}", issuer,
	    unusable[_i].members);
	fetches(pages);
	for (; e < METADATA_ENDPOINTS; e++) {
		if (metadata_check(&m, e, &why.failure) == 0)
			continue;
		bad++;
		ck_assert_ptr_null(m.endpoints[e]);
		ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
		ck_assert_msg(strstr(why.failure.text, unusable[_i].says) !=
		    NULL, "\"%s\" is not in: %s", unusable[_i].says,
		    why.failure.text);
	}
	ck_assert_int_eq(bad, 1);
	web_stop(&web);
}

static const struct {
	struct page first, second;
	enum status code;
	const char *says;
} missing[] = {
	{ PAGES_END, PAGES_END, STATUS_CONFIG, "127.0.0.1 has no metadata for "
	    "this issuer (HTTP 404 with text/plain, nothing in it): check "
	    "issuer, or set token_endpoint and the other endpoints "
	    "themselves" },
	{ { OAUTH, 200, "text/html", "<html>", NULL }, PAGES_END, STATUS_LATER,
	    "(HTTP 200 with text/html, not JSON)" },
	{ { OAUTH, 403, NULL, "{}", NULL }, PAGES_END, STATUS_CONFIG,
	    "(HTTP 403 with application/json, an error)" },
	{ { OAUTH, 404, NULL, "", NULL }, { OPENID, 200, "text/plain",
	    "[]", NULL }, STATUS_LATER, "(HTTP 200 with text/plain, JSON, "
	    "but not an object)" },
	{ { OAUTH, 307, "text/html", "", "Location: https://x.example/y" },
	    PAGES_END, STATUS_LATER, "127.0.0.1 answered HTTP 307, a redirect "
	    "to x.example, which is not followed: check issuer" },
	{ { OAUTH, 404, NULL, "", NULL }, { OPENID, 503, "text/html",
	    "<html>", NULL }, STATUS_LATER, "127.0.0.1 answered HTTP 503 when "
	    "asked for its metadata" }
};

TABLE_TEST(says_where_there_is_none, missing)
{
	struct page pages[3] = { PAGES_END };
	int n = 0;

	if (missing[_i].first.path != NULL)
		pages[n++] = missing[_i].first;
	if (missing[_i].second.path != NULL)
		pages[n++] = missing[_i].second;
	refuses(pages, missing[_i].code, missing[_i].says);
	asked(OAUTH, OPENID);
}

TEST(passes_retry_after_on)
{
	struct page pages[] = { { OAUTH, 429, NULL, "", "Retry-After: 77" },
	    PAGES_END };

	refuses(pages, STATUS_LATER, "HTTP 429");
	ck_assert_int_eq(why.failure.retry_after, 77);
	web_stop(&web);
}

static const char *const no_issuers[] = {
	"http://issuer.example.org", "issuer.example.org", "", "https://",
		"https://u@i.example/", "https://i.example/a b"
};

TABLE_TEST(asks_no_unsafe_issuer, no_issuers)
{
	ck_assert_int_eq(metadata_fetch(&m, &settings, no_issuers[_i], &why),
	    -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_int_eq(why.answered, 0);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "the issuer is not an "
	    "address"));
}

/* Whoever gives no answer at one address gives none at the other. */
TEST(asks_a_dead_host_once)
{
	struct page pages[] = { { OAUTH, 0, NULL, NULL, NULL },
	    { OPENID, 200, NULL, body, NULL }, PAGES_END };

	document("");
	ck_assert_int_eq(fetch(pages), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_int_eq(why.answered, 0);
	asked(OAUTH, NULL);
}

TEST(names_the_setting_where_nobody_answers)
{
	close(web.listener);
	ck_assert_int_eq(metadata_fetch(&m, &settings, issuer, &why), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_int_eq(why.answered, 0);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "127.0.0.1: cannot "
	    "connect"));
	ck_assert_ptr_nonnull(strstr(why.failure.text, "and issuer"));
}

/*
 * Accounts
 */

TEST(completes_an_account)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };
	char own[] = "https://own.example/r";
	struct account a = { .name = "work", .issuer = issuer,
	    .revocation_endpoint = own };
	char more[256];

	snprintf(more, sizeof(more), ",\"revocation_endpoint\":\"%s/r\","
	    "\"authorization_endpoint\":\"%s/a\"", web.base, web.base);
	document(more);
	web_serve(&web, pages);
	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	ck_assert_str_eq(a.token_endpoint + strlen(web.base), "/token");
	ck_assert_str_eq(a.authorization_endpoint + strlen(web.base), "/a");
	ck_assert_ptr_null(a.device_authorization_endpoint);
	ck_assert_ptr_eq(a.revocation_endpoint, own);
	/* What is there is not asked for again. */
	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	asked(OAUTH, NULL);
	free(a.token_endpoint);
	free(a.authorization_endpoint);
	free(a.auth_methods);
}

/* What is wrong in it and not needed now is no obstacle. */
TEST(is_stopped_by_what_is_needed_alone)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };
	struct account a = { .name = "work", .issuer = issuer };

	document(",\"authorization_endpoint\":\"javascript:alert(1)\"");
	web_serve(&web, pages);
	ck_assert_int_eq(metadata_complete(&a, &a.authorization_endpoint, &m,
	    &why), -1);
	ck_assert_ptr_eq(strstr(why.failure.text, "account \"work\": "
	    "127.0.0.1: its metadata: authorization_endpoint: is not an "
	    "address that tokend can ask"), why.failure.text);
	metadata_free(&m);
	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	ck_assert_str_eq(a.token_endpoint + strlen(web.base), "/token");
	ck_assert_str_eq(a.auth_methods, ACCOUNT_METHODS_DEFAULT);
	web_stop(&web);
	free(a.token_endpoint);
	free(a.auth_methods);
}

/* An account's own endpoint is not what the list is about. */
LOOP_TEST(takes_the_list_with_the_endpoint, 0, 2)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };
	char own[] = "https://own.example/token";
	struct account a = { .name = "work", .issuer = issuer };
	char more[256];

	snprintf(more, sizeof(more), ",\"revocation_endpoint\":\"%s/r\","
	    "\"token_endpoint_auth_methods_supported\":[\"none\"]", web.base);
	document(more);
	a.token_endpoint = _i == 0 ? own : NULL;
	web_serve(&web, pages);
	ck_assert_int_eq(metadata_complete(&a, &a.revocation_endpoint, &m,
	    &why), 0);
	if (_i == 0)
		ck_assert_ptr_null(a.auth_methods);
	else
		ck_assert_str_eq(a.auth_methods, "none");
	web_stop(&web);
	if (_i != 0)
		free(a.token_endpoint);
	free(a.auth_methods);
	free(a.revocation_endpoint);
}

/* RFC 9207: the answer in the browser has the issuer's own spelling. */
TEST(learns_what_the_issuer_calls_itself)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };
	struct account a = { .name = "work", .issuer = issuer };

	document("");
	strncat(issuer, "/", sizeof(issuer) - strlen(issuer) - 1);
	web_serve(&web, pages);
	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	ck_assert_str_eq(a.response_issuer, web.base);
	web_stop(&web);
	free(a.token_endpoint);
	free(a.auth_methods);
	free(a.response_issuer);
}

TEST(asks_nobody_without_an_issuer)
{
	struct account a = { .name = "work" };

	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	ck_assert_ptr_null(a.token_endpoint);
	ck_assert_ptr_null(m.issuer);
}

TEST(names_the_account)
{
	struct page pages[] = { PAGES_END };
	struct account a = { .name = "work", .issuer = issuer };

	web_serve(&web, pages);
	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    -1);
	ck_assert_ptr_eq(strstr(why.failure.text, "account \"work\": "
	    "127.0.0.1 has no metadata"), why.failure.text);
	web_stop(&web);
}
