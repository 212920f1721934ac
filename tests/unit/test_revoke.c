/* SPDX-License-Identifier: BSD-2-Clause */
/* test_revoke.c - what a revocation endpoint says, and what it comes to */
#include <string.h>
#include <unistd.h>

#include "oauth/revocation.h"
#include "web.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define TOKEN "1//0g+refresh/token"

static struct web web;
static struct account account;
static struct credential credential;
static struct token_failure why;
static char endpoint[128], client[] = "client", none[] = "none";
static char host[HEAD_HOST_SHOWN];
static enum revocation what;

static void
setup(void)
{
	web_listen(&web);
	snprintf(endpoint, sizeof(endpoint), "%s/revoke", web.base);
	memset(&account, 0, sizeof(account));
	memcpy(account.name, "work", 5);
	account.revocation_endpoint = endpoint;
	account.client_id = client;
	account.proxy = none;
	credential = (struct credential)CREDENTIAL_INIT;
	what = REVOCATION_UNSUPPORTED;
}

static void
teardown(void)
{
	credential_free(&credential);
}

FIXTURE(setup, teardown);

static int
revoke_at(int status, const char *type, const char *body, const char *field)
{
	struct page pages[] = { { "/revoke", status, type, body, field },
	    PAGES_END };
	int result = 0;

	web_serve(&web, pages);
	result = revoke_token(&account, &credential, TOKEN, "refresh_token",
	    &what, host, &why);
	ck_assert_int_eq(web_stop(&web), 1);
	ck_assert_ptr_null(strstr(why.failure.text, TOKEN));
	ck_assert_str_eq(host, "127.0.0.1");
	return result;
}

TEST(asks_as_the_client)
{
	ck_assert_int_eq(buf_adds(&credential.client_secret, "s&cret"), 0);
	ck_assert_int_eq(revoke_at(200, "text/plain", "", NULL), 0);
	ck_assert_int_eq(what, REVOCATION_DONE);
	ck_assert_ptr_eq(strstr(web.seen, "POST /revoke HTTP/1.1\r\n"),
	    web.seen);
	ck_assert_ptr_nonnull(strstr(web.seen, "token=1%2F%2F0g%2Brefresh%2F"
	    "token&token_type_hint=refresh_token&"));
	ck_assert_ptr_nonnull(strstr(web.seen, "client_id=client"));
	ck_assert_ptr_nonnull(strstr(web.seen, "client_secret=s%26cret"));
}

static const struct {
	int status;
	const char *type, *body;
	enum revocation what;
} ends[] = {
	{ 200, NULL, "{}", REVOCATION_DONE },
	{ 200, "text/html", "<html>", REVOCATION_DONE },
	{ 204, "text/plain", "", REVOCATION_DONE },
	{ 400, NULL, "{\"error\":\"invalid_token\",\"error_description\":"
	    "\"Token expired or revoked\"}", REVOCATION_NOT_VALID },
	{ 400, NULL, "{\"error\":\"invalid_grant\"}", REVOCATION_NOT_VALID },
	{ 400, NULL, "{\"error\":\"unsupported_token_type\"}",
	    REVOCATION_UNSUPPORTED },
	{ 503, NULL, "{\"error\":\"unsupported_token_type\"}",
	    REVOCATION_UNSUPPORTED }
};

TABLE_TEST(tells_what_came_of_it, ends)
{
	ck_assert_msg(revoke_at(ends[_i].status, ends[_i].type, ends[_i].body,
	    NULL) == 0, "%s", why.failure.text);
	ck_assert_int_eq(what, ends[_i].what);
}

static const struct {
	int status;
	const char *type, *body;
	enum status code;
	const char *says;
} failures[] = {
	{ 503, "text/html", "<html>", STATUS_LATER, "account \"work\": "
	    "127.0.0.1 answered HTTP 503 when asked to revoke its token: "
	    "try again" },
	{ 503, NULL, "{\"error\":\"temporarily_unavailable\"}", STATUS_LATER,
	    "answered HTTP 503 when asked to revoke its token: try again" },
	{ 429, NULL, "{}", STATUS_LATER, "HTTP 429 when asked" },
	{ 404, "text/html", "<html>", STATUS_LATER, "answered HTTP 404 when "
	    "asked to revoke its token: check revocation_endpoint" },
	{ 302, "text/html", "", STATUS_LATER, "answered HTTP 302 when asked "
	    "to revoke its token: check revocation_endpoint" },
	{ 400, NULL, "{\"error\":7}", STATUS_LATER, "HTTP 400" },
	{ 401, NULL, "{\"error\":\"invalid_client\",\"error_description\":"
	    "\"no such client\"}", STATUS_CONFIG, "account \"work\": "
	    "127.0.0.1 refused the request: invalid_client (no such client)" },
	{ 400, NULL, "{\"error\":\"invalid_request\",\"error_description\":"
	    "\"what is " TOKEN "?\"}", STATUS_CONFIG, "(what is ***?)" }
};

TABLE_TEST(says_why_it_failed, failures)
{
	ck_assert_int_eq(revoke_at(failures[_i].status, failures[_i].type,
	    failures[_i].body, "Retry-After: 9"), -1);
	ck_assert_msg(strstr(why.failure.text, failures[_i].says) != NULL,
	    "\"%s\" is not in: %s", failures[_i].says, why.failure.text);
	ck_assert_int_eq(why.failure.code, failures[_i].code);
	ck_assert_int_eq(why.answered, 1);
	if (failures[_i].code == STATUS_LATER)
		ck_assert_int_eq(why.failure.retry_after, 9);
}

TEST(names_the_setting_where_nobody_answers)
{
	close(web.listener);
	ck_assert_int_eq(revoke_token(&account, &credential, TOKEN,
	    "refresh_token", &what, host, &why), -1);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_int_eq(why.answered, 0);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "account \"work\": "
	    "127.0.0.1: cannot connect"));
	ck_assert_ptr_nonnull(strstr(why.failure.text,
	    "revocation_endpoint"));
}
