/* SPDX-License-Identifier: BSD-2-Clause */
/* test_refusal.c - an error that a provider names, in one line and whole */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oauth/refusal.h"
#include "set_text.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct account account;
static struct mask mask;
static struct token_failure why;
static struct refused_request by;

static void
setup(void)
{
	memset(&account, 0, sizeof(account));
	set_text(account.name, "work");
	account.grant = GRANT_REFRESH_TOKEN;
	mask = (struct mask)MASK_INIT;
	memset(&why, 0xa5, sizeof(why));
	by = (struct refused_request){ .account = &account,
	    .who = "account \"work\": as.example.org", .status = 400,
	    .mask = &mask };
}

static void
teardown(void)
{
	mask_free(&mask);
}

FIXTURE(setup, teardown);

static void
refuse(const char *error, const char *description, int64_t number)
{
	const struct refusal r = { .error = error,
	    .description = description, .number = number };

	ck_assert_int_eq(refusal_fail(&by, &r, &why), -1);
}

TEST(tells_the_whole)
{
	refuse("invalid_grant", "\r\nAADSTS700082: It has expired.\r\n"
	    "Trace ID: 0\r\n\tCorrelation ID: 1\r\n", 700082);
	ck_assert_int_eq(why.failure.code, STATUS_SIGN_IN);
	ck_assert_ptr_null(strstr(why.failure.text, "Trace"));
	ck_assert_str_eq(why.detail.error, "invalid_grant");
	ck_assert_int_eq(why.detail.number, 700082);
	ck_assert_ptr_nonnull(strstr(why.detail.meaning, "90 days"));
	ck_assert_ptr_nonnull(strstr(why.detail.meaning,
	    "\"tokend refresh work\""));
	ck_assert_str_eq(why.detail.remedy, "Run \"tokend login work\".");
	ck_assert_str_eq(why.detail.words, "AADSTS700082: It has expired. "
	    "Trace ID: 0 Correlation ID: 1");
}

TEST(puts_the_steps_before_the_sign_in)
{
	refuse("invalid_grant", NULL, 700005);
	ck_assert_str_eq(why.detail.remedy, "Set tenant to the one that the "
	    "person belongs to. Then run \"tokend login work\".");
	ck_assert_str_eq(why.detail.words, "");
	refuse("invalid_client", NULL, 7000222);
	ck_assert_ptr_nonnull(strstr(why.detail.remedy,
	    "\"tokend login --client-secret-stdin work\""));
	ck_assert_ptr_null(strstr(why.detail.remedy, "Then run"));
}

TEST(leaves_nothing_of_the_last_one)
{
	refuse("invalid_grant", "words", 700082);
	refuse("nobodys_error", NULL, 0);
	ck_assert_str_eq(why.detail.error, "nobodys_error");
	ck_assert_int_eq(why.detail.number, 0);
	ck_assert_str_eq(why.detail.meaning, "");
	ck_assert_str_eq(why.detail.words, "");
	ck_assert_str_eq(why.detail.remedy, "check the account's file and the "
	    "app's registration");
}

TEST(masks_every_part)
{
	ck_assert_int_eq(mask_add(&mask, "s3cr3t-token"), 0);
	refuse("s3cr3t-token", "of s3cr3t-token\nand s3cr3t-token", 0);
	ck_assert_str_eq(why.detail.error, "***");
	ck_assert_str_eq(why.detail.words, "of *** and ***");
	ck_assert_ptr_null(strstr(why.failure.text, "s3cr3t"));
}

/* RFC 6749 4.1.2.1: there is no HTTP answer then. */
TEST(comes_by_the_browser_too)
{
	by.status = 0;
	refuse("access_denied", "The user said no.", 0);
	ck_assert_str_eq(why.failure.text, "account \"work\": as.example.org "
	    "refused the sign-in: access_denied (The user said no): sign in "
	    "again with \"tokend login work\"");
	ck_assert_int_eq(why.failure.code, STATUS_SIGN_IN);
	refuse("invalid_scope", NULL, 0);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "refused the sign-in"));
	mask.spent = SPENT_CODE;
	refuse("temporarily_unavailable", NULL, 0);
	ck_assert_int_eq(why.failure.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.failure.text, "sign in once more"));
}

static const struct {
	enum grant grant;
	const char *says;
} machines[] = {
	{ GRANT_CLIENT_CREDENTIALS, "client_key" },
	{ GRANT_JWT_BEARER, "service account's key" },
	{ GRANT_METADATA, "identity" },
	{ GRANT_COMMAND, "account's file" }
};

TABLE_TEST(tells_who_runs_the_machine, machines)
{
	account.grant = machines[_i].grant;
	refuse("invalid_grant", NULL, 0);
	ck_assert_int_eq(why.failure.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.failure.text, machines[_i].says));
	ck_assert_ptr_nonnull(strstr(why.detail.remedy, machines[_i].says));
	ck_assert_ptr_null(strstr(why.failure.text, "sign in"));
	ck_assert_ptr_null(strstr(why.detail.remedy, "tokend login"));
}

/* The longest name in the place of each NAME, and the longest of words. */
TEST(bears_what_is_long)
{
	static char words[5000];

	memset(account.name, 'n', NAME_MAX_LEN);
	memset(words, 'w', sizeof(words) - 1);
	refuse("invalid_client", words, 7000218);
	ck_assert_uint_le(strlen(why.detail.words), DETAIL_WORDS_MAX);
	ck_assert_uint_ge(strlen(why.detail.words), DETAIL_WORDS_MAX - 4);
	ck_assert_ptr_nonnull(strstr(why.detail.remedy, "or set client_key."));
	ck_assert_uint_le(strlen(why.failure.text), FAILURE_TEXT_MAX);
	memset(words, '\n', sizeof(words) - 1);
	refuse("invalid_client", words, 0);
	ck_assert_str_eq(why.detail.words, "");
}
