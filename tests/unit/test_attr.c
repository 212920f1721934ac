/* SPDX-License-Identifier: BSD-2-Clause */
/* test_attr.c - attribute=value lines */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/number.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct attrs a;
static struct failure why;

static int
parse(struct buf *raw, const char *message, size_t len)
{
	*raw = (struct buf)BUF_INIT(1 << 20);
	ck_assert_int_eq(buf_add(raw, message, len), 0);
	why.code = STATUS_OK;
	return attrs_parse(&a, raw, &why);
}

TEST(what_was_added_comes_back)
{
	struct buf b = BUF_INIT(1000), raw;
	int64_t n;

	ck_assert_int_eq(attrs_add(&b, "first", "a = b=c"), 0);
	ck_assert_int_eq(attrs_add(&b, "empty", ""), 0);
	ck_assert_int_eq(attrs_add(&b, "absent", NULL), 0);
	ck_assert_int_eq(attrs_addnum(&b, "a-2_x", -17), 0);
	ck_assert_int_eq(attrs_end(&b), 0);
	ck_assert_str_eq(buf_text(&b),
	    "first=a = b=c\nempty=\na-2_x=-17\n\n");
	ck_assert_int_eq(parse(&raw, b.data, b.len), 0);
	ck_assert_uint_eq(a.count, 3);
	ck_assert_str_eq(a.attr[0].name, "first");
	ck_assert_str_eq(attrs_get(&a, "first"), "a = b=c");
	ck_assert_str_eq(attrs_get(&a, "empty"), "");
	ck_assert_ptr_null(attrs_get(&a, "absent"));
	ck_assert_ptr_null(attrs_get(&a, "firs"));
	ck_assert_ptr_null(attrs_get(&a, "first1"));
	ck_assert_ptr_null(attrs_get(&a, ""));
	ck_assert_int_eq(attrs_number(&a, "a-2_x", &n), 0);
	ck_assert_int_eq(n, -17);
	buf_free(&raw);
	buf_free(&b);
}

TEST(no_line_is_a_message_too)
{
	struct buf raw;

	ck_assert_int_eq(parse(&raw, "\n", 1), 0);
	ck_assert_uint_eq(a.count, 0);
	buf_free(&raw);
}

static const struct {
	const char *message;
	size_t len;
} wrong[] = {
	{ "", 0 },
	{ "x", 1 },
	{ "a=b", 3 },
	{ "a=b\n", 4 },
	{ "a=b\nx", 5 },
	{ "a=b\nc=", 6 },
	{ "a=b\nc=d", 7 },
	{ "a=b\n\nx", 6 },
	{ "a=b\n\n\n", 6 },
	{ "\n\n", 2 },
	{ "\na=b\n\n", 6 },
	{ "a=b\n\na=b\n\n", 10 },
	{ "a=b\r\n\r\n", 7 },
	{ "a=b\rc\n\n", 7 },
	{ "a=\0\n\n", 5 },
	{ "a\0=b\n\n", 6 },
	{ "a=b\n\n\0", 6 },
	{ "ab\n\n", 4 },
	{ "=b\n\n", 4 },
	{ "A=b\n\n", 5 },
	{ "a b=c\n\n", 7 },
	{ " a=b\n\n", 6 },
	{ "a =b\n\n", 6 },
	{ "\xc3\xb6=b\n\n", 6 },
	{ "a=1\nb=2\na=3\n\n", 13 },
	{ "a=\na=\n\n", 7 },
};

TABLE_TEST(what_is_no_message_is_refused, wrong)
{
	struct buf raw;

	ck_assert_int_eq(parse(&raw, wrong[_i].message, wrong[_i].len), -1);
	ck_assert_int_eq(why.code, STATUS_INTERNAL);
	buf_free(&raw);
	/* why may be NULL, and nothing may have been added at all. */
	if (wrong[_i].len > 0)
		ck_assert_int_eq(buf_add(&raw, wrong[_i].message,
		    wrong[_i].len), 0);
	ck_assert_int_eq(attrs_parse(&a, &raw, NULL), -1);
	buf_free(&raw);
}

TEST(an_attribute_that_comes_twice_is_named)
{
	struct buf raw;

	ck_assert_int_eq(parse(&raw, "a=1\nbe=2\nbe=3\n\n", 15), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "\"be\" comes twice"));
	buf_free(&raw);
}

/* In whatever order they stand, and are asked for. */
TEST(all_attributes_are_found)
{
	char name[20], value[20];
	struct buf raw;
	int i, k;

	raw = (struct buf)BUF_INIT(1 << 20);
	for (i = 0; i < ATTR_LINES_MAX; i++) {
		snprintf(name, sizeof(name), "%c%d", 'a' + i % 26, i);
		snprintf(value, sizeof(value), "%d", i);
		ck_assert_int_eq(attrs_add(&raw, name, value), 0);
	}
	ck_assert_int_eq(attrs_end(&raw), 0);
	ck_assert_int_eq(attrs_parse(&a, &raw, &why), 0);
	for (k = 0; k < 3 * ATTR_LINES_MAX; k++) {
		i = k * 37 % ATTR_LINES_MAX;
		snprintf(name, sizeof(name), "%c%d", 'a' + i % 26, i);
		snprintf(value, sizeof(value), "%d", i);
		ck_assert_str_eq(attrs_get(&a, name), value);
		name[0] = (char)(name[0] == 'z' ? 'a' : name[0] + 1);
		ck_assert_ptr_null(attrs_get(&a, name));
		ck_assert_ptr_null(attrs_get(&a, "0"));
	}
	buf_free(&raw);
}

/* A message of so many lines, and then its last line of so many bytes. */
static void
fill(struct buf *b, int lines, size_t len)
{
	char line[32];
	int i;

	*b = (struct buf)BUF_INIT(1 << 20);
	for (i = 0; i < lines - 1; i++) {
		snprintf(line, sizeof(line), "n%d=v\n", i);
		ck_assert_int_eq(buf_adds(b, line), 0);
	}
	ck_assert_int_eq(buf_adds(b, "last="), 0);
	for (len -= 5; len > 0; len--)
		ck_assert_int_eq(buf_adds(b, "x"), 0);
	ck_assert_int_eq(buf_adds(b, "\n\n"), 0);
}

TEST(the_limits_are_64_lines_of_16384_bytes)
{
	struct buf b;

	fill(&b, 64, ATTR_LINE_MAX);
	ck_assert_int_eq(attrs_complete(NULL, 0), 0);
	ck_assert_int_eq(attrs_complete(b.data, b.len), (long)b.len);
	ck_assert_int_eq(attrs_parse(&a, &b, &why), 0);
	ck_assert_uint_eq(a.count, 64);
	ck_assert_uint_eq(strlen(attrs_get(&a, "last")), ATTR_LINE_MAX - 5);
	buf_free(&b);
	fill(&b, 65, 6);
	ck_assert_int_eq(attrs_complete(b.data, b.len), -1);
	ck_assert_int_eq(attrs_parse(&a, &b, &why), -1);
	buf_free(&b);
	fill(&b, 1, ATTR_LINE_MAX + 1);
	ck_assert_int_eq(attrs_complete(b.data, b.len), -1);
	/* Known before the line has ended. */
	ck_assert_int_eq(attrs_complete(b.data, ATTR_LINE_MAX + 1), -1);
	ck_assert_int_eq(attrs_complete(b.data, ATTR_LINE_MAX), 0);
	ck_assert_int_eq(attrs_parse(&a, &b, &why), -1);
	buf_free(&b);
}

TEST(the_end_is_found_at_its_byte)
{
	static const char message[] = "tokend=1\nverb=get\nempty=\n\n";
	size_t len = sizeof(message) - 1, i;

	for (i = 0; i < len; i++)
		ck_assert_int_eq(attrs_complete(message, i), 0);
	ck_assert_int_eq(attrs_complete(message, len), (long)len);
	/* With bytes behind it, the first message's length. */
	ck_assert_int_eq(attrs_complete("a=b\n\nc", 6), 5);
	ck_assert_int_eq(attrs_complete("\n\n", 2), 1);
	ck_assert_int_eq(attrs_complete("a=b\r", 4), -1);
	ck_assert_int_eq(attrs_complete("a=b\0", 4), -1);
}

static const struct {
	const char *value;
	int result;
	int64_t number;
} numbers[] = {
	{ "0", 0, 0 },
	{ "-0", 0, 0 },
	{ "007", 0, 7 },
	{ "-12", 0, -12 },
	{ "999999999999999999", 0, INT64_C(999999999999999999) },
	{ "-999999999999999999", 0, INT64_C(-999999999999999999) },
	{ "1000000000000000000", -1, 0 },
	{ "0000000000000000000", -1, 0 },
	{ "99999999999999999999999999", -1, 0 },
	{ "", -1, 0 },
	{ "-", -1, 0 },
	{ "--1", -1, 0 },
	{ "+1", -1, 0 },
	{ " 1", -1, 0 },
	{ "1 ", -1, 0 },
	{ "1.5", -1, 0 },
	{ "0x1", -1, 0 },
	{ "1e3", -1, 0 },
	{ "x", -1, 0 },
};

TABLE_TEST(a_number_is_decimal, numbers)
{
	struct buf b = BUF_INIT(100);
	int64_t n = 4711;

	ck_assert_int_eq(attrs_add(&b, "n", numbers[_i].value), 0);
	ck_assert_int_eq(attrs_end(&b), 0);
	ck_assert_int_eq(attrs_parse(&a, &b, &why), 0);
	ck_assert_int_eq(attrs_number(&a, "n", &n), numbers[_i].result);
	ck_assert_int_eq(n, numbers[_i].result == 0 ? numbers[_i].number :
	    4711);
	ck_assert_int_eq(attrs_number(&a, "m", &n), -1);
	buf_free(&b);
}

TEST(numbers_are_written_as_they_are_read)
{
	static const int64_t some[] = { 0, 1, -1, 9, 10, 99, 100, -100,
	    INT64_C(123456789012345678), INT64_C(-999999999999999999) };
	char text[NUMBER_MAX_LEN + 1];
	int64_t n;
	size_t i, len;

	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		len = number_write(text, some[i]);
		ck_assert_uint_eq(len, strlen(text));
		ck_assert_uint_eq(number_read(text, &n), len);
		ck_assert_int_eq(n, some[i]);
	}
	ck_assert_uint_eq(number_write(text, INT64_MIN), NUMBER_MAX_LEN);
	ck_assert_str_eq(text, "-9223372036854775808");
	ck_assert_uint_eq(number_read("12 rest", &n), 2);
	ck_assert_int_eq(n, 12);
	ck_assert_uint_eq(number_read("x", &n), 0);
}

TEST(nothing_that_breaks_a_line_is_written)
{
	struct buf b = BUF_INIT(100);

	errno = 0;
	ck_assert_int_eq(attrs_add(&b, "a", "b\nc=d"), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_int_eq(attrs_add(&b, "a", "\n"), -1);
	ck_assert_int_eq(attrs_add(&b, "a", "b\r"), -1);
	ck_assert_int_eq(attrs_add(&b, "", "b"), -1);
	ck_assert_int_eq(attrs_add(&b, "a=", "b"), -1);
	ck_assert_int_eq(attrs_add(&b, "a\n", "b"), -1);
	ck_assert_int_eq(attrs_add(&b, "A", "b"), -1);
	ck_assert_int_eq(errno, EINVAL);
	ck_assert_uint_eq(b.len, 0);
	buf_free(&b);
}

TEST(nothing_too_long_is_written)
{
	struct buf b = BUF_INIT(2 * ATTR_LINE_MAX), small = BUF_INIT(5);
	char *value = malloc(ATTR_LINE_MAX);

	memset(value, 'v', ATTR_LINE_MAX);
	value[ATTR_LINE_MAX - 1] = '\0';
	errno = 0;
	ck_assert_int_eq(attrs_add(&b, "a", value), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_uint_eq(b.len, 0);
	value[ATTR_LINE_MAX - 2] = '\0';
	ck_assert_int_eq(attrs_add(&b, "a", value), 0);
	ck_assert_uint_eq(b.len, ATTR_LINE_MAX + 1);
	buf_free(&b);
	errno = 0;
	ck_assert_int_eq(attrs_add(&small, "a", "12345"), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_int_eq(attrs_addnum(&small, "abc", 1234), -1);
	buf_free(&small);
	free(value);
}

/* Bytes that are more like messages than noise is. */
TEST(random_bytes_do_no_harm)
{
	static const char likely[] = "ab=1\n\n=-_ \r\0\xc3";
	char bytes[200];
	struct buf raw;
	unsigned round;
	size_t len, i;
	long end;

	srand(1);
	for (round = 0; round < 20000; round++) {
		len = (size_t)rand() % sizeof(bytes);
		for (i = 0; i < len; i++)
			bytes[i] = rand() % 8 == 0 ? (char)rand() :
			    likely[(size_t)rand() % (sizeof(likely) - 1)];
		end = attrs_complete(bytes, len);
		ck_assert_int_ge(end, -1);
		ck_assert_int_le(end, (long)len);
		raw = (struct buf)BUF_INIT(sizeof(bytes));
		ck_assert_int_eq(buf_add(&raw, bytes, len), 0);
		if (attrs_parse(&a, &raw, &why) == 0) {
			ck_assert_int_eq(end, (long)len);
			ck_assert_uint_le(a.count, ATTR_LINES_MAX);
		}
		buf_free(&raw);
	}
}

/* A cut within a character leaves none of it that could be shown. */
TEST(a_copy_is_cut_and_printable)
{
	static const struct {
		const char *value;
		size_t size;
		const char *copy;
	} row[] = { { "four", 5, "four" }, { "fives", 5, "five" },
	    { "", 5, "" }, { "any", 1, "" }, { "a\tb", 5, "a?b" },
	    { "abc\303\244", 5, "abc?" } };
	struct buf raw = BUF_INIT(100);
	char copy[8];
	size_t i;

	for (i = 0; i < COUNT(row); i++) {
		ck_assert_int_eq(attrs_add(&raw, "text", row[i].value), 0);
		ck_assert_int_eq(attrs_end(&raw), 0);
		ck_assert_int_eq(attrs_parse(&a, &raw, NULL), 0);
		memset(copy, 'x', sizeof(copy));
		attrs_copy(&a, "text", copy, row[i].size);
		ck_assert_str_eq(copy, row[i].copy);
		ck_assert_int_eq(copy[row[i].size], 'x');
		attrs_copy(&a, "other", copy, row[i].size);
		ck_assert_str_eq(copy, "");
		buf_free(&raw);
	}
}
