/* SPDX-License-Identifier: BSD-2-Clause */
/* test_edit.c - account files, changed line by line */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command/edit.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct buf text;
static struct buf value;
static struct keys k;
static struct failure why;

static void
setup(void)
{
	text = (struct buf)BUF_INIT(CONF_SIZE_MAX);
	value = (struct buf)BUF_INIT(CONF_SIZE_MAX);
	memset(&k, 0, sizeof(k));
}

static void
teardown(void)
{
	buf_free(&text);
	buf_free(&value);
	keys_free(&k);
}

FIXTURE(setup, teardown);

static void
begin(const char *content)
{
	buf_reset(&text);
	ck_assert_int_eq(buf_adds(&text, content), 0);
}

static void
set(const char *key, const char *to)
{
	ck_assert_int_eq(edit_set(&text, key, to), 0);
}

TEST(a_line_is_replaced_and_the_rest_stays)
{
	begin("# mine\n\nscope=old\n  user =  a@b  \n# user = c\nhosts = h");
	set("user", "x@y");
	set("scope", "one two");
	ck_assert_str_eq(buf_text(&text), "# mine\n\nscope = one two\n"
	    "user = x@y\n# user = c\nhosts = h");
	set("hosts", "i");
	ck_assert_str_eq(buf_text(&text), "# mine\n\nscope = one two\n"
	    "user = x@y\n# user = c\nhosts = i\n");
}

TEST(what_is_not_there_comes_last)
{
	begin("");
	set("user", "a");
	ck_assert_str_eq(buf_text(&text), "user = a\n");
	begin("hosts = h");
	set("user", "a");
	ck_assert_str_eq(buf_text(&text), "hosts = h\nuser = a\n");
}

/* A key is its whole name, and none of the text of a value or a comment. */
TEST(only_its_own_line_counts)
{
	begin("user_smtp = s\nscope = user = u\n#user = c\nuser\n");
	set("user", "a");
	ck_assert_str_eq(buf_text(&text), "user_smtp = s\nscope = user = u\n"
	    "#user = c\nuser\nuser = a\n");
}

TEST(values_are_found)
{
	begin("a=1\n b\t= two words \n#c = 3\nd =\n");
	ck_assert_int_eq(edit_get(&text, "a", &value), IS_TRUE);
	ck_assert_str_eq(buf_text(&value), "1");
	buf_reset(&value);
	ck_assert_int_eq(edit_get(&text, "b", &value), IS_TRUE);
	ck_assert_str_eq(buf_text(&value), "two words");
	buf_reset(&value);
	ck_assert_int_eq(edit_get(&text, "c", &value), IS_FALSE);
	ck_assert_int_eq(edit_get(&text, "d", &value), IS_TRUE);
	ck_assert_str_eq(buf_text(&value), "");
	ck_assert_int_eq(edit_get(&value, "a", &text), IS_FALSE);
}

TEST(what_does_not_fit_changes_nothing)
{
	text.max = 20;
	begin("hosts = h\n");
	errno = 0;
	ck_assert_int_eq(edit_set(&text, "user", "too long"), -1);
	ck_assert_int_eq(errno, EMSGSIZE);
	ck_assert_str_eq(buf_text(&text), "hosts = h\n");
}

TEST(values_that_a_file_would_refuse)
{
	static const char *const wrong[] = { "", " a", "a ", "a\nb", "a\tb",
	    "\"a\"", "'a'", "a\rb", "\xff", "\x1b[m" };
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		ck_assert_int_eq(edit_check("scope", wrong[i], &why), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_ptr_nonnull(strstr(why.text, "scope: "));
	}
	ck_assert_int_eq(edit_check("scope", "a=b c \"d\" \xc3\xa9", &why), 0);
}

TEST(who_and_where_come_first)
{
	begin("# c\n");
	k.hosts = strdup("h");
	k.user = strdup("u");
	k.client_id = strdup("i");
	k.provider = strdup("p");
	ck_assert_int_eq(edit_set_all(&text, &k, &why), 0);
	ck_assert_str_eq(buf_text(&text), "# c\nprovider = p\nclient_id = i\n"
	    "user = u\nhosts = h\n");
}

TEST(a_wrong_value_is_named)
{
	begin("");
	k.scope = strdup("a\nclient_secret = b");
	ck_assert_int_eq(edit_set_all(&text, &k, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "scope: "));
	ck_assert_uint_eq(text.len, 0);
}

TEST(keys_have_names)
{
	ck_assert_ptr_eq(edit_key(&k, "user"), &k.user);
	ck_assert_ptr_eq(edit_key(&k, "redirect_uri"), &k.redirect_uri);
	/* A preset's is none of an account. */
	ck_assert_ptr_null(edit_key(&k, "title"));
	ck_assert_ptr_null(edit_key(&k, ""));
}
