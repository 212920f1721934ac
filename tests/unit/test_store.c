/* SPDX-License-Identifier: BSD-2-Clause */
/* test_store.c - refresh tokens and typed secrets on disk */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/store.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct failure why;
static struct credential c;
static struct buf content;

static void
setup(void)
{
	scratch_scope(&s);
	memset(&why, 0, sizeof(why));
	scratch_folder(s.state, 0700);
	scratch_folder(scratch_path("state/credentials"), 0700);
	c = (struct credential)CREDENTIAL_INIT;
	content = (struct buf)BUF_INIT(CREDENTIAL_FILE_MAX);
}

static void
teardown(void)
{
	credential_free(&c);
	buf_free(&content);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
format(const char *token, const char *secret, int64_t granted)
{
	credential_free(&c);
	buf_reset(&content);
	ck_assert_int_eq(buf_adds(&c.refresh_token, token), 0);
	ck_assert_int_eq(buf_adds(&c.client_secret, secret), 0);
	c.granted = granted;
	ck_assert_int_eq(credential_format(&c, &content), 0);
	credential_free(&c);
}

static int
read_bytes(const void *data, size_t len)
{
	scratch_bytes(scratch_path("state/credentials/acct"), 0600, data, len);
	credential_free(&c);
	return credential_read(&c, &s, "acct", &why);
}

static const struct {
	const char *token, *secret;
} pairs[] = {
	{ "1//0abc-DEF_~", "GOCSPX-x" },
	{ "token only", "" },
	{ "", "secret only" },
	{ "", "" },
	{ "a=b==", "= =" },
	{ "j\xc3\xb6", "\001" },
};

TABLE_TEST(what_is_written_is_read, pairs)
{
	format(pairs[_i].token, pairs[_i].secret, 1234567890);
	ck_assert_msg(read_bytes(content.data, content.len) == 0, "%s",
	    why.text);
	ck_assert_str_eq(buf_text(&c.refresh_token), pairs[_i].token);
	ck_assert_str_eq(buf_text(&c.client_secret), pairs[_i].secret);
	ck_assert_int_eq(c.granted, 1234567890);
}

/* One of before this was kept, and one of now that is read by before. */
TEST(the_end_of_the_consent_is_kept)
{
	static const char old[] = "tokend-credential=1\nrefresh_token=x\n"
	    "granted=5\nend=yes\n\n";
	static const char new[] = "tokend-credential=1\nrefresh_token=x\n"
	    "granted=5\nends=2000\nends_since=200\nend=yes\n\n";

	ck_assert_int_eq(read_bytes(new, sizeof(new) - 1), 0);
	ck_assert_int_eq(c.end.at, 2000);
	ck_assert_int_eq(c.end.since, 200);
	ck_assert_int_eq(credential_format(&c, &content), 0);
	ck_assert_str_eq(buf_text(&content), new);
	/* What was there before does not stay. */
	ck_assert_int_eq(read_bytes(old, sizeof(old) - 1), 0);
	ck_assert_int_eq(c.end.at, 0);
	ck_assert_int_eq(c.end.since, 0);
	buf_reset(&content);
	ck_assert_int_eq(credential_format(&c, &content), 0);
	ck_assert_str_eq(buf_text(&content), old);
}

TEST(another_refresh_token_has_another_end)
{
	struct credential typed = CREDENTIAL_INIT;

	c.end = (struct consent_end){ 2000, 200 };
	ck_assert_int_eq(buf_adds(&typed.client_secret, "s"), 0);
	ck_assert_int_eq(credential_replace(&c, &typed), 0);
	ck_assert_int_eq(c.end.at, 2000);
	ck_assert_int_eq(buf_adds(&typed.refresh_token, "r"), 0);
	ck_assert_int_eq(credential_replace(&c, &typed), 0);
	ck_assert_int_eq(c.end.at, 0);
	credential_free(&typed);
}

TEST(what_is_absent_is_none)
{
	c.granted = 5;
	ck_assert_int_eq(credential_read(&c, &s, "acct", &why), 1);
	ck_assert_uint_eq(c.refresh_token.len, 0);
	ck_assert_uint_eq(c.client_secret.len, 0);
	ck_assert_int_eq(c.granted, 0);
}

TEST(what_is_cut_off_is_damaged)
{
	size_t i;

	format("1//0abc", "GOCSPX-x", 1234567890);
	for (i = 0; i < content.len; i++) {
		ck_assert_int_eq(read_bytes(content.data, i), -1);
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_msg(strstr(why.text, "/state/credentials/acct is "
		    "damaged: sign in again") != NULL, "%s", why.text);
		ck_assert_ptr_null(strstr(why.text, "GOCSPX"));
	}
	ck_assert_int_eq(read_bytes(content.data, content.len), 0);
}

static const char *const damaged[] = {
	"tokend-credential=2\nrefresh_token=x\ngranted=1\nend=yes\n\n",
	"refresh_token=x\ngranted=1\nend=yes\n\n",
	"tokend-cache=1\nrefresh_token=x\ngranted=1\nend=yes\n\n",
	"tokend-credential=1\nrefresh_token=x\ngranted=1\nend=no\n\n",
	"tokend-credential=1\nrefresh_token=x\ngranted=1\n\n",
	"tokend-credential=1\nrefresh_token=x\nrefresh_token=y\nend=yes\n\n",
	"tokend-credential=1\nrefresh_token=x\nend=yes\n\nmore",
	"\n",
};

TABLE_TEST(what_is_of_another_kind_is_damaged, damaged)
{
	ck_assert_int_eq(read_bytes(damaged[_i], strlen(damaged[_i])), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
}

static const mode_t modes[] = { 0644, 0604, 0660, 0606, 0620 };

TABLE_TEST(what_others_could_read_or_write_is_refused, modes)
{
	const char *path = scratch_path("state/credentials/acct");

	format("1//0abc", "", 1);
	scratch_bytes(path, modes[_i], content.data, content.len);
	ck_assert_int_eq(credential_read(&c, &s, "acct", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "/state/credentials/acct: "));
	ck_assert_uint_eq(c.refresh_token.len, 0);
	chmod(path, 0600);
	ck_assert_int_eq(credential_read(&c, &s, "acct", &why), 0);
}

TEST(a_link_is_refused)
{
	ck_assert_int_eq(symlink("/dev/null",
	    scratch_path("state/credentials/acct")), 0);
	ck_assert_int_eq(credential_read(&c, &s, "acct", &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "symbolic link"));
}

/* Whatever can be held can be stored: two secrets as long as they may be. */
TEST(long_ones_fit)
{
	char *text = malloc(SECRET_MAX + 1);

	memset(text, 't', SECRET_MAX);
	text[SECRET_MAX] = '\0';
	format(text, text, INT64_C(999999999999999999));
	free(text);
	ck_assert_msg(read_bytes(content.data, content.len) == 0, "%s",
	    why.text);
	ck_assert_uint_eq(c.refresh_token.len, SECRET_MAX);
	ck_assert_uint_eq(c.client_secret.len, SECRET_MAX);
	ck_assert_int_eq(buf_adds(&c.refresh_token, "t"), -1);
}

TEST(what_would_break_a_line_is_not_written)
{
	ck_assert_int_eq(buf_adds(&c.refresh_token, "a\nend=yes"), 0);
	ck_assert_int_eq(credential_format(&c, &content), -1);
	ck_assert_int_eq(errno, EINVAL);
}

TEST(nothing_is_left_in_memory)
{
	size_t i;
	char *data;

	format("1//0abc", "GOCSPX-x", 1);
	ck_assert_int_eq(read_bytes(content.data, content.len), 0);
	data = c.refresh_token.data;
	buf_reset(&c.refresh_token);
	for (i = 0; i < strlen("1//0abc"); i++)
		ck_assert_int_eq(data[i], '\0');
	credential_free(&c);
	ck_assert_ptr_null(c.refresh_token.data);
	ck_assert_ptr_null(c.client_secret.data);
}

TEST(removes_the_file)
{
	format("r", "s", 5);
	scratch_bytes(scratch_path("state/credentials/acct"), 0600,
	    content.data, content.len);
	ck_assert_int_eq(credential_remove(&s, "acct", &why), 0);
	ck_assert_int_eq(credential_read(&c, &s, "acct", &why), 1);
	/* What is not there is gone. */
	ck_assert_int_eq(credential_remove(&s, "acct", &why), 0);
	scratch_folder(scratch_path("state/credentials/acct"), 0700);
	ck_assert_int_eq(credential_remove(&s, "acct", &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "/credentials/acct cannot be "
	    "removed: Is a directory"));
}
