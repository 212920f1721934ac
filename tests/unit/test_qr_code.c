/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_qr_code.c - QR codes, as far as they can be told from noise without a
 * camera: what every reader looks for first (ISO/IEC 18004 6.3).
 */
#ifdef HAVE_CONFIG_H
#include <config.h>
#endif

#include <string.h>

#include "signin/qr_code.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct buf square;

static void
setup(void)
{
	square = (struct buf)BUF_INIT(QR_MODULES_MAX);
}

static void
teardown(void)
{
	buf_free(&square);
}

FIXTURE(setup, teardown);

#ifdef HAVE_QRENCODE

static int
side_of(void)
{
	int side = 0;

	while ((size_t)(side * side) < square.len)
		side++;
	ck_assert_uint_eq((size_t)(side * side), square.len);
	return side;
}

static void
has_finder(int side, int row, int column)
{
	static const char *const rows[] = { "1111111", "1000001", "1011101",
	    "1011101", "1011101", "1000001", "1111111" };
	int i = 0;

	for (i = 0; i < 7; i++)
		ck_assert_msg(memcmp(square.data + (row + i) * side + column,
		    rows[i], 7) == 0, "row %d of the finder at %d, %d", i,
		    row, column);
}

TEST(draws_a_code)
{
	int side = 0, i = 0;

	ck_assert_int_eq(qr_modules("https://microsoft.com/devicelogin?otc="
	    "ABCD1234", &square), 0);
	side = side_of();
	/* 48 bytes: version 3 holds 53 at level L, version 2 holds 32. */
	ck_assert_int_eq(side, 29);
	ck_assert_uint_eq(strspn(square.data, "01"), square.len);
	has_finder(side, 0, 0);
	has_finder(side, 0, side - 7);
	has_finder(side, side - 7, 0);
	/* The timing pattern between them. */
	for (i = 8; i < side - 8; i++) {
		ck_assert_int_eq(square.data[6 * side + i], "10"[i % 2]);
		ck_assert_int_eq(square.data[i * side + 6], "10"[i % 2]);
	}
	/* The dark module. */
	ck_assert_int_eq(square.data[(side - 8) * side + 8], '1');
}

TEST(tells_texts_apart)
{
	struct buf other = BUF_INIT(QR_MODULES_MAX);

	ck_assert_int_eq(qr_modules("https://a.example/device?c=A", &square),
	    0);
	ck_assert_int_eq(qr_modules("https://a.example/device?c=a", &other),
	    0);
	ck_assert_uint_eq(square.len, other.len);
	ck_assert_int_ne(memcmp(square.data, other.data, other.len), 0);
	buf_free(&other);
}

TEST(draws_what_fits_a_terminal)
{
	char text[1024];

	memset(text, 'x', sizeof(text));
	text[425] = '\0';	/* all that version 13-L holds */
	ck_assert_int_eq(qr_modules(text, &square), 0);
	ck_assert_int_eq(side_of(), 69);
	buf_reset(&square);
	square.max = 4 * QR_MODULES_MAX;
	text[425] = 'x';
	text[426] = '\0';
	ck_assert_int_eq(qr_modules(text, &square), -1);
	ck_assert_uint_eq(square.len, 0);
	ck_assert_int_eq(qr_modules("", &square), -1);
	ck_assert_uint_eq(square.len, 0);
}

TEST(bears_a_small_buffer)
{
	struct buf small = BUF_INIT(440);

	ck_assert_int_eq(qr_modules("https://a.example/", &small), -1);
	ck_assert_uint_eq(small.len, 0);
	ck_assert_int_eq(qr_modules("SHORT", &small), -1);
	small.max = 441;
	ck_assert_int_eq(qr_modules("SHORT", &small), 0);
	ck_assert_uint_eq(small.len, 441);
	buf_free(&small);
}

#else

TEST(says_that_it_is_not_built_in)
{
	ck_assert_int_eq(qr_modules("https://a.example/", &square), -1);
	ck_assert_uint_eq(square.len, 0);
}

#endif
