/* SPDX-License-Identifier: BSD-2-Clause */
/* test_authorize.c - the authorization request, and the address that ends it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "crypto/digest.h"
#include "net/form.h"
#include "set_text.h"
#include "signin/authorize.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define REDIRECT "http://127.0.0.1:4711/"

static char endpoint[] = "https://as.example.org/authorize";
static char client_id[] = "a client";
static char scope[] = "mail offline_access";
static char issuer[] = "https://as.example.org";
static char more[] = "access_type=offline&prompt=consent%20x";

static struct account a;
static struct authorize z;
static struct buf url;
static struct token_failure why;

static void
setup(void)
{
	memset(&a, 0, sizeof(a));
	set_text(a.name, "me@example.org");
	a.grant = GRANT_REFRESH_TOKEN;
	a.authorization_endpoint = endpoint;
	a.client_id = client_id;
	a.scope = scope;
	z = (struct authorize)AUTHORIZE_INIT;
	url = (struct buf)BUF_INIT(AUTHORIZE_URL_MAX);
}

static void
teardown(void)
{
	authorize_free(&z);
	buf_free(&url);
}

FIXTURE(setup, teardown);

static void
begin(void)
{
	ck_assert_msg(authorize_begin(&z, &a, REDIRECT, &url,
	    &why.failure) == 0, "%s", why.failure.text);
}

/* The decoded value of a parameter of the request; "" if it is not there. */
static const char *
parameter(const char *name)
{
	static struct buf value = BUF_INIT(AUTHORIZE_URL_MAX);
	char field[100];
	const char *at;

	buf_reset(&value);
	snprintf(field, sizeof(field), "%s=", name);
	for (at = strpbrk(buf_text(&url), "?&"); at != NULL;
	    at = strchr(at + 1, '&'))
		if (strncmp(at + 1, field, strlen(field)) == 0) {
			at += 1 + strlen(field);
			ck_assert_int_eq(form_decode(&value, at,
			    strcspn(at, "&")), 0);
			break;
		}
	return buf_text(&value);
}

TEST(the_request_is_of_the_rfcs)
{
	struct buf challenge = BUF_INIT(100);
	unsigned char digest[SHA256_LEN];

	a.authorization_parameters = more;
	begin();
	ck_assert_int_eq(strncmp(buf_text(&url), endpoint, strlen(endpoint)),
	    0);
	ck_assert_str_eq(parameter("response_type"), "code");
	ck_assert_str_eq(parameter("client_id"), client_id);
	ck_assert_str_eq(parameter("redirect_uri"), REDIRECT);
	ck_assert_str_eq(parameter("scope"), scope);
	ck_assert_str_eq(parameter("state"), buf_text(&z.state));
	ck_assert_str_eq(parameter("login_hint"), "me@example.org");
	ck_assert_str_eq(parameter("code_challenge_method"), "S256");
	ck_assert_str_eq(parameter("access_type"), "offline");
	ck_assert_str_eq(parameter("prompt"), "consent x");
	ck_assert_uint_eq(z.verifier.len, 43);
	ck_assert_uint_eq(z.state.len, 43);
	ck_assert_int_eq(digest_sha256(z.verifier.data, z.verifier.len,
	    digest), 0);
	ck_assert_int_eq(base64url_add(&challenge, digest, sizeof(digest)), 0);
	ck_assert_str_eq(parameter("code_challenge"), buf_text(&challenge));
	ck_assert_ptr_null(strstr(buf_text(&url), buf_text(&z.verifier)));
	buf_free(&challenge);
}

TEST(no_two_requests_are_alike)
{
	struct authorize other = AUTHORIZE_INIT;
	struct buf another = BUF_INIT(AUTHORIZE_URL_MAX);

	begin();
	ck_assert_int_eq(authorize_begin(&other, &a, REDIRECT, &another,
	    &why.failure), 0);
	ck_assert_str_ne(buf_text(&z.state), buf_text(&other.state));
	ck_assert_str_ne(buf_text(&z.verifier), buf_text(&other.verifier));
	ck_assert_str_ne(buf_text(&z.state), buf_text(&z.verifier));
	authorize_free(&other);
	buf_free(&another);
}

TEST(a_hint_is_an_address)
{
	set_text(a.name, "work");
	begin();
	ck_assert_str_eq(parameter("login_hint"), "");
	teardown();
	setup();
	a.users.user = "other@example.org";
	begin();
	ck_assert_str_eq(parameter("login_hint"), "other@example.org");
}

TEST(an_endpoint_keeps_its_query)
{
	static char with_query[] = "https://as.example.org/a?tenant=x";

	a.authorization_endpoint = with_query;
	begin();
	ck_assert_str_eq(parameter("tenant"), "x");
	ck_assert_str_eq(parameter("response_type"), "code");
}

TEST(what_is_missing_or_too_long_is_said)
{
	char *scopes = calloc(1, AUTHORIZE_URL_MAX + 1);

	a.authorization_endpoint = NULL;
	ck_assert_int_eq(authorize_begin(&z, &a, REDIRECT, &url,
	    &why.failure), -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.failure.text,
	    "authorization_endpoint"));
	memset(scopes, 's', AUTHORIZE_URL_MAX);
	a.authorization_endpoint = endpoint;
	a.scope = scopes;
	ck_assert_int_eq(authorize_begin(&z, &a, REDIRECT, &url,
	    &why.failure), -1);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "shorten"));
	free(scopes);
}

/*
 * The answer. %s is the state.
 */

static const struct {
	const char *query;
	int result;
	const char *code;	/* or words of the text */
} answers[] = {
	{ "code=c&state=%s", 1, "c" },
	{ "state=%s&code=c", 1, "c" },
	{ "x&code=c&&state=%s&=&y=", 1, "c" },
	{ "code=a%%2fb%%20+%%7E&state=%s", 1, "a/b  ~" },
	{ "code=c&state=%s&iss=https%%3A%%2F%%2Fas.example.org", 1, "c" },
	{ "code=c&state=%s&scope=a&scope=b", 1, "c" },

	{ "", 0, "state is missing" },
	{ "code=c", 0, "state is missing" },
	{ "code=c&state=", 0, "state is missing" },
	{ "code=c&state=x%s", 0, "another sign-in" },
	{ "code=c&state=%sx", 0, "another sign-in" },
	{ "code=c&state=x", 0, "another sign-in" },
	{ "code=c&State=%s", 0, "state is missing" },
	{ "error=access_denied", 0, "state is missing" },
	{ "state=%s", 0, "no code" },
	{ "state=%s&code=", 0, "no code" },
	{ "state=%s&code=a%%0ab", 0, "no code" },
	{ "state=%s&code=a%%c3%%a4", 0, "no code" },
	{ "state=%s&code=a%%00b", 0, "malformed" },
	{ "state=%s&code=a&code=a", 0, "malformed" },
	{ "state=%s&state=x&code=a", 0, "malformed" },
	{ "code=c&state=%s&iss=https%%3A%%2F%%2Fas.example.org%%2F", 0,
	    "issuer" },
	{ "code=c&state=%s&iss=https://evil.example", 0, "issuer" },
	{ "error=access_denied&state=%s&iss=https://evil.example", 0,
	    "issuer" },

	{ "error=access_denied&state=%s", -1, "access_denied" },
	{ "error=access_denied&code=c&state=%s", -1, "access_denied" },
	{ "error=server_error&error_description=a%%0Ab&state=%s", -1, "(a)" },
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
TABLE_TEST(an_answer_is_read, answers)
{
	char query[300];
	int result;

	a.issuer = issuer;
	begin();
	snprintf(query, sizeof(query), answers[_i].query, buf_text(&z.state));
	result = authorize_read(&z, &a, query, &why);
	ck_assert_int_eq(result, answers[_i].result);
	if (result == 1)
		ck_assert_str_eq(buf_text(&z.code), answers[_i].code);
	else
		ck_assert_msg(z.code.len == 0 && strstr(why.failure.text,
		    answers[_i].code) != NULL && strstr(why.failure.text,
		    "me@example.org") != NULL && strstr(why.failure.text,
		    buf_text(&z.state)) == NULL, "%s", why.failure.text);
}
#pragma GCC diagnostic pop

/* The account's key, what the answer names, and whether it is taken. */
static const struct {
	const char *known;
	const char *named;
	int is_taken;
} issuers[] = {
	{ "https://as.example.org", "https://as.example.org", 1 },
	{ "https://as.example.org", "https://as.example.org/", 0 },
	{ "https://as.example.org", "", 1 },
	{ "https://issuer.example", "https://issuer.example", 1 },
	{ "https://issuer.example", "https://as.example.org", 0 },
	/* No key: what is at the authorization endpoint. */
	{ NULL, "https://as.example.org", 1 },
	{ NULL, "https://as.example.org/some/tenant/v2.0", 1 },
	{ NULL, "", 1 },
	{ NULL, "https://evil.example", 0 },
	{ NULL, "https://as.example.org.evil.example", 0 },
	{ NULL, "https://as.example.org:444", 0 },
	{ NULL, "http://as.example.org", 0 },
	{ NULL, "as.example.org", 0 },
	{ NULL, "x", 0 },
};

TABLE_TEST(an_issuer_that_no_metadata_gave, issuers)
{
	char query[300], known[64];
	int result;

	begin();
	if (issuers[_i].known != NULL) {
		snprintf(known, sizeof(known), "%s", issuers[_i].known);
		a.response_issuer = known;
	}
	snprintf(query, sizeof(query), "code=c&state=%s&iss=%s",
	    buf_text(&z.state), issuers[_i].named);
	result = authorize_read(&z, &a, query, &why);
	a.response_issuer = NULL;
	ck_assert_int_eq(result, issuers[_i].is_taken);
	if (result == 0)
		ck_assert_msg(z.code.len == 0 &&
		    why.failure.code == STATUS_SIGN_IN &&
		    strstr(why.failure.text, "issuer") != NULL &&
		    (issuers[_i].known != NULL ||
		    strstr(why.failure.text, "response_issuer") != NULL),
		    "%s", why.failure.text);
}

TEST(an_issuer_that_is_not_named)
{
	char query[200];

	begin();
	snprintf(query, sizeof(query), "code=c&state=%s", buf_text(&z.state));
	a.issuer = issuer;
	/* It said that it would (RFC 9207 2.4). */
	z.expects_iss = 1;
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_OTHER);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "issuer"));
	z.expects_iss = 0;
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_CODE);
}

TEST(a_refusal_has_its_class_and_remedy)
{
	char query[300];

	begin();
	snprintf(query, sizeof(query), "error=access_denied&state=%s"
	    "&error_description=said+%s", buf_text(&z.state),
	    buf_text(&z.state));
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_REFUSED);
	ck_assert_int_eq(why.failure.code, STATUS_SIGN_IN);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "tokend login"));
	ck_assert_ptr_nonnull(strstr(why.failure.text, "said ***"));
	ck_assert_str_eq(why.detail.error, "access_denied");
	snprintf(query, sizeof(query), "error=unauthorized_client&state=%s",
	    buf_text(&z.state));
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_REFUSED);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	snprintf(query, sizeof(query), "error=temporarily_unavailable"
	    "&state=%s", buf_text(&z.state));
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_REFUSED);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
}

TEST(a_code_has_its_bound)
{
	struct buf query = BUF_INIT(20000);
	size_t i;

	begin();
	ck_assert_int_eq(buf_adds(&query, "state="), 0);
	ck_assert_int_eq(buf_adds(&query, buf_text(&z.state)), 0);
	ck_assert_int_eq(buf_adds(&query, "&code="), 0);
	for (i = 0; i < AUTHORIZE_CODE_MAX; i++)
		ck_assert_int_eq(buf_adds(&query, "c"), 0);
	ck_assert_int_eq(authorize_read(&z, &a, buf_text(&query), &why),
	    AUTHORIZE_CODE);
	ck_assert_uint_eq(z.code.len, AUTHORIZE_CODE_MAX);
	ck_assert_int_eq(buf_adds(&query, "c"), 0);
	ck_assert_int_eq(authorize_read(&z, &a, buf_text(&query), &why),
	    AUTHORIZE_OTHER);
	buf_free(&query);
}

static const struct {
	const char *pasted;
	const char *query;
} pasted[] = {
	{ "http://127.0.0.1:1/?code=c&state=s", "code=c&state=s" },
	{ "http://127.0.0.1:1/?code=c&state=s#x", "code=c&state=s" },
	{ "  http://localhost/?code=c  ", "code=c" },
	{ "?code=c", "code=c" },
	{ "code=c&state=s", "code=c&state=s" },
	{ " &code=c", "code=c" },
	{ "http://localhost/?", "" },
	{ "", "" },
};

TABLE_TEST(a_pasted_address_has_a_query, pasted)
{
	size_t len = 0;
	const char *query = authorize_find_query(pasted[_i].pasted, &len);

	ck_assert_uint_eq(len, strlen(pasted[_i].query));
	ck_assert_int_eq(strncmp(query, pasted[_i].query, len), 0);
}

TEST(the_token_request_has_what_the_code_is_bound_to)
{
	struct buf form = BUF_INIT(FORM_MAX);
	char query[200], expected[400];

	begin();
	snprintf(query, sizeof(query), "code=a%%26b&state=%s",
	    buf_text(&z.state));
	ck_assert_int_eq(authorize_read(&z, &a, query, &why),
	    AUTHORIZE_CODE);
	ck_assert_int_eq(authorize_form(&z, REDIRECT, &form), 0);
	snprintf(expected, sizeof(expected), "grant_type=authorization_code"
	    "&code=a%%26b&redirect_uri=http%%3A%%2F%%2F127.0.0.1%%3A4711%%2F"
	    "&code_verifier=%s", buf_text(&z.verifier));
	ck_assert_str_eq(buf_text(&form), expected);
	buf_free(&form);
}
