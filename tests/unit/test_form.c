/* SPDX-License-Identifier: BSD-2-Clause */
/* test_form.c - what a token request is written in */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "net/form.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct buf form;

static void
setup(void)
{
	form = (struct buf)BUF_INIT(FORM_MAX);
}

static void
teardown(void)
{
	buf_free(&form);
}

FIXTURE(setup, teardown);

/* The sample of RFC 6749 appendix B. */
TEST(encodes_as_the_rfc)
{
	ck_assert_int_eq(form_encode(&form,
	    " %&+\xc2\xa3\xe2\x82\xac"), 0);
	ck_assert_str_eq(buf_text(&form), "+%25%26%2B%C2%A3%E2%82%AC");
}

TEST(leaves_plain_bytes)
{
	ck_assert_int_eq(form_encode(&form, "AZaz09-._*~/=\n\x7f"), 0);
	ck_assert_str_eq(buf_text(&form), "AZaz09-._*%7E%2F%3D%0A%7F");
}

TEST(joins_fields_and_omits_empty_ones)
{
	ck_assert_int_eq(form_add(&form, "none", NULL), 0);
	ck_assert_int_eq(form_add(&form, "a", "1"), 0);
	ck_assert_int_eq(form_add(&form, "empty", ""), 0);
	ck_assert_int_eq(form_add(&form, "b c", "x&y=z"), 0);
	ck_assert_str_eq(buf_text(&form), "a=1&b+c=x%26y%3Dz");
}

TEST(says_when_it_is_full)
{
	struct buf small = BUF_INIT(4);

	errno = 0;
	ck_assert_int_eq(form_add(&small, "name", "value"), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	buf_free(&small);
}

TEST(decodes_what_it_encodes)
{
	char all[256], text[] = "100%+%4%zz%41";
	struct buf back = BUF_INIT(1024);
	int i = 0;

	for (i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	ck_assert_int_eq(form_encode(&form, all), 0);
	ck_assert_int_eq(form_decode(&back, form.data, form.len), 0);
	ck_assert_str_eq(buf_text(&back), all);
	buf_reset(&back);
	ck_assert_int_eq(form_decode(&back, text, strlen(text)), 0);
	ck_assert_str_eq(buf_text(&back), "100% %4%zzA");
	buf_reset(&back);
	/* The two digits must lie inside the len bytes. */
	ck_assert_int_eq(form_decode(&back, "%41", 2), 0);
	ck_assert_str_eq(buf_text(&back), "%4");
	buf_free(&back);
}
