/* SPDX-License-Identifier: BSD-2-Clause */
/* test_json.c - reading JSON that a stranger wrote */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json/json.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const char *what;

static struct jdoc *
parse(const char *text)
{
	return jdoc_parse(text, strlen(text), &what);
}

static struct jdoc *
parsed(const char *text)
{
	struct jdoc *d = parse(text);

	ck_assert_msg(d != NULL, "%s: %s", text, what);
	return d;
}

TEST(gives_members)
{
	struct jdoc *d = parsed(" {\"s\":\"t\\u00e9xt\",\"n\":null,\"i\":7,"
	    "\"o\":{\"s\":\"deep\"},\"e\":\"\"}\r\n");

	ck_assert_str_eq(jdoc_string(d, "s"), "t\xc3\xa9xt");
	ck_assert_str_eq(jdoc_string(d, "e"), "");
	ck_assert_ptr_null(jdoc_string(d, "n"));
	ck_assert_ptr_null(jdoc_string(d, "i"));
	ck_assert_ptr_null(jdoc_string(d, "o"));
	ck_assert_ptr_null(jdoc_string(d, "absent"));
	ck_assert(jdoc_has(d, "s") && jdoc_has(d, "o") && jdoc_has(d, "e"));
	ck_assert(!jdoc_has(d, "n") && !jdoc_has(d, "absent"));
	jdoc_free(d);
	jdoc_free(NULL);
}

TEST(takes_the_last_of_two)
{
	struct jdoc *d = parsed("{\"s\":\"first\",\"s\":\"last\"}");

	ck_assert_str_eq(jdoc_string(d, "s"), "last");
	jdoc_free(d);
}

TEST(gives_no_string_with_a_nul)
{
	struct jdoc *d = parsed("{\"s\":\"a\\u0000b\"}");

	ck_assert_ptr_null(jdoc_string(d, "s"));
	ck_assert(jdoc_has(d, "s"));
	jdoc_free(d);
}

static const struct {
	const char *json;
	int result;
	int64_t value;
} integers[] = {
	{ "3599", 0, 3599 }, { "\"3599\"", 0, 3599 }, { "3599.9", 0, 3599 },
	{ "0", 0, 0 }, { "-5", 0, -5 }, { "-0.5", 0, 0 },
	{ "1e3", 0, 1000 },
	{ "9223372036854775807", 0, INT64_MAX },
	{ "9223372036854775808", 0, INT64_MAX },
	{ "18446744073709551616", 0, INT64_MAX },
	{ "99999999999999999999999999999999", 0, INT64_MAX },
	{ "-99999999999999999999999999999999", 0, INT64_MIN },
	{ "1e30", 0, INT64_MAX }, { "-1e30", 0, INT64_MIN },
	{ "1e999", 0, INT64_MAX }, { "9223372036854775807.0", 0, INT64_MAX },
	{ "\"99999999999999999999999999\"", 0, INT64_MAX },
	{ "\"9223372036854775807\"", 0, INT64_MAX },
	{ "\"9223372036854775806\"", 0, INT64_MAX - 1 },
	{ "\"\"", -1, 0 }, { "\"12x\"", -1, 0 }, { "\"-1\"", -1, 0 },
	{ "\" 1\"", -1, 0 }, { "\"1.5\"", -1, 0 }, { "null", -1, 0 },
	{ "true", -1, 0 }, { "[1]", -1, 0 }, { "{}", -1, 0 },
	{ "NaN", -1, 0 }
};

TABLE_TEST(reads_integers_as_vendors_write_them, integers)
{
	char text[128];
	struct jdoc *d = NULL;
	int64_t value = 0;

	snprintf(text, sizeof(text), "{\"n\":%s}", integers[_i].json);
	d = parsed(text);
	ck_assert_int_eq(jdoc_integer(d, "n", &value), integers[_i].result);
	ck_assert_int_eq(value, integers[_i].value);
	ck_assert_int_eq(jdoc_integer(d, "absent", &value), -1);
	jdoc_free(d);
}

TEST(reads_the_first_of_an_array)
{
	struct jdoc *d = parsed("{\"a\":[700082,1],\"e\":[],\"n\":5,"
	    "\"s\":[\"x\"]}");
	int64_t value = 0;

	ck_assert_int_eq(jdoc_first_integer(d, "a", &value), 0);
	ck_assert_int_eq(value, 700082);
	ck_assert_int_eq(jdoc_first_integer(d, "e", &value), -1);
	ck_assert_int_eq(jdoc_first_integer(d, "n", &value), -1);
	ck_assert_int_eq(jdoc_first_integer(d, "s", &value), -1);
	ck_assert_int_eq(jdoc_first_integer(d, "absent", &value), -1);
	jdoc_free(d);
}

TEST(gives_elements_and_truth)
{
	struct jdoc *d = parsed("{\"a\":[\"x\",7,\"y\\u0000\",\"z\"],"
	    "\"s\":\"true\",\"t\":true,\"f\":false,\"n\":1}");

	ck_assert_uint_eq(jdoc_length(d, "a"), 4);
	ck_assert_str_eq(jdoc_element(d, "a", 0), "x");
	ck_assert_ptr_null(jdoc_element(d, "a", 1));
	ck_assert_ptr_null(jdoc_element(d, "a", 2));
	ck_assert_str_eq(jdoc_element(d, "a", 3), "z");
	ck_assert_ptr_null(jdoc_element(d, "a", 4));
	ck_assert_uint_eq(jdoc_length(d, "s"), 0);
	ck_assert_ptr_null(jdoc_element(d, "s", 0));
	ck_assert_uint_eq(jdoc_length(d, "absent"), 0);
	ck_assert(jdoc_is_true(d, "t") && !jdoc_is_true(d, "f"));
	ck_assert(!jdoc_is_true(d, "s") && !jdoc_is_true(d, "n"));
	ck_assert(!jdoc_is_true(d, "absent"));
	jdoc_free(d);
}

static const struct {
	const char *text, *what;
} wrong[] = {
	{ "", "JSON that breaks off" },
	{ "{", "JSON that breaks off" },
	{ "{\"access_token\":\"ey", "JSON that breaks off" },
	{ "{\"a\":1", "JSON that breaks off" },
	{ "<html></html>", "not JSON" },
	{ "access_token=x&token_type=bearer", "not JSON" },
	{ "{\"a\":}", "not JSON" },
	{ "{\"a\":1}x", "not JSON" },
	{ "{\"a\":1}{\"a\":2}", "not JSON" },
	{ "[{\"a\":1}]", "JSON, but not an object" },
	{ "\"text\"", "JSON, but not an object" },
	{ "null ", "JSON, but not an object" },
	{ "\nNull\x7f", "JSON, but not an object" },
	{ "7 ", "JSON, but not an object" }
};

TABLE_TEST(says_what_is_not_json, wrong)
{
	ck_assert_ptr_null(parse(wrong[_i].text));
	ck_assert_str_eq(what, wrong[_i].what);
}

TEST(refuses_bytes_behind_a_nul)
{
	static const char text[] = "{\"a\":1}\0{";

	ck_assert_ptr_null(jdoc_parse(text, sizeof(text) - 1, &what));
	ck_assert_str_eq(what, "not JSON");
}

/* Neither the parser's stack nor ours grows with what a server sends. */
TEST(refuses_deep_nesting)
{
	static char text[JDOC_VALUES];
	size_t i = 0, n = 0;
	struct jdoc *d = NULL;

	memcpy(text, "{\"a\":", 5);
	for (i = 5; i < sizeof(text) - 1; i++)
		text[i] = '[';
	ck_assert_ptr_null(jdoc_parse(text, sizeof(text) - 1, &what));
	ck_assert_str_eq(what, "JSON that is nested too deeply");
	n = 5;
	for (i = 0; i < JDOC_DEPTH - 2; i++)
		text[n++] = '[';
	for (i = 0; i < JDOC_DEPTH - 2; i++)
		text[n++] = ']';
	text[n++] = '}';
	d = jdoc_parse(text, n, &what);
	ck_assert_ptr_nonnull(d);
	jdoc_free(d);
}

/* json-c needs some 800 bytes for an empty object. */
TEST(refuses_a_flood_of_values)
{
	static char text[1024 * 1024];
	size_t n = 0, i = 0;
	struct jdoc *d = NULL;

	memcpy(text, "{\"a\":[{}", 8);
	for (n = 8; n + 5 < sizeof(text); n += 3)
		memcpy(text + n, ",{}", 3);
	memcpy(text + n, "]}", 3);
	ck_assert_ptr_null(jdoc_parse(text, n + 2, &what));
	ck_assert_str_eq(what, "JSON with too much in it");
	/* The first value, {, [ and {; then two each. */
	for (n = 8, i = 4; i + 2 <= JDOC_VALUES; i += 2, n += 3)
		memcpy(text + n, ",{}", 3);
	memcpy(text + n, "]}", 3);
	d = jdoc_parse(text, n + 2, &what);
	ck_assert_ptr_nonnull(d);
	jdoc_free(d);
}
