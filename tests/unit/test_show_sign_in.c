/* SPDX-License-Identifier: BSD-2-Clause */
/* test_show_sign_in.c - a code as characters, words, and the host to name */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command/login/qr_print.h"
#include "command/login/show_sign_in.h"
#include "base/name.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define FULL "\xe2\x96\x88"	/* light above, light below */
#define UPPER "\xe2\x96\x80"
#define LOWER "\xe2\x96\x84"

static struct buf out;

static void
setup(void)
{
	out = (struct buf)BUF_INIT(4096);
}

static void
teardown(void)
{
	buf_free(&out);
}

FIXTURE(setup, teardown);

/* Three rows with a border of two are seven: the last line has half of one. */
TEST(two_rows_are_one_line)
{
	ck_assert_int_eq(qr_print(&out, "101" "010" "110", 7, 0), 0);
	ck_assert_str_eq(buf_text(&out),
	    FULL FULL FULL FULL FULL FULL FULL "\n"
	    FULL FULL LOWER UPPER LOWER FULL FULL "\n"
	    FULL FULL LOWER LOWER FULL FULL FULL "\n"
	    FULL FULL FULL FULL FULL FULL FULL "\n");
}

TEST(colours_are_set_and_reset_in_each_line)
{
	const char *at;
	int lines = 0;

	ck_assert_int_eq(qr_print(&out, "1", 80, 1), 0);
	for (at = buf_text(&out); *at != '\0'; at = strchr(at, '\n') + 1) {
		ck_assert_int_eq(strncmp(at, "\033[97;40m", 8), 0);
		ck_assert_int_eq(strncmp(strchr(at, '\n') - 4, "\033[0m", 4),
		    0);
		lines++;
	}
	ck_assert_int_eq(lines, 3);
}

TEST(what_is_no_square_or_too_wide_is_left_out)
{
	ck_assert_int_eq(qr_print(&out, "", 80, 0), -1);
	ck_assert_int_eq(qr_print(&out, "10", 80, 0), -1);
	ck_assert_int_eq(qr_print(&out, "1020", 80, 0), -1);
	ck_assert_int_eq(qr_print(&out, "1010", 5, 0), -1);
	ck_assert_uint_eq(out.len, 0);
	ck_assert_int_eq(qr_print(&out, "1010", 6, 0), 0);
}

TEST(a_drawing_is_bounded)
{
	out.max = 20;
	errno = 0;
	ck_assert_int_eq(qr_print(&out, "1010", 80, 0), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
}

TEST(ssh_knows_how_we_are_reached)
{
	char host[256], own[256];

	ck_assert_str_eq(show_sign_in_host(host, "192.0.2.1 4711 192.0.2.9 22"),
	    "192.0.2.9");
	ck_assert_int_eq(gethostname(own, sizeof(own)), 0);
	ck_assert_str_eq(show_sign_in_host(host, NULL), own);
	ck_assert_str_eq(show_sign_in_host(host, "192.0.2.1 4711"), own);
	ck_assert_str_eq(show_sign_in_host(host, ""), own);
	ck_assert_str_eq(show_sign_in_host(host, "a b \033[31m d"), "?[31m");
}

TEST(words_are_compared_without_case)
{
	size_t len = 0;

	ck_assert_int_eq(words_have("one  TWO three", "two", 3), 1);
	ck_assert_int_eq(words_have("one two", "on", 2), 0);
	ck_assert_int_eq(words_have("", "one", 3), 0);
	ck_assert_str_eq(words_next("  a bc", &len), "a bc");
	ck_assert_uint_eq(len, 1);
	ck_assert_ptr_null(words_next("  ", &len));
}
