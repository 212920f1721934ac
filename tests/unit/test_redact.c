/* SPDX-License-Identifier: BSD-2-Clause */
/* test_redact.c - lines for a bug report: what is masked, and what is not */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/doctor/redact.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define LONG "abcdefghijABCDEFGHIJ0123456789abcdefghijK"	/* 41 */

static struct redact known;

static void
setup(void)
{
	known = (struct redact)REDACT_INIT;
	ck_assert_int_eq(redact_add(&known, "s3cret word"), 0);
	ck_assert_int_eq(redact_add(&known, "s3cret word and more"), 0);
	ck_assert_int_eq(redact_add(&known, "knownSecret1"), 0);
	ck_assert_int_eq(redact_add(&known, "abc"), 0);
	ck_assert_int_eq(redact_add(&known, NULL), 0);
}

static void
teardown(void)
{
	redact_free(&known);
}

FIXTURE(setup, teardown);

static void
becomes(const char *line, const char *shown)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(to);
	ck_assert_int_eq(redact_line(&known, line, to), 0);
	fclose(to);
	ck_assert_uint_gt(size, 0);
	ck_assert_int_eq(text[size - 1], '\n');
	text[size - 1] = '\0';
	ck_assert_str_eq(text, shown);
	free(text);
}

TEST(what_is_known_is_masked_wherever_it_stands)
{
	becomes("a s3cret word here", "a [masked] here");
	becomes("as3cret wordb", "a[masked]b");
	becomes("s3cret word and more s3cret word", "[masked] [masked]");
	becomes("abc is too short", "abc is too short");
	becomes("xknownSecret1_token = x", "x[masked]_token = [masked]");
}

TEST(values_of_secret_names_are_masked)
{
	becomes("client_secret = x y z", "client_secret = [masked]");
	becomes("client_id=id-1", "client_id=[masked]");
	becomes("{\"refresh_token\": \"1//x\", \"a\": \"b\"}",
	    "{\"refresh_token\": \"[masked]\", \"a\": \"b\"}");
	becomes("Password: hunter2", "Password: [masked]");
	becomes("code=4/x&state=y", "code=[masked]&state=y");
	becomes("smtp_sasl_password_maps = hash:/etc/x",
	    "smtp_sasl_password_maps = hash:/etc/x");
	becomes("the password is none of tokend's words",
	    "the password is none of tokend's words");
	becomes("client_secret =", "client_secret =");
}

TEST(values_are_masked_to_their_end)
{
	becomes("# client_secret = a,b\"c'd&e", "# client_secret = [masked]");
	becomes("pass=a&b=c", "pass=[masked]&b=c");
	becomes("password = \"a'b\\\"c,d\" e", "password = \"[masked]\" e");
	becomes("'token': 'a\"b', c", "'token': '[masked]', c");
	becomes("{\\\"id_token\\\": \\\"a\\\", \\\"n\\\": 1}",
	    "{\\\"id_token\\\": \\\"[masked]\\\", \\\"n\\\": 1}");
	becomes("password = \"a b", "password = \"[masked]");
}

TEST(names_that_end_like_a_secret_one)
{
	becomes("refreshToken: a", "refreshToken: [masked]");
	becomes("smtp_password=a", "smtp_password=[masked]");
	becomes("my_app_pass = a", "my_app_pass = [masked]");
	becomes("private_key = a", "private_key = [masked]");
	becomes("token: that of alice", "token: [masked] of alice");
	becomes("error_code: 7", "error_code: 7");
	becomes("token_endpoint = https://a/b", "token_endpoint = https://a/b");
}

TEST(tokens_are_masked)
{
	becomes("auth=Bearer ya29.a0", "auth=Bearer [masked]");
	becomes("Bearer x y", "Bearer [masked] y");
	becomes("Authorization: Basic YTpi", "Authorization: Basic [masked]");
	becomes("AUTH XOAUTH2 " LONG "==", "AUTH XOAUTH2 [masked]");
	becomes(LONG, "[masked]");
	becomes("/" LONG "/" LONG, "[masked]");
	becomes("/etc/" LONG, "[masked]");
	becomes("\"" LONG "\"", "\"[masked]\"");
}

TEST(tables_and_urls_are_masked)
{
	becomes("x = inline:{a=b:c}, hash:/d", "x = inline:[masked]");
	becomes("x = static:a:b", "x = static:[masked]");
	becomes("proxy = http://u:p@h:1", "proxy = http://[masked]@h:1");
	becomes("http://u:p@q@h/a@b", "http://[masked]@h/a@b");
	becomes("https://login.example/x?y=a@b",
	    "https://login.example/x?y=a@b");
}

TEST(the_rest_stays)
{
	becomes("", "");
	becomes("/usr/lib/x86_64-linux-gnu/sasl2/libxoauth2.so is there",
	    "/usr/lib/x86_64-linux-gnu/sasl2/libxoauth2.so is there");
	becomes("relayhost = [smtp.gmail.com]:587",
	    "relayhost = [smtp.gmail.com]:587");
	becomes("a\033[31mb", "a?[31mb");
	becomes("4XYZ1234567: to=<a@example.org>, relay=x",
	    "4XYZ1234567: to=<a@example.org>, relay=x");
}
