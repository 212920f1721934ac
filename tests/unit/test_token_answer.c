/* SPDX-License-Identifier: BSD-2-Clause */
/* test_token_answer.c - what a token endpoint sends, and what we make of it */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/failure_text.h"
#include "echo.h"
#include "json/json.h"
#include "oauth/refresh_expiry.h"
#include "oauth/token_answer.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define AGAIN "tokend tries again by itself"
#define LOGIN "sign in again with \"tokend login work\""

static struct account account;
static struct http_answer http;
static struct mask mask;
static struct token_answer answer;
static struct token_failure why;

static void
setup(void)
{
	memset(&account, 0, sizeof(account));
	strncpy(account.name, "work", sizeof(account.name) - 1);
	account.grant = GRANT_REFRESH_TOKEN;
	http = (struct http_answer)HTTP_ANSWER_INIT;
	strncpy(http.host, "login.example.org", sizeof(http.host) - 1);
	strncpy(http.head.type, "application/json",
	    sizeof(http.head.type) - 1);
	mask = (struct mask)MASK_INIT;
	answer = (struct token_answer)TOKEN_ANSWER_INIT;
	memset(&why, 0, sizeof(why));
}

static void
teardown(void)
{
	http_answer_free(&http);
	mask_free(&mask);
	token_answer_free(&answer);
}

FIXTURE(setup, teardown);

static int
reads(long status, const char *body)
{
	http.status = status;
	buf_reset(&http.body);
	buf_reset(&answer.access_token);
	buf_reset(&answer.refresh_token);
	ck_assert_int_eq(buf_adds(&http.body, body), 0);
	memset(&why, 0, sizeof(why));
	return token_answer_read(&account, &http, &mask, &answer, &why);
}

static void
refused(long status, const char *body, enum status code, const char *text)
{
	ck_assert_int_eq(reads(status, body), -1);
	ck_assert_str_eq(why.failure.text, text);
	ck_assert_int_eq(why.failure.code, code);
	ck_assert_int_eq(why.answered, 1);
	ck_assert_uint_eq(answer.access_token.len, 0);
}

/*
 * Tokens
 */

TEST(takes_the_tokens)
{
	ck_assert_int_eq(reads(200, "{\"access_token\":\"ya29.a-_~+/==\","
	    "\"token_type\":\"bEARER\",\"expires_in\":3599,"
	    "\"refresh_token\":\"1//0g\",\"scope\":\"a b\","
	    "\"id_token\":\"a.b.c\",\"error\":null,"
	    "\"unknown\":{\"x\":[1]}}"), 0);
	ck_assert_str_eq(buf_text(&answer.access_token), "ya29.a-_~+/==");
	ck_assert_str_eq(buf_text(&answer.refresh_token), "1//0g");
	ck_assert_str_eq(buf_text(&answer.scope), "a b");
	ck_assert_str_eq(buf_text(&answer.id_token), "a.b.c");
	ck_assert_int_eq(answer.expires_in, 3599);
	ck_assert_int_eq(why.answered, 1);
}

TEST(needs_the_access_token_only)
{
	ck_assert_int_eq(reads(200, "{\"access_token\":\"t\","
	    "\"refresh_token\":\"\",\"scope\":7,\"token_type\":null}"), 0);
	ck_assert_str_eq(buf_text(&answer.access_token), "t");
	ck_assert_uint_eq(answer.refresh_token.len, 0);
	ck_assert_uint_eq(answer.scope.len, 0);
	ck_assert_int_eq(answer.expires_in, EXPIRES_IN_DEFAULT);
	ck_assert_int_eq(reads(200, "{\"access_token\":\"t\","
	    "\"refresh_token\":null,\"error\":\"\"}"), 0);
	ck_assert_uint_eq(answer.refresh_token.len, 0);
}

static const struct {
	const char *json;
	int64_t seconds;
} lives[] = {
	{ "3600", 3600 }, { "\"3600\"", 3600 }, { "1", 1 }, { "59.9", 59 },
	{ "null", 3600 }, { "0", 3600 }, { "-1", 3600 }, { "\"\"", 3600 },
	{ "\"soon\"", 3600 }, { "{}", 3600 }, { "true", 3600 },
	{ "0.2", 3600 }, { "2147483648", EXPIRES_IN_MAX },
	{ "99999999999999999999999", EXPIRES_IN_MAX },
	{ "1e99", EXPIRES_IN_MAX }, { "\"88888888888888888\"", EXPIRES_IN_MAX },
	{ "31536000", 31536000 }
};

TABLE_TEST(reads_the_life, lives)
{
	char body[128];

	snprintf(body, sizeof(body), "{\"access_token\":\"t\","
	    "\"expires_in\":%s}", lives[_i].json);
	ck_assert_int_eq(reads(200, body), 0);
	ck_assert_int_eq(answer.expires_in, lives[_i].seconds);
}

/* What is announced of the refresh token's end, seen from NOW. */
#define NOW 1800000000
#define NONE REFRESH_NEVER_EXPIRES
#define NOTHING REFRESH_EXPIRY_UNKNOWN
static const struct {
	const char *json;
	int64_t left;
} ends[] = {
	{ "", NOTHING },
	/* Each by itself, as its provider documents it. */
	{ "\"refresh_expires_in\":1800", 1800 },
	{ "\"refresh_token_expires_in\":15811200", 15811200 },
	{ "\"x_refresh_token_expires_in\":8640000", 8640000 },
	{ "\"x_refresh_token_hard_expires_in\":157680000", 157680000 },
	{ "\"refresh_token_expires_at\":\"2027-01-15T08:30:00Z\"", 1800 },
	{ "\"refresh_expires_at\":\"2027-01-15T09:30:00.117+01:00\"", 1800 },
	{ "\"refresh_token_expiration\":1800001800", 1800 },
	/* As a string; 0 is none. */
	{ "\"refresh_expires_in\":\"1800\"", 1800 },
	{ "\"refresh_expires_in\":0", NONE },
	{ "\"refresh_token_expires_in\":\"0\"", NONE },
	{ "\"refresh_token_expires_in\":1.9", 1 },
	/* The earliest of several; what says nothing does not count. */
	{ "\"x_refresh_token_expires_in\":8640000,"
	    "\"x_refresh_token_hard_expires_in\":157680000", 8640000 },
	{ "\"refresh_expires_in\":8640000,"
	    "\"refresh_token_expires_in\":60", 60 },
	{ "\"refresh_expires_in\":0,\"refresh_token_expires_in\":60", 60 },
	{ "\"refresh_expires_in\":60,\"refresh_token_expires_in\":0", 60 },
	{ "\"refresh_expires_in\":-1,\"refresh_token_expires_in\":0", NONE },
	{ "\"refresh_expires_in\":0,\"refresh_token_expires_in\":-1", NONE },
	/* A wall clock where seconds are usual, and the other way round. */
	{ "\"refresh_expires_in\":1800001800", 1800 },
	{ "\"refresh_token_expires_at\":1800001800", 1800 },
	{ "\"refresh_token_expires_at\":\"1800001800\"", 1800 },
	{ "\"refresh_token_expires_at\":1800001800999", 1800 },
	{ "\"refresh_token_expires_at\":1800", 1800 },
	/* Negative, past, absurd, of another form. */
	{ "\"refresh_expires_in\":-1", NOTHING },
	{ "\"refresh_expires_in\":-99999999999999999999999", NOTHING },
	{ "\"refresh_token_expires_at\":1799999999", NOTHING },
	{ "\"refresh_token_expires_at\":1800000000", NOTHING },
	{ "\"refresh_token_expires_at\":\"2026-01-01T00:00:00Z\"", NOTHING },
	{ "\"refresh_token_expires_at\":\"2127-01-01T00:00:00Z\"", NOTHING },
	{ "\"refresh_token_expires_at\":\"2027-01-15\"", NOTHING },
	{ "\"refresh_expires_in\":316224000", EXPIRES_IN_MAX },
	{ "\"refresh_expires_in\":9999999999", NOTHING },
	{ "\"refresh_expires_in\":99999999999999999999999", NOTHING },
	{ "\"refresh_expires_in\":1e99", NOTHING },
	{ "\"refresh_expires_in\":\"never\"", NOTHING },
	{ "\"refresh_expires_in\":null", NOTHING },
	{ "\"refresh_expires_in\":true", NOTHING },
	{ "\"refresh_expires_in\":{}", NOTHING },
	{ "\"refresh_expires_in\":[1800]", NOTHING },
	{ "\"expires_in\":1800,\"expires_at\":1800001800", NOTHING },
};

TABLE_TEST(reads_the_end_of_the_refresh_token, ends)
{
	char body[256];
	const char *what = NULL;
	struct jdoc *doc = NULL;

	snprintf(body, sizeof(body), "{%s}", ends[_i].json);
	doc = jdoc_parse(body, strlen(body), &what);
	ck_assert_ptr_nonnull(doc);
	ck_assert_int_eq(refresh_expiry(doc, NOW), ends[_i].left);
	jdoc_free(doc);
}

TEST(an_answer_has_the_end_of_its_refresh_token)
{
	ck_assert_int_eq(reads(200, "{\"access_token\":\"t\","
	    "\"refresh_expires_in\":1800}"), 0);
	ck_assert_int_eq(answer.refresh_expires_in, 1800);
	ck_assert_int_eq(reads(200, "{\"access_token\":\"t\"}"), 0);
	ck_assert_int_eq(answer.refresh_expires_in, REFRESH_EXPIRY_UNKNOWN);
}

/* The old refresh token may be dead by now: the new one must not be lost. */
LOOP_TEST(keeps_the_refresh_token_of_a_useless_answer, 0, 3)
{
	static const char *const bodies[] = {
		("{\"refresh_token\":\"new\",\"access_token\":\"t\","
		    "\"token_type\":\"DPoP\"}"),
		"{\"refresh_token\":\"new\",\"access_token\":\"t t\"}",
		"{\"refresh_token\":\"new\"}"
	};

	ck_assert_int_eq(reads(200, bodies[_i]), -1);
	ck_assert_str_eq(buf_text(&answer.refresh_token), "new");
	ck_assert_uint_eq(answer.access_token.len, 0);
}

TEST(refuses_tokens_that_mail_cannot_use)
{
	static char body[TOKEN_MAX + 64], token[TOKEN_MAX + 2];
	char text[FAILURE_TEXT_MAX + 1];

	refused(200, "{\"access_token\":\"t\",\"token_type\":\"mac\"}",
	    STATUS_CONFIG, "account \"work\": login.example.org gave a token "
	    "of type \"mac\": mail can only use type Bearer: check the app's "
	    "registration");
	refused(200, "{\"access_token\":\"a\\u0001b\"}", STATUS_CONFIG,
	    "account \"work\": login.example.org gave an access token with "
	    "characters that no bearer token has (RFC 6750 2.1)");
	memset(token, 'x', TOKEN_MAX + 1);
	snprintf(body, sizeof(body), "{\"access_token\":\"%s\"}", token);
	snprintf(text, sizeof(text), "account \"work\": login.example.org "
	    "gave an access token of %d bytes, and SASL carries %d: ask for "
	    "fewer scopes, or fewer claims (groups) in it", TOKEN_MAX + 1,
	    TOKEN_MAX);
	refused(200, body, STATUS_CONFIG, text);
	token[TOKEN_MAX] = '\0';
	snprintf(body, sizeof(body), "{\"access_token\":\"%s\"}", token);
	ck_assert_int_eq(reads(200, body), 0);
	ck_assert_uint_eq(answer.access_token.len, TOKEN_MAX);
}

TEST(refuses_refresh_tokens_that_cannot_be_kept)
{
	struct buf body = BUF_INIT(HTTP_BODY_MAX);
	int i = 0;

	refused(200, "{\"access_token\":\"t\",\"refresh_token\":\"a\\nb\"}",
	    STATUS_LATER, "account \"work\": login.example.org gave a refresh "
	    "token that is not printable");
	ck_assert_int_eq(buf_adds(&body, "{\"access_token\":\"t\","
	    "\"refresh_token\":\""), 0);
	for (i = 0; i <= SECRET_MAX; i++)
		ck_assert_int_eq(buf_add(&body, "r", 1), 0);
	ck_assert_int_eq(buf_adds(&body, "\"}"), 0);
	refused(200, buf_text(&body), STATUS_LATER, "account \"work\": "
	    "login.example.org gave a refresh token of over 16000 bytes");
	buf_free(&body);
}

/*
 * What is no OAuth answer
 */

#define FROM "account \"work\": login.example.org answered "

static const struct {
	long status;
	const char *type, *body, *text;
} others[] = {
	{ 500, "text/html", "<html>", "HTTP 500 with text/html, not JSON: "
	    AGAIN },
	{ 503, "", "", "HTTP 503 with nothing in it: " AGAIN },
	{ 503, "", "busy", "HTTP 503 with no content type, not JSON: " AGAIN },
	{ 429, "text/plain", "slow", "HTTP 429 with text/plain, not JSON: it "
	    "has had too many requests; " AGAIN },
	{ 200, "text/html", "<html>", "HTTP 200 with text/html, not JSON: "
	    "check token_endpoint" },
	{ 200, "application/json", "{\"access_token\":\"ey", "HTTP 200 with "
	    "application/json, JSON that breaks off: check token_endpoint" },
	{ 200, "application/json", "{}", "HTTP 200 with application/json, "
	    "JSON without an access token: check token_endpoint" },
	{ 200, "application/json", "{\"access_token\":7}", "HTTP 200 with "
	    "application/json, JSON without an access token: check "
	    "token_endpoint" },
	{ 200, "application/json", "{\"access_token\":\"t\",\"error\":{}}",
	    "HTTP 200 with application/json, JSON without an OAuth error: "
	    "check token_endpoint" },
	{ 404, "text/html", "<html>", "HTTP 404 with text/html, not JSON: "
	    "check token_endpoint" },
	/* Errors in a form of their own: their words come first. */
	{ 401, "application/json", "{\"error\":{\"code\":401,\"message\":"
	    "\"Login required.\",\"status\":\"UNAUTHENTICATED\"}}", "HTTP "
	    "401 (Login required.): check token_endpoint, client_id and the "
	    "app's registration" },
	{ 503, "application/json", "{\"error\":{\"message\":\"Down\"}}",
	    "HTTP 503 (Down): " AGAIN },
	{ 400, "application/json", "{\"errorSummary\":\"No\"}", "HTTP 400 "
	    "(No): check token_endpoint, client_id and the app's "
	    "registration" },
	{ 200, "application/json", "{\"error\":{\"type\":\"OAuthException\"}}",
	    "HTTP 200 (OAuthException): check token_endpoint, client_id and "
	    "the app's registration" },
	{ 400, "application/json", "{\"access_token\":\"t\"}", "HTTP 400 with "
	    "application/json, JSON without an OAuth error: check "
	    "token_endpoint" },
	{ 400, "application/json", "[]", "HTTP 400 with application/json, "
	    "JSON, but not an object: check token_endpoint" },
	{ 204, "", "", "HTTP 204 with nothing in it: check token_endpoint" },
	{ 302, "", "", "HTTP 302, a redirect to elsewhere, which is not "
	    "followed: check token_endpoint" },
	{ 307, "application/json", "{\"error\":\"invalid_grant\"}", "HTTP "
	    "307, a redirect to elsewhere, which is not followed: check "
	    "token_endpoint" },
	/* Errors that pass, whatever they are called. */
	{ 503, "application/json", "{\"error\":\"temporarily_unavailable\"}",
	    "HTTP 503: temporarily_unavailable: " AGAIN },
	{ 400, "application/json", "{\"error\":\"server_error\","
	    "\"error_description\":\"Oops.\"}", "HTTP 400: server_error "
	    "(Oops): " AGAIN },
	{ 500, "application/json", "{\"error\":\"invalid_grant\"}",
	    "HTTP 500: invalid_grant: " AGAIN },
	{ 429, "application/json", "{\"error\":\"invalid_request\"}",
	    "HTTP 429: invalid_request: check token_endpoint, tenant, "
	    "client_id and client_auth; " AGAIN },
	{ 400, "application/json", "{\"error\":\"invalid_grant\","
	    "\"error_description\":\"AADSTS90033: A transient error.\"}",
	    "HTTP 400: invalid_grant (AADSTS90033: A transient error): "
	    AGAIN },
	{ 400, "application/json", "{\"error\":\"invalid_grant\","
	    "\"error_codes\":[90033]}", "HTTP 400: invalid_grant: " AGAIN },
	/* Not RFC 6749's, though they look a little like it. */
	{ 404, "application/json", "{\"error\":\"Not Found\",\"path\":\"/\"}",
	    "HTTP 404: Not Found: check token_endpoint" },
	{ 404, "application/json", "{\"error\":\"not_found\"}",
	    "HTTP 404: not_found: check token_endpoint" },
	{ 403, "application/json", "{\"error\":\"Forbidden\"}",
	    "HTTP 403: Forbidden: check token_endpoint" }
};

TABLE_TEST(waits_where_no_oauth_error_came, others)
{
	char text[FAILURE_TEXT_MAX + 1];

	strncpy(http.head.type, others[_i].type, sizeof(http.head.type) - 1);
	snprintf(text, sizeof(text), FROM "%s", others[_i].text);
	refused(others[_i].status, others[_i].body, STATUS_LATER, text);
}

TEST(names_the_host_of_a_redirect)
{
	strncpy(http.head.redirect, "portal.example.net",
	    sizeof(http.head.redirect) - 1);
	refused(302, "", STATUS_LATER, FROM "HTTP 302, a redirect to "
	    "portal.example.net, which is not followed: check token_endpoint");
}

TEST(gives_the_address_of_a_redirect_on_the_same_server)
{
	strcpy(http.moved, "https://login.example.org/v2/token");
	refused(308, "", STATUS_LATER, FROM "HTTP 308, a redirect on the same "
	    "server, which is not followed: set token_endpoint = "
	    "https://login.example.org/v2/token");
}

TEST(passes_retry_after_on)
{
	http.retry_after = 120;
	ck_assert_int_eq(reads(503, "busy"), -1);
	ck_assert_int_eq(why.failure.retry_after, 120);
	ck_assert_int_eq(reads(400, "{\"error\":\"invalid_grant\"}"), -1);
	ck_assert_int_eq(why.failure.retry_after, 0);
	/* Microsoft's "request loop" asks for minutes; the longer wins. */
	ck_assert_int_eq(reads(400, "{\"error\":\"invalid_grant\","
	    "\"error_codes\":[50196]}"), -1);
	ck_assert_int_eq(why.failure.retry_after, 300);
	http.retry_after = 3600;
	ck_assert_int_eq(reads(400, "{\"error\":\"invalid_grant\","
	    "\"error_codes\":[50196]}"), -1);
	ck_assert_int_eq(why.failure.retry_after, 3600);
}

/*
 * Errors
 */

#define WORK "account \"work\": login.example.org refused the "

static const struct {
	long status;
	const char *body;
	enum status code;
	const char *text;
} errors[] = {
	{ 400, "{\"error\":\"invalid_grant\"}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant: " LOGIN },
	{ 200, "{\"error\":\"invalid_grant\"}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant: " LOGIN },
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"Token has been expired or revoked.\"}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant (Token has been expired or "
	    "revoked): " LOGIN "; in a Google project that is in \"Testing\" "
	    "they end after 7 days: publish it" },
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"AADSTS700082: The refresh token has expired due to inactivity."
	    "\\r\\nTrace ID: 0\\r\\nCorrelation ID: 1\","
	    "\"error_codes\":[700082]}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant (AADSTS700082: The refresh token "
	    "has expired due to inactivity): " LOGIN "; and keep it in use: "
	    "90 days without a refresh end it" },
	{ 400, "{\"error\":\"interaction_required\",\"error_description\":"
	    "\"AADSTS53003: Blocked. Trace ID: 0 Correlation ID: 1\"}",
	    STATUS_SIGN_IN, "refresh token: interaction_required "
	    "(AADSTS53003: Blocked): an administrator must let it pass "
	    "Conditional Access" },
	{ 401, "{\"error\":\"invalid_client\",\"error_description\":"
	    "\"\\n\"}", STATUS_CONFIG, "request: invalid_client: check "
	    "client_id, the client secret, and client_auth" },
	{ 400, "{\"error\":\"unauthorized_client\",\"error_codes\":[700016]}",
	    STATUS_CONFIG, "request: unauthorized_client: check client_id, "
	    "tenant and cloud" },
	/* A known code counts with any 4xx; an unknown one as RFC 6749 has. */
	{ 404, "{\"error\":\"invalid_client\"}", STATUS_CONFIG,
	    "request: invalid_client: check client_id, the client secret, and "
	    "client_auth" },
	{ 400, "{\"error\":\"strange\",\"error_description\":\"In words of "
	    "its own\"}", STATUS_CONFIG, "request: strange (In words of its "
	    "own): check the account's file and the app's registration" },
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"a\\u001b[31m\\u0007b\\u0000c\"}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant: " LOGIN },
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"a\\u001b[31m\\u0085b\"}", STATUS_SIGN_IN,
	    "refresh token: invalid_grant (a?[31m??b): " LOGIN },
	/* No row: what helps mostly, and whom to ask. */
	{ 400, "{\"error\":\"invalid_grant\",\"error_description\":"
	    "\"AADSTS987654: New.\"}", STATUS_SIGN_IN, "refresh token: "
	    "invalid_grant (AADSTS987654: New): usually helps: " LOGIN "; "
	    "else ask an administrator what the number means" },
	{ 401, "{\"error\":{\"localizedMessage\":\"x\",\"errorId\":"
	    "\"INVALID_INPUT\"}}", STATUS_CONFIG, "request: invalid_input "
	    "(x): check client_id, redirect_uri and scope" },
	/* An OAuth error in another form is one all the same. */
	{ 400, "{\"error\":{\"type\":\"invalid_grant\",\"message\":\"Gone\"}}",
	    STATUS_SIGN_IN, "refresh token: invalid_grant (Gone): " LOGIN },
	{ 401, "{\"error\":\"invalid_client\",\"message\":\"Wrong\"}",
	    STATUS_CONFIG, "request: invalid_client (Wrong): check "
	    "client_id, the client secret, and client_auth" },
	{ 400, "{\"error\":\"bad\\nthing\"}", STATUS_LATER, NULL }
};

TABLE_TEST(says_what_to_do_about_an_error, errors)
{
	char text[FAILURE_TEXT_MAX + 1];

	if (errors[_i].text == NULL) {
		refused(errors[_i].status, errors[_i].body, errors[_i].code,
		    FROM "HTTP 400: bad?thing: check token_endpoint");
		return;
	}
	snprintf(text, sizeof(text), WORK "%s", errors[_i].text);
	refused(errors[_i].status, errors[_i].body, errors[_i].code, text);
}

/* No word of a secret to a client that has none. */
TEST(looks_at_what_proved_the_client)
{
	static const char body[] = "{\"error\":\"invalid_client\"}";
	static char file[] = "/run/assertion";

	mask.proof = PROOF_SECRET;
	refused(401, body, STATUS_CONFIG, WORK "request: invalid_client: "
	    "check client_id, the client secret, and client_auth");
	mask.proof = PROOF_NONE;
	refused(401, body, STATUS_CONFIG, WORK "request: invalid_client: "
	    "check client_id: the request had no proof of the client");
	mask.proof = PROOF_ASSERTION;
	refused(401, body, STATUS_CONFIG, WORK "request: invalid_client: "
	    "check client_id, client_key, and the certificate at the app");
	account.client_assertion_file = file;
	refused(401, body, STATUS_CONFIG, WORK "request: invalid_client: "
	    "check client_id, and the assertion in client_assertion_file");
	account.grant = GRANT_METADATA;
	refused(401, body, STATUS_CONFIG, WORK "request: invalid_client: "
	    "check the identity that the cloud gives this machine");
	account.client_assertion_file = NULL;
}

/* There nobody signs in: the application itself is refused. */
TEST(sends_no_person_to_sign_in_for_an_application)
{
	account.grant = GRANT_CLIENT_CREDENTIALS;
	refused(400, "{\"error\":\"invalid_grant\"}", STATUS_CONFIG,
	    WORK "request: invalid_grant: check client_id, the secret or "
	    "client_key, and the app's permissions");
	refused(400, "{\"error\":\"invalid_grant\",\"error_codes\":[53003]}",
	    STATUS_CONFIG, WORK "request: invalid_grant: an administrator "
	    "must let it pass Conditional Access");
}

/* Whatever is long is cut; the advice stands whole at the end. */
LOOP_TEST(always_has_room_for_the_advice, 0, 4)
{
	static const int64_t widest[] = { 700084, 70043, 7000218, 9002332 };
	static char body[4096], words[2048];
	const char *tail[] = { "end in 24 h", "or use client_credentials",
	    "on in the registration", "not for personal accounts" };
	size_t len = 0, i = 0;

	memset(account.name, 'n', NAME_MAX_LEN);
	memset(http.host, 'h', sizeof(http.host) - 1);
	memset(words, 'w', sizeof(words) - 1);
	/* Three-byte characters, so that a cut can fall inside one. */
	for (i = 0; i + 3 < 600; i += 3)
		memcpy(words + i + (size_t)_i % 3, "\xe2\x82\xac", 3);
	snprintf(body, sizeof(body), "{\"error\":\"interaction_required_and_"
	    "more_and_more_and_more_and_more\",\"error_description\":\"%s\","
	    "\"error_codes\":[%d]}", words, (int)widest[_i]);
	ck_assert_int_eq(reads(400, body), -1);
	len = strlen(why.failure.text);
	ck_assert_uint_le(len, FAILURE_TEXT_MAX);
	ck_assert_str_eq(why.failure.text + len - strlen(tail[_i]), tail[_i]);
	ck_assert_ptr_null(strchr(why.failure.text, '?'));
	/* Names of an ordinary length leave room for the words. */
	strncpy(account.name, "work", sizeof(account.name) - 1);
	strncpy(http.host, "login.example.org", sizeof(http.host) - 1);
	ck_assert_int_eq(reads(400, body), -1);
	len = strlen(why.failure.text);
	ck_assert_uint_le(len, TEXT_MAX);
	ck_assert_uint_ge(len, TEXT_MAX - 3);
	ck_assert_str_eq(why.failure.text + len - strlen(tail[_i]), tail[_i]);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "\xe2\x82\xac...)"));
	ck_assert_ptr_null(strchr(why.failure.text, '?'));
}

/*
 * Echoed secrets
 */

static void
send_secrets(void)
{
	struct buf form = BUF_INIT(FORM_MAX);

	ck_assert_int_eq(form_add(&form, "grant_type", "refresh_token"), 0);
	ck_assert_int_eq(form_add(&form, "refresh_token",
	    "1//0gSecret+Refresh/Token"), 0);
	ck_assert_int_eq(form_add(&form, "scope", "imap.read offline"), 0);
	ck_assert_int_eq(form_add(&form, "client_id", "the-client"), 0);
	ck_assert_int_eq(form_add(&form, "client_secret", "pw%42"), 0);
	ck_assert_int_eq(mask_add_form(&mask, &form), 0);
	ck_assert_int_eq(mask_add(&mask, "Basic YWxhZGRpbjpvcGVu"), 0);
	ck_assert_int_eq(mask_add(&mask, ""), 0);
	buf_free(&form);
}

static const struct {
	const char *sent, *shown;
} echoes[] = {
	{ "no such token: 1//0gSecret+Refresh/Token!",
	    "no such token: ***!" },
	{ "refresh_token=1%2F%2F0gSecret%2BRefresh%2FToken&x",
	    "refresh_token=***&x" },
	{ "begins 1//0gSecret and ends fresh/Token", "begins *** and ends "
	    "***" },
	{ "1//0gSecret+Refresh/Token1//0gSecret+Refresh/Token", "***" },
	{ "secret pw%42 or pw%2542", "secret *** or ***" },
	{ "header Basic YWxhZGRpbjpvcGVu", "header ***" },
	{ "header=YWxhZGRpbjpvcGVu", "header=***" },
	{ "scope imap.read offline, client the-client, grant refresh_token",
	    "scope imap.read offline, client the-client, grant "
	    "refresh_token" },
	{ "Secret of seven", "Secret of seven" }
};

TABLE_TEST(masks_what_was_sent, echoes)
{
	char body[512], text[FAILURE_TEXT_MAX + 1];

	send_secrets();
	snprintf(body, sizeof(body), "{\"error\":\"invalid_grant\","
	    "\"error_description\":\"%s\"}", echoes[_i].sent);
	snprintf(text, sizeof(text), WORK "refresh token: invalid_grant (%s): "
	    LOGIN, echoes[_i].shown);
	refused(400, body, STATUS_SIGN_IN, text);
}

TEST(masks_every_other_word_of_the_server)
{
	send_secrets();
	refused(400, "{\"error\":\"1//0gSecret+Refresh/Token\"}",
	    STATUS_LATER, FROM "HTTP 400: ***: check token_endpoint");
	refused(200, "{\"access_token\":\"t\",\"token_type\":"
	    "\"1//0gSecret+Refresh/Token\"}", STATUS_CONFIG, "account "
	    "\"work\": login.example.org gave a token of type \"***\": mail "
	    "can only use type Bearer: check the app's registration");
	strncpy(http.head.type, "x/1//0gsecret+refresh/token",
	    sizeof(http.head.type) - 1);
	ck_assert_int_eq(mask_add(&mask, "1//0gsecret+refresh/token"), 0);
	refused(500, "busy", STATUS_LATER, FROM "HTTP 500 with x/***, not "
	    "JSON: " AGAIN);
	strncpy(http.head.redirect, "1//0gsecret+refresh.example",
	    sizeof(http.head.redirect) - 1);
	refused(302, "", STATUS_LATER, FROM "HTTP 302, a redirect to "
	    "***.example, which is not followed: check token_endpoint");
}

/* A secret that is cut by the room for it leaves no part behind. */
TEST(masks_at_the_edge)
{
	char out[32], text[64];
	size_t size = 0;

	send_secrets();
	for (size = 1; size <= sizeof(out); size++) {
		memset(out, 'x', sizeof(out));
		snprintf(text, sizeof(text),
		    "0123456789 1//0gSecret+Refresh/Token end");
		mask_copy(&mask, out, size, text, strlen(text));
		ck_assert_uint_lt(strlen(out), size);
		ck_assert_ptr_null(strstr(out, "1//"));
	}
	ck_assert_str_eq(out, "0123456789 *** end");
	/* The input itself is cut: what is left of the secret is a run. */
	mask_copy(&mask, out, sizeof(out), text, 11 + ECHO_RUN);
	ck_assert_str_eq(out, "0123456789 ***");
}

TEST(is_quick_about_long_secrets)
{
	static char secret[SECRET_MAX], words[ECHO_INPUT_MAX];
	char out[FAILURE_TEXT_MAX];

	memset(secret, 'a', sizeof(secret) - 1);
	memset(words, 'a', sizeof(words) - 1);
	ck_assert_int_eq(mask_add(&mask, secret), 0);
	ck_assert_int_eq(mask_add(&mask, secret), 0);
	mask_copy(&mask, out, sizeof(out), words, strlen(words));
	ck_assert_str_eq(out, "***");
	memset(words, 'b', sizeof(words) - 1);
	mask_copy(&mask, out, sizeof(out), words, strlen(words));
	ck_assert_uint_ge(strlen(out), sizeof(out) - 4);
}

TEST(cuts_at_a_character)
{
	char out[8];

	text_cut(out, sizeof(out), "1234567");
	ck_assert_str_eq(out, "1234567");
	text_cut(out, sizeof(out), "12345678");
	ck_assert_str_eq(out, "1234...");
	text_cut(out, sizeof(out), "12\xe2\x82\xac" "5678");
	ck_assert_str_eq(out, "12...");
	text_cut(out, sizeof(out), "1\xe2\x82\xac" "5678");
	ck_assert_str_eq(out, "1\xe2\x82\xac...");
}
