/* SPDX-License-Identifier: BSD-2-Clause */
/* test_date.c - dates as text, on both sides of January 2038 */
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include "common/date.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

#define LAST_OF_32_BITS INT32_MAX

static const struct {
	int64_t when;
	const char *shown, *written;
} dates[] = {
	{ 1, "1970-01-01 00:00:01 UTC", "1970-01-01T00:00:01Z" },
	{ LAST_OF_32_BITS, "2038-01-19 03:14:07 UTC",
	    "2038-01-19T03:14:07Z" },
	{ (int64_t)LAST_OF_32_BITS + 1, "2038-01-19 03:14:08 UTC",
	    "2038-01-19T04:14:08+01:00" },
	{ 2208988800, "2040-01-01 00:00:00 UTC", "2040-01-01T00:00:00Z" },
	{ 4294967296, "2106-02-07 06:28:16 UTC", "2106-02-07T06:28:16Z" },
};

TABLE_TEST(a_date_is_shown_and_read, dates)
{
	char text[DATE_MAX];

	ck_assert_str_eq(date_text(text, dates[_i].when), dates[_i].shown);
	ck_assert_int_eq(date_read(dates[_i].written), dates[_i].when);
}

/* All that tokend compares with the clock is 64 bits wide. */
TABLE_TEST(the_clock_and_files_have_these_dates, dates)
{
	const struct timespec times[2] = {
	    { .tv_sec = (time_t)dates[_i].when },
	    { .tv_sec = (time_t)dates[_i].when } };
	const char *path = scratch_path("file");
	struct stat st;

	ck_assert_int_eq(sizeof(time_t), sizeof(int64_t));
	ck_assert_int_eq(sizeof(off_t), sizeof(int64_t));
	scratch_write(path, 0600, "");
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mtim.tv_sec, dates[_i].when);
}
