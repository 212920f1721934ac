/* SPDX-License-Identifier: BSD-2-Clause */
/* test_status.c - codes, their words and exit statuses, and texts */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/status.h"

#include "unit.h"	/* last: check.h has a macro fail() */

/* The table of codes (PROTOCOL, 3). */
static const struct {
	enum status code;
	const char *word;
	int exit;
} codes[] = {
	{ STATUS_OK, "ok", 0 },
	{ STATUS_LATER, "later", 75 },
	{ STATUS_SIGN_IN, "sign-in", 77 },
	{ STATUS_DENIED, "denied", 77 },
	{ STATUS_HOST, "host", 78 },
	{ STATUS_REJECTED, "rejected", 78 },
	{ STATUS_MESSAGE, "message", 69 },
	{ STATUS_NO_ACCOUNT, "no-account", 67 },
	{ STATUS_CONFIG, "config", 78 },
	{ STATUS_VERSION, "version", 78 },
	{ STATUS_USAGE, "usage", 64 },
	{ STATUS_INTERNAL, "internal", 1 },
};

TABLE_TEST(a_code_has_its_word_and_exit_status, codes)
{
	enum status code = STATUS_OK;

	ck_assert_str_eq(status_word(codes[_i].code), codes[_i].word);
	ck_assert_int_eq(status_exit(codes[_i].code), codes[_i].exit);
	ck_assert_int_eq(status_parse(codes[_i].word, &code), 0);
	ck_assert_int_eq(code, codes[_i].code);
}

TEST(the_table_is_whole)
{
	ck_assert_int_eq(COUNT(codes), STATUS_INTERNAL + 1);
}

TEST(an_unknown_word_is_no_code)
{
	enum status code = STATUS_HOST;

	ck_assert_int_eq(status_parse("", &code), -1);
	ck_assert_int_eq(status_parse("OK", &code), -1);
	ck_assert_int_eq(status_parse("ok ", &code), -1);
	ck_assert_int_eq(status_parse("no-accounts", &code), -1);
	ck_assert_int_eq(code, STATUS_HOST);
}

TEST(an_unknown_code_is_internal)
{
	ck_assert_str_eq(status_word((enum status)99), "internal");
	ck_assert_int_eq(status_exit((enum status)99), 1);
}

TEST(a_failure_is_filled)
{
	struct failure why = { .code = STATUS_OK, .retry_after = 77 };

	ck_assert_int_eq((fail)(&why, STATUS_LATER, "%s %d", "text", 5), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_int_eq(why.retry_after, 0);
	ck_assert_str_eq(why.text, "text 5");
	ck_assert_int_eq((fail)(NULL, STATUS_LATER, "%s", "x"), -1);
	ck_assert_int_eq(fail_memory(&why), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	ck_assert_str_eq(why.text, "out of memory");
	ck_assert_int_eq(fail_memory(NULL), -1);
}

TEST(a_long_text_is_cut)
{
	struct failure why;
	char much[FAILURE_TEXT_MAX * 2];

	memset(much, 'x', sizeof(much));
	much[sizeof(much) - 1] = '\0';
	(fail)(&why, STATUS_CONFIG, "%s", much);
	ck_assert_uint_eq(strlen(why.text), FAILURE_TEXT_MAX);
	/* What the cut left of a character is not sent. */
	memcpy(much + FAILURE_TEXT_MAX - 2, "\xe2\x82\xac", 3);
	(fail)(&why, STATUS_CONFIG, "%s", much);
	ck_assert_uint_eq(strlen(why.text), FAILURE_TEXT_MAX);
	ck_assert_str_eq(why.text + FAILURE_TEXT_MAX - 4, "xx??");
}

static const struct {
	const char *text, *printable;
} texts[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "j\xc3\xb6rg \xe2\x82\xac", "j\xc3\xb6rg \xe2\x82\xac" },
	{ "a\nb\tc\x7f", "a?b?c?" },
	{ "\033[31mred", "?[31mred" },
	{ "\xc2\x9b" "31m", "??31m" },	/* CSI in one C1 control */
	{ "a\xff" "b", "a?b" },
	{ "cut \xe2\x82", "cut ??" },
	{ "\xc0\xaf", "??" },
	{ "a\xe2\x80\xae" "b", "a\\u{202E}b" },	/* right to left */
	{ "\xc2\xad\xe2\x80\xa8\xef\xbb\xbf", "\\u{AD}\\u{2028}\\u{FEFF}" },
	{ "x\xf3\xa0\x81\x81", "x\\u{E0041}" },	/* a tag's A */
	{ "\xe2\x80\x8b\n\xe2\x80\x8b", "\\u{200B}?\\u{200B}" },
};

TABLE_TEST(a_text_is_made_printable, texts)
{
	char text[64];

	snprintf(text, sizeof(text), "%s", texts[_i].text);
	make_printable(text, sizeof(text));
	ck_assert_str_eq(text, texts[_i].printable);
}

/* Within the size all the same: then by '?', and nothing is cut. */
TEST(a_code_without_room_is_question_marks)
{
	char text[12] = "a\xe2\x80\xae" "b";

	make_printable(text, 10);
	ck_assert_str_eq(text, "a???b");
	memcpy(text, "a\xe2\x80\xae" "b", 6);
	make_printable(text, 11);
	ck_assert_str_eq(text, "a\\u{202E}b");
	memcpy(text, "\xe2\x80\x8b\xe2\x80\x8b", 7);
	make_printable(text, 12);
	ck_assert_str_eq(text, "\\u{200B}???");
}

TEST(the_machine_is_no_matter_of_configuration)
{
	ck_assert_int_eq(status_of_errno(EMFILE), STATUS_LATER);
	ck_assert_int_eq(status_of_errno(ENOSPC), STATUS_LATER);
	ck_assert_int_eq(status_of_errno(EIO), STATUS_LATER);
	ck_assert_int_eq(status_of_errno(EDQUOT), STATUS_LATER);
	ck_assert_int_eq(status_of_errno(EACCES), STATUS_CONFIG);
	ck_assert_int_eq(status_of_errno(EROFS), STATUS_CONFIG);
	ck_assert_int_eq(status_of_errno(ELOOP), STATUS_CONFIG);
}

TEST(an_account_is_named_once)
{
	struct failure why;

	(fail)(&why, STATUS_LATER, "/var/lib/tokend: no room");
	why.retry_after = 7;
	failure_name(&why, "");
	ck_assert_str_eq(why.text, "/var/lib/tokend: no room");
	failure_name(&why, "var");	/* a folder of that name, alas */
	ck_assert_str_eq(why.text, "/var/lib/tokend: no room");
	failure_name(&why, "work");
	ck_assert_str_eq(why.text,
	    "account \"work\": /var/lib/tokend: no room");
	failure_name(&why, "work");
	ck_assert_str_eq(why.text,
	    "account \"work\": /var/lib/tokend: no room");
	ck_assert_int_eq(why.retry_after, 7);
	ck_assert_int_eq(why.code, STATUS_LATER);
}
