/* test_metadata.c - what an issuer says of itself, and what is believed */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "oauth/metadata.h"
#include "scratch.h"
#include "web.h"

#include <check.h>	/* last: it has a macro fail() */

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

START_TEST(takes_what_the_document_has)
{
	char more[1024];
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	snprintf(more, sizeof(more), ",\"authorization_endpoint\":\"%s/a?x=y\""
	    ",\"device_authorization_endpoint\":\"%s/d\","
	    "\"revocation_endpoint\":\"%s/r\","
	    "\"code_challenge_methods_supported\":[\"plain\",\"S256\"],"
	    "\"authorization_response_iss_parameter_supported\":true",
	    web.base, web.base, web.base);
	document(more);
	fetches(pages);
	ck_assert_str_eq(m.issuer, issuer);
	ck_assert_str_eq(m.token_endpoint + strlen(web.base), "/token");
	ck_assert_str_eq(m.authorization_endpoint + strlen(web.base),
	    "/a?x=y");
	ck_assert_str_eq(m.device_authorization_endpoint + strlen(web.base),
	    "/d");
	ck_assert_str_eq(m.revocation_endpoint + strlen(web.base), "/r");
	ck_assert_int_eq(m.sends_iss, 1);
	asked(OAUTH, NULL);
}
END_TEST

START_TEST(needs_the_token_endpoint_only)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	document(",\"revocation_endpoint\":null,\"authorization_endpoint\":7,"
	    "\"authorization_response_iss_parameter_supported\":\"true\"");
	fetches(pages);
	ck_assert_ptr_null(m.authorization_endpoint);
	ck_assert_ptr_null(m.device_authorization_endpoint);
	ck_assert_ptr_null(m.revocation_endpoint);
	ck_assert_int_eq(m.sends_iss, 0);
	web_stop(&web);
}
END_TEST

/* RFC 8414 3.1, OpenID Connect Discovery 4. */
static const struct {
	const char *path, *first, *second;
} paths[] = {
	{ "", OAUTH, OPENID },
	{ "/", OAUTH, OPENID },
	{ "/t", OAUTH "/t", "/t" OPENID },
	{ "/t/", OAUTH "/t", "/t" OPENID },
	{ "/realms/a%20b", OAUTH "/realms/a%20b", "/realms/a%20b" OPENID }
};

START_TEST(asks_at_both_addresses)
{
	struct page pages[] = { { paths[_i].second, 200, NULL, body, NULL },
	    PAGES_END };

	snprintf(issuer, sizeof(issuer), "%s%s", web.base, paths[_i].path);
	document("");
	fetches(pages);
	asked(paths[_i].first, paths[_i].second);
}
END_TEST

/* What is wrong at one address does not hide what is right at the other. */
static const struct page wrong_first[] = {
	{ OAUTH, 200, "text/html", "<html></html>", NULL },
	{ OAUTH, 200, NULL, "{\"issuer\":\"https://elsewhere.example\"}",
	    NULL },
	{ OAUTH, 500, "text/plain", "", NULL },
	{ OAUTH, 302, "text/plain", "", "Location: https://x.example/" },
	{ OAUTH, 400, NULL, "{\"error\":\"not_found\"}", NULL }
};

START_TEST(goes_on_to_the_second)
{
	struct page pages[] = { wrong_first[_i],
	    { OPENID, 200, NULL, body, NULL }, PAGES_END };

	document("");
	fetches(pages);
	asked(OAUTH, OPENID);
}
END_TEST

static const struct {
	const char *found, *says;
} others[] = {
	{ "\"https://elsewhere.example\"", "its metadata is of another issuer "
	    "than the one asked (https://elsewhere.example): if that is your "
	    "provider's, set issuer to exactly it" },
	{ "\"http://127.0.0.1\"", "another issuer" },
	{ "\"https://login.example/{tenantid}/v2.0\"", "another issuer than "
	    "the one asked (https://login.example/{tenantid}/v2.0): it serves "
	    "all tenants: name one, put your directory's id into issuer" },
	{ "\"https://\\u001b[31mx\"", "(https://?[31mx)" },
	{ "null", "(none is named)" }, { "7", "(none is named)" },
	{ "\"\"", "another issuer" }
};

START_TEST(believes_no_other_issuer)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	snprintf(body, sizeof(body), "{\"issuer\":%s,\"token_endpoint\":"
	    "\"%s/token\"}", others[_i].found, web.base);
	refuses(pages, STATUS_CONFIG, others[_i].says);
	ck_assert_ptr_null(m.token_endpoint);
	asked(OAUTH, OPENID);
}
END_TEST

/* Simple string comparison (RFC 8414 3.3): a slash makes another issuer. */
START_TEST(compares_issuers_byte_by_byte)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	document("");
	snprintf(issuer, sizeof(issuer), "%s/", web.base);
	refuses(pages, STATUS_CONFIG, "another issuer");
	web_stop(&web);
}
END_TEST

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

START_TEST(takes_no_endpoint_that_cannot_be_used)
{
	struct page pages[] = { { OAUTH, 200, NULL, body, NULL }, PAGES_END };

	snprintf(body, sizeof(body), "{\"issuer\":\"%s\",%s}", issuer,
	    unusable[_i].members);
	refuses(pages, STATUS_CONFIG, unusable[_i].says);
	web_stop(&web);
}
END_TEST

static const struct {
	struct page first, second;
	const char *says;
} missing[] = {
	{ PAGES_END, PAGES_END, "127.0.0.1 has no metadata for this issuer "
	    "(HTTP 404 with text/plain, nothing in it): check issuer, or set "
	    "token_endpoint and the other endpoints themselves" },
	{ { OAUTH, 200, "text/html", "<html>", NULL }, PAGES_END,
	    "(HTTP 200 with text/html, not JSON)" },
	{ { OAUTH, 403, NULL, "{}", NULL }, PAGES_END,
	    "(HTTP 403 with application/json, an error)" },
	{ { OAUTH, 404, NULL, "", NULL }, { OPENID, 200, "text/plain",
	    "[]", NULL }, "(HTTP 200 with text/plain, JSON, but not an "
	    "object)" },
	{ { OAUTH, 307, "text/html", "", "Location: https://x.example/y" },
	    PAGES_END, "127.0.0.1 answered HTTP 307, a redirect to x.example, "
	    "which is not followed: check issuer" },
	{ { OAUTH, 404, NULL, "", NULL }, { OPENID, 503, "text/html",
	    "<html>", NULL }, "127.0.0.1 answered HTTP 503 when asked for its "
	    "metadata" }
};

START_TEST(says_where_there_is_none)
{
	struct page pages[3] = { PAGES_END };
	int n = 0;

	if (missing[_i].first.path != NULL)
		pages[n++] = missing[_i].first;
	if (missing[_i].second.path != NULL)
		pages[n++] = missing[_i].second;
	refuses(pages, STATUS_LATER, missing[_i].says);
	asked(OAUTH, OPENID);
}
END_TEST

START_TEST(passes_retry_after_on)
{
	struct page pages[] = { { OAUTH, 429, NULL, "", "Retry-After: 77" },
	    PAGES_END };

	refuses(pages, STATUS_LATER, "HTTP 429");
	ck_assert_int_eq(why.failure.retry_after, 77);
	web_stop(&web);
}
END_TEST

static const char *const no_issuers[] = {
	"http://issuer.example.org", "issuer.example.org", "", "https://",
	"https://i.example/?q", "https://i.example/#f",
	"https://u@i.example/", "https://i.example/a b"
};

START_TEST(asks_no_unsafe_issuer)
{
	ck_assert_int_eq(metadata_fetch(&m, &settings, no_issuers[_i], &why),
	    -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_int_eq(why.answered, 0);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "the issuer is not an "
	    "address"));
}
END_TEST

/* Whoever gives no answer at one address gives none at the other. */
START_TEST(asks_a_dead_host_once)
{
	struct page pages[] = { { OAUTH, 0, NULL, NULL, NULL },
	    { OPENID, 200, NULL, body, NULL }, PAGES_END };

	document("");
	ck_assert_int_eq(fetch(pages), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_int_eq(why.answered, 0);
	asked(OAUTH, NULL);
}
END_TEST

START_TEST(names_the_setting_where_nobody_answers)
{
	close(web.listener);
	ck_assert_int_eq(metadata_fetch(&m, &settings, issuer, &why), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_int_eq(why.answered, 0);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "127.0.0.1: cannot "
	    "connect"));
	ck_assert_ptr_nonnull(strstr(why.failure.text, "and issuer"));
}
END_TEST

/*
 * Accounts
 */

START_TEST(completes_an_account)
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
}
END_TEST

START_TEST(asks_nobody_without_an_issuer)
{
	struct account a = { .name = "work" };

	ck_assert_int_eq(metadata_complete(&a, &a.token_endpoint, &m, &why),
	    0);
	ck_assert_ptr_null(a.token_endpoint);
	ck_assert_ptr_null(m.issuer);
}
END_TEST

START_TEST(names_the_account)
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
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *s = suite_create("metadata");
	TCase *c = tcase_create("issuers");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 30);
	tcase_add_test(c, takes_what_the_document_has);
	tcase_add_test(c, needs_the_token_endpoint_only);
	tcase_add_loop_test(c, asks_at_both_addresses, 0, ROWS(paths));
	tcase_add_loop_test(c, goes_on_to_the_second, 0, ROWS(wrong_first));
	tcase_add_loop_test(c, believes_no_other_issuer, 0, ROWS(others));
	tcase_add_test(c, compares_issuers_byte_by_byte);
	tcase_add_loop_test(c, takes_no_endpoint_that_cannot_be_used, 0,
	    ROWS(unusable));
	tcase_add_loop_test(c, says_where_there_is_none, 0, ROWS(missing));
	tcase_add_test(c, passes_retry_after_on);
	tcase_add_loop_test(c, asks_no_unsafe_issuer, 0, ROWS(no_issuers));
	tcase_add_test(c, asks_a_dead_host_once);
	tcase_add_test(c, names_the_setting_where_nobody_answers);
	suite_add_tcase(s, c);
	c = tcase_create("accounts");
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_set_timeout(c, 30);
	tcase_add_test(c, completes_an_account);
	tcase_add_test(c, asks_nobody_without_an_issuer);
	tcase_add_test(c, names_the_account);
	suite_add_tcase(s, c);
	return scratch_run(s);
}
