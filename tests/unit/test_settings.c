/* SPDX-License-Identifier: BSD-2-Clause */
/* test_settings.c - plugin.conf */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "settings.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

#define NOBODY ((uid_t)-1)

static struct client_settings s;
static struct failure why;

static int
read_text(const char *text)
{
	const char *path = scratch_path("plugin.conf");

	scratch_write(path, 0640, text);
	memset(&why, 0, sizeof(why));
	return client_settings_read(&s, path, &why);
}

static void
expect_defaults(void)
{
	ck_assert_str_eq(s.sockets, "run/tokend/socket private/tokend "
	    TOKEND_SOCKET_PATH);
	ck_assert_uint_eq(s.listener_uid, NOBODY);
	ck_assert_int_eq(s.deadline, 10000);
	ck_assert_ptr_null(s.mechanisms);
	ck_assert_ptr_null(s.sendmail_account);
	ck_assert_int_eq(s.bare_tokens, 0);
}

TEST(the_path_is_the_systems)
{
	ck_assert_str_eq(client_settings_path, TOKEND_SYSCONFDIR
	    "/plugin.conf");
}

TEST(without_a_file_there_are_defaults)
{
	ck_assert_int_eq(client_settings_read(&s, scratch_path("none"), &why),
	    0);
	expect_defaults();
	client_settings_free(&s);
	ck_assert_int_eq(client_settings_read(&s, scratch_path("none/none"),
	    &why), 0);
	client_settings_free(&s);
	ck_assert_int_eq(client_settings_read(&s, "/dev/null/x", &why), 0);
	client_settings_free(&s);
	client_settings_free(&s);
}

TEST(a_file_that_may_not_be_read_is_as_none)
{
	scratch_write(scratch_path("plugin.conf"), 0, "nonsense\n");
	scratch_become_user();
	ck_assert_int_eq(client_settings_read(&s, scratch_path("plugin.conf"),
	    &why), 0);
	expect_defaults();
	client_settings_free(&s);
}

TEST(an_empty_file_changes_nothing)
{
	ck_assert_int_eq(read_text(""), 1);
	expect_defaults();
	client_settings_free(&s);
}

TEST(all_can_be_set)
{
	ck_assert_msg(read_text("socket = private/tokend /run/x\n"
	    "listener_uid = 105\ndeadline = 5s\n"
	    "mechanisms = OAUTHBEARER XOAUTH2\nbare_tokens = yes\n"
	    "sendmail_account = alerts@example.com\n") == 1,
	    "%s", why.text);
	ck_assert_str_eq(s.sockets, "private/tokend /run/x");
	ck_assert_uint_eq(s.listener_uid, 105);
	ck_assert_int_eq(s.deadline, 5000);
	ck_assert_str_eq(s.mechanisms, "OAUTHBEARER XOAUTH2");
	ck_assert_int_eq(s.bare_tokens, 1);
	ck_assert_str_eq(s.sendmail_account, "alerts@example.com");
	client_settings_free(&s);
	ck_assert_ptr_null(s.mechanisms);
}

static const struct {
	const char *text, *says;
} wrong[] = {
	{ "socket = a\nnonsense\n", "plugin.conf:2: " },
	{ "sockets = a\n", "did you mean \"socket\"?" },
	{ "account = a\n", "plugin.conf:1: unknown key" },
	{ "deadline = 0\n", "deadline: is 1 to 60 seconds" },
	{ "deadline = 61\n", "deadline: is 1 to 60 seconds" },
	{ "deadline = soon\n", "deadline: is a time" },
	{ "bare_tokens = maybe\n", "bare_tokens: is \"yes\" or \"no\"" },
	{ "listener_uid = root\n", "listener_uid: is a number" },
	{ "listener_uid = -1\n", "listener_uid: is a number" },
	{ "listener_uid = 4294967295\n", "listener_uid: is a number" },
	{ "listener_uid = 4294967296\n", "listener_uid: is a number" },
	{ "listener_uid = 99999999999999999999999\n",
	    "listener_uid: is a number" },
	{ "listener_uid = 1 2\n", "listener_uid: is a number" },
	{ "listener_uid = 0x1\n", "listener_uid: is a number" },
};

TABLE_TEST(a_mistake_is_told, wrong)
{
	ck_assert_int_eq(read_text(wrong[_i].text), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "plugin.conf:") != NULL &&
	    strstr(why.text, wrong[_i].says) != NULL, "%s", why.text);
	client_settings_free(&s);
}

TEST(the_greatest_uid_is_one)
{
	ck_assert_int_eq(read_text("listener_uid = 4294967294\n"), 1);
	ck_assert_uint_eq(s.listener_uid, 4294967294U);
	client_settings_free(&s);
	ck_assert_int_eq(read_text("listener_uid = 0\n"), 1);
	ck_assert_uint_eq(s.listener_uid, 0);
	client_settings_free(&s);
}

TEST(a_file_that_anybody_writes_is_refused)
{
	const char *path = scratch_path("plugin.conf");

	scratch_write(path, 0666, "bare_tokens = yes\n");
	ck_assert_int_eq(client_settings_read(&s, path, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "others may write to it"));
	client_settings_free(&s);
	unlink(path);
	ck_assert_int_eq(symlink("/dev/null", path), 0);
	ck_assert_int_eq(client_settings_read(&s, path, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "not a regular file"));
	client_settings_free(&s);
	if (!scratch_started_as_root())
		return;
	unlink(path);
	scratch_write(path, 0644, "bare_tokens = yes\n");
	ck_assert_int_eq(chown(path, 4711, 0), 0);
	ck_assert_int_eq(client_settings_read(&s, path, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "belongs to uid 4711"));
	client_settings_free(&s);
}
