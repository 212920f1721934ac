/* SPDX-License-Identifier: BSD-2-Clause */
/* test_device.c - the answer of a device endpoint, and what a poll means */
#include <stdio.h>
#include <string.h>

#include "signin/device.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct account a;
static struct device d;
static struct http_answer http;
static struct mask mask;
static struct token_failure why;

static void
setup(void)
{
	memset(&a, 0, sizeof(a));
	set_text(a.name, "acct");
	a.grant = GRANT_REFRESH_TOKEN;
	d = (struct device)DEVICE_INIT;
	http = (struct http_answer)HTTP_ANSWER_INIT;
	mask = (struct mask)MASK_INIT;
	memset(&why, 0, sizeof(why));
	set_text(http.host, "as.example.org");
}

static void
teardown(void)
{
	device_free(&d);
	mask_free(&mask);
	http_answer_free(&http);
}

FIXTURE(setup, teardown);

static int
answer(long status, const char *body)
{
	http.status = status;
	buf_reset(&http.body);
	ck_assert_int_eq(buf_adds(&http.body, body), 0);
	return device_answer_read(&d, &a, &http, &mask, &why);
}

#define GOOD "\"device_code\":\"dc\",\"user_code\":\"AB-12\""
#define URI ",\"verification_uri\":\"https://as.example.org/device\""

TEST(a_whole_answer_is_taken)
{
	ck_assert_int_eq(answer(200, "{" GOOD URI
	    ",\"verification_uri_complete\":\"https://as.example.org/d?c=AB\""
	    ",\"expires_in\":900,\"interval\":7,\"message\":\"x\"}"), 0);
	ck_assert_str_eq(buf_text(&d.code), "dc");
	ck_assert_str_eq(d.user_code, "AB-12");
	ck_assert_str_eq(d.uri, "https://as.example.org/device");
	ck_assert_str_eq(d.complete, "https://as.example.org/d?c=AB");
	ck_assert_int_eq(d.expires_in, 900);
	ck_assert_int_eq(d.interval, 7);
}

TEST(googles_spelling_and_strings_are_taken)
{
	ck_assert_int_eq(answer(200, "{" GOOD
	    ",\"verification_url\":\"https://www.google.com/device\""
	    ",\"expires_in\":\"1800\",\"interval\":\"5\"}"), 0);
	ck_assert_str_eq(d.uri, "https://www.google.com/device");
	ck_assert_str_eq(d.complete, "");
	ck_assert_int_eq(d.expires_in, 1800);
}

static const struct {
	const char *more;
	int64_t expires_in;
	int64_t interval;
} times[] = {
	{ "", 1800, 5 },
	{ ",\"interval\":1", 1800, 1 },
	{ ",\"interval\":0,\"expires_in\":0", 1800, 5 },
	{ ",\"interval\":-1,\"expires_in\":-1", 1800, 5 },
	{ ",\"interval\":1e9,\"expires_in\":1e9", 1800, 60 },
	{ ",\"interval\":\"x\",\"expires_in\":\"x\"", 1800, 5 },
	{ ",\"interval\":null,\"expires_in\":60", 60, 5 },
};

TABLE_TEST(times_have_their_bounds, times)
{
	char body[300];

	snprintf(body, sizeof(body), "{" GOOD URI "%s}", times[_i].more);
	ck_assert_int_eq(answer(200, body), 0);
	ck_assert_int_eq(d.expires_in, times[_i].expires_in);
	ck_assert_int_eq(d.interval, times[_i].interval);
}

static const struct {
	long status;
	const char *body;
	enum status code;
	const char *words;
} useless[] = {
	{ 200, "{}", STATUS_LATER, "code or address" },
	{ 200, "{" GOOD "}", STATUS_LATER, "code or address" },
	{ 200, "{\"device_code\":\"x\"" URI "}", STATUS_LATER,
	    "code or address" },
	{ 200, "{\"user_code\":\"x\"" URI "}", STATUS_LATER,
	    "code or address" },
	/* What goes to a terminal and to a browser is what it should be. */
	{ 200, "{\"device_code\":\"x\",\"user_code\":\"\\u001b[2J\"" URI "}",
	    STATUS_LATER, "code or address" },
	{ 200, "{" GOOD ",\"verification_uri\":\"javascript:alert(1)\"}",
	    STATUS_LATER, "code or address" },
	{ 200, "{" GOOD ",\"verification_uri\":\"https://a b/\"}",
	    STATUS_LATER, "code or address" },
	{ 200, "{\"access_token\":\"a\",\"error\":null}", STATUS_LATER,
	    "code or address" },
	{ 200, "<html>", STATUS_LATER, "not JSON" },
	{ 503, "", STATUS_LATER, "503" },
	{ 404, "", STATUS_LATER, "404" },
	{ 400, "{\"error\":\"invalid_scope\"}", STATUS_CONFIG,
	    "invalid_scope" },
	{ 401, "{\"error\":\"invalid_client\"}", STATUS_CONFIG,
	    "invalid_client" },
	{ 200, "{\"error\":\"unauthorized_client\"}", STATUS_CONFIG,
	    "unauthorized_client" },
};

TABLE_TEST(an_answer_of_no_use_is_told, useless)
{
	ck_assert_int_eq(answer(useless[_i].status, useless[_i].body), -1);
	ck_assert_msg(why.failure.code == useless[_i].code &&
	    strstr(why.failure.text, useless[_i].words) != NULL, "%s: %s",
	    status_word(why.failure.code), why.failure.text);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "acct"));
}

TEST(a_complete_address_that_is_none_is_left_out)
{
	ck_assert_int_eq(answer(200, "{" GOOD URI
	    ",\"verification_uri_complete\":\"file:///etc/passwd\"}"), 0);
	ck_assert_str_eq(d.complete, "");
}

static const struct {
	const char *error;
	enum status code;
	int goes_on;
	int64_t interval;	/* after 5 */
} polls[] = {
	{ "authorization_pending", STATUS_LATER, 1, 5 },
	{ "slow_down", STATUS_LATER, 1, 10 },
	{ "access_denied", STATUS_SIGN_IN, 0, 5 },
	{ "authorization_declined", STATUS_SIGN_IN, 0, 5 },
	{ "expired_token", STATUS_SIGN_IN, 0, 5 },
	{ "invalid_client", STATUS_CONFIG, 0, 5 },
	{ "", STATUS_LATER, 1, 10 },		/* no answer */
	{ "server_error", STATUS_LATER, 1, 10 },
	{ "", STATUS_INTERNAL, 0, 5 },
};

TABLE_TEST(a_poll_goes_on_or_ends, polls)
{
	d.interval = 5;
	why.failure.code = polls[_i].code;
	set_text(why.detail.error, polls[_i].error);
	ck_assert_int_eq(device_goes_on(&d, &why), polls[_i].goes_on);
	ck_assert_int_eq(d.interval, polls[_i].interval);
}

TEST(polls_get_slower_to_a_bound)
{
	int i;

	d.interval = 5;
	why.failure.code = STATUS_LATER;
	for (i = 0; i < 100; i++)
		ck_assert_int_eq(device_goes_on(&d, &why), 1);
	ck_assert_int_eq(d.interval, 60);
}

TEST(the_token_request)
{
	struct buf form = BUF_INIT(FORM_MAX);

	ck_assert_int_eq(answer(200, "{" GOOD URI "}"), 0);
	ck_assert_int_eq(device_form(&d, &form), 0);
	ck_assert_str_eq(buf_text(&form), "grant_type="
	    "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
	    "&device_code=dc");
	buf_free(&form);
}
