/* SPDX-License-Identifier: BSD-2-Clause */
/* test_known.c - rows of what is known: found by words, filled with values */
#include "knowledge/known.h"

#include "unit.h"	/* last: check.h has a macro fail() */
#include <string.h>

#define TEN "0123456789"
#define FIFTY TEN TEN TEN TEN TEN

static const struct {
	const char *template, *filled;
} templates[] = {
	{ "no place", "no place" },
	{ "", "" },
	{ "account \"{account}\": {n} left", "account \"it's\": 42 left" },
	{ "\"tokend login {sh:account}\"", "\"tokend login 'it'\\''s'\"" },
	{ "{sh:plain}{plain}", "aa" },
	{ "{cf:dollar} {dollar}", "a$$b a$b" },
	{ "{ct:percent} {ct:plain}", "'50\\% off' a" },
	{ "-User {ps:account} {ps:plain} {ps:switch}",
	    "-User 'it''s' a '-x'" },
	{ "{cut:plain}|{cut:long}|", "a|" FIFTY FIFTY FIFTY "0123456...|" },
	{ "{sh:empty}|{empty}|", "''||" },
	/* What is no place of ours is text. */
	{ "{ {} {unknown} {sh:} {SH:plain} {{plain}", "{ {} {unknown} {sh:} "
	    "{SH:plain} {a" },
	{ "\\{plain", "\\{plain" },
	{ "{xy:plain} {toolong:plain}", "a {toolong:plain}" },
};

static const struct known_value values[] = {
	{ "account", "it's" }, { "plain", "a" }, { "dollar", "a$b" },
	{ "switch", "-x" }, { "percent", "50% off" },
	{ "long", FIFTY FIFTY FIFTY TEN "0" },
	{ "empty", NULL }, { "n", "42" }, { NULL, NULL }
};

TABLE_TEST(a_template_is_filled, templates)
{
	char out[200] = "";

	known_fill(out, sizeof(out), templates[_i].template, values);
	ck_assert_str_eq(out, templates[_i].filled);
}

TEST(what_is_too_long_is_cut_at_a_character)
{
	char out[8] = "";

	known_fill(out, sizeof(out), "1234567", NULL);
	ck_assert_str_eq(out, "1234567");
	known_fill(out, sizeof(out), "12345678", NULL);
	ck_assert_str_eq(out, "1234...");
	known_fill(out, sizeof(out), "123\xc3\xa4xxx", NULL);
	ck_assert_str_eq(out, "123...");
	known_fill(out, sizeof(out), "{n}{n}{n}{n}",
	    KNOWN_VALUES({ "n", KNOWN_NUMBER(999) }));
	ck_assert_str_eq(out, "9999...");
}

static const struct known rows[] = {
	{ .id = "both", .source = "535", .words = "5.7.3", .also = "denied" },
	{ .id = "words", .source = "535", .words = "5.7.3" },
	{ .id = "source", .source = "535" },
	{ .id = "said", .words = "later" },
};

static const char *
find_id(const char *source, const char *said)
{
	const struct known *row = known_find(rows, COUNT(rows), source, said);

	return row != NULL ? row->id : "none";
}

TEST(the_first_row_that_is_recognised)
{
	ck_assert_str_eq(find_id("535", "5.7.3 was denied"), "both");
	ck_assert_str_eq(find_id("535", "5.7.3 later"), "words");
	ck_assert_str_eq(find_id("535", NULL), "source");
	ck_assert_str_eq(find_id("534", "try later"), "said");
	ck_assert_str_eq(find_id(NULL, "5.7.3 was denied"), "none");
	ck_assert_str_eq(find_id(NULL, NULL), "none");
}

TEST(a_finding_is_printable)
{
	static const struct known row = { .id = "x", .code = STATUS_CONFIG,
		.found = "{account} {bad}", .why = "Because.",
		.fix = "\"x {sh:account}\"" };
	struct finding f;

	known_finding(&f, "accounts", &row, KNOWN_VALUES(
	    { "account", "a b" }, { "bad", "\033[1m" }));
	ck_assert_str_eq(f.check, "accounts");
	ck_assert_int_eq(f.code, STATUS_CONFIG);
	ck_assert_ptr_null(strchr(f.found, '\033'));
	ck_assert_str_eq(f.matters, "Because.");
	ck_assert_str_eq(f.fix, "\"x 'a b'\"");
}
