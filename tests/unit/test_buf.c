/* SPDX-License-Identifier: BSD-2-Clause */
/* test_buf.c - bounded, wiped byte strings */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"

#include "unit.h"	/* last: check.h has a macro fail() */

TEST(it_holds_what_was_added)
{
	struct buf b = BUF_INIT(1000);

	ck_assert_str_eq(buf_text(&b), "");
	ck_assert_int_eq(buf_adds(&b, "abc"), 0);
	ck_assert_int_eq(buf_add(&b, "d\0e", 3), 0);
	ck_assert_uint_eq(b.len, 6);
	ck_assert_mem_eq(b.data, "abcd\0e\0", 7);
	ck_assert_str_eq(buf_text(&b), "abcd");
	buf_free(&b);
	ck_assert_str_eq(buf_text(&b), "");
	ck_assert_int_eq(buf_adds(&b, "again"), 0);
	ck_assert_str_eq(buf_text(&b), "again");
	buf_free(&b);
	buf_free(&b);
}

TEST(nothing_added_is_a_string_too)
{
	struct buf b = BUF_INIT(0);

	ck_assert_int_eq(buf_add(&b, "", 0), 0);
	ck_assert_ptr_nonnull(b.data);
	ck_assert_str_eq(b.data, "");
	ck_assert_int_eq(buf_add(&b, "x", 1), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	buf_free(&b);
}

TEST(it_never_grows_beyond_its_maximum)
{
	struct buf b = BUF_INIT(5);

	ck_assert_int_eq(buf_adds(&b, "1234"), 0);
	errno = 0;
	ck_assert_int_eq(buf_adds(&b, "56"), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_str_eq(buf_text(&b), "1234");
	ck_assert_int_eq(buf_adds(&b, "5"), 0);
	ck_assert_int_eq(buf_room(&b, 0), 0);
	ck_assert_int_eq(buf_room(&b, 1), -1);
	ck_assert_int_eq(buf_room(&b, SIZE_MAX), -1);
	ck_assert_int_eq(buf_room(&b, SIZE_MAX - 4), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_str_eq(buf_text(&b), "12345");
	buf_free(&b);
}

TEST(every_size_survives_growth)
{
	struct buf b = BUF_INIT(5000);
	size_t i;

	for (i = 0; i < 5000; i++) {
		char c = (char)('a' + i % 26);

		ck_assert_int_eq(buf_add(&b, &c, 1), 0);
		ck_assert_uint_eq(b.len, i + 1);
		ck_assert_int_eq(b.data[b.len], '\0');
		ck_assert_uint_gt(b.size, b.len);
	}
	for (i = 0; i < 5000; i++)
		ck_assert_int_eq(b.data[i], 'a' + (int)(i % 26));
	buf_free(&b);
}

TEST(room_is_made_and_the_content_stays)
{
	struct buf b = BUF_INIT(5000);

	ck_assert_int_eq(buf_adds(&b, "head"), 0);
	ck_assert_int_eq(buf_room(&b, 4000), 0);
	ck_assert_str_eq(b.data, "head");
	ck_assert_uint_ge(b.size, 4005);
	memset(b.data + b.len, 'x', 4000);
	b.len += 4000;
	b.data[b.len] = '\0';
	ck_assert_int_eq(b.data[4003], 'x');
	buf_free(&b);
}

TEST(a_reset_wipes_all_that_was_there)
{
	static const char nothing[9];
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(buf_adds(&b, "a secret"), 0);
	buf_reset(&b);
	ck_assert_uint_eq(b.len, 0);
	ck_assert_str_eq(buf_text(&b), "");
	ck_assert_mem_eq(b.data, nothing, sizeof(nothing));
	ck_assert_int_eq(buf_adds(&b, "next"), 0);
	ck_assert_str_eq(buf_text(&b), "next");
	buf_free(&b);
}

static const struct {
	int64_t number;
	const char *text;
} numbers[] = {
	{ 0, "0" },
	{ 7, "7" },
	{ -1, "-1" },
	{ 1234567890123, "1234567890123" },
	{ INT64_MAX, "9223372036854775807" },
	{ INT64_MIN, "-9223372036854775808" },
};

TABLE_TEST(numbers_are_decimal, numbers)
{
	struct buf b = BUF_INIT(100);

	ck_assert_int_eq(buf_addnum(&b, numbers[_i].number), 0);
	ck_assert_str_eq(buf_text(&b), numbers[_i].text);
	buf_free(&b);
	b = (struct buf)BUF_INIT(strlen(numbers[_i].text) - 1);
	ck_assert_int_eq(buf_addnum(&b, numbers[_i].number), -1);
	ck_assert_uint_eq(b.len, 0);
	buf_free(&b);
}
