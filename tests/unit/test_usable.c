/* SPDX-License-Identifier: BSD-2-Clause */
/* test_usable.c - a store as its user sees it: what is wrong, and the fix */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/usable.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct usable u;
static struct failure why;

static void
setup(void)
{
	static const char *const folders[] = { "credentials", "cache",
	    "state", "lock" };
	char path[64];
	size_t i;

	scratch_setup();
	memset(&s, 0, sizeof(s));
	s.kind = SCOPE_GIVEN;
	s.owner = scratch_started_as_root() ? OTHER_UID : geteuid();
	snprintf(s.state, sizeof(s.state), "%s/a/store", scratch());
	scratch_become_user();
	scratch_folder(scratch_path("a"), 0755);
	scratch_folder(scratch_path("a/store"), 0700);
	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "a/store/%s", folders[i]);
		scratch_folder(scratch_path("%s", path), 0700);
		scratch_write(scratch_path("%s/acct", path), 0600, "x");
	}
}

FIXTURE(setup, scratch_teardown);

/* What was looked at as its user; all is put back for the next look. */
static void
look(const char *account)
{
	if (account == NULL) {
		usable_all(&u, &s);
	} else {
		usable_folders(&u, &s);
		usable_account(&u, &s, account);
	}
}

static void
expect(unsigned troubles, const char *names)
{
	ck_assert_msg(u.troubles == troubles, "%u: %s", u.troubles, u.names);
	ck_assert_msg(strstr(u.names, names) != NULL, "%s", u.names);
	ck_assert_int_eq(usable_failure(&u, &s, "acct", &why),
	    troubles == 0 ? 0 : -1);
}

TEST(a_good_one_is_left_as_it_is)
{
	look(NULL);
	expect(0, "");
	ck_assert_int_eq(usable_check(&s, "acct", NULL), 0);
	ck_assert_int_eq(usable_check(&s, "none", NULL), 0);
	ck_assert_int_eq(scratch_count(scratch_path("a/store")), 4);
	ck_assert_int_eq(scratch_count(scratch_path("a/store/state")), 1);
}

TEST(what_is_missing_is_made_by_others)
{
	unlink(scratch_path("a/store/lock/acct"));
	ck_assert_int_eq(rmdir(scratch_path("a/store/lock")), 0);
	look(NULL);
	expect(0, "");
	ck_assert_int_eq(access(scratch_path("a/store/lock"), F_OK), -1);
	snprintf(s.state, sizeof(s.state), "%s/a/none", scratch());
	look(NULL);
	expect(0, "");
}

static const struct {
	const char *path;
	mode_t mode;
	const char *names;
} modes[] = {
	{ "credentials/acct", 0000, "credentials/acct (has mode 0000)" },
	{ "credentials/acct", 0644, "credentials/acct (has mode 0644)" },
	{ "lock/acct", 0400, "lock/acct (has mode 0400)" },
	{ "cache/acct", 0620, "cache/acct (has mode 0620)" },
	{ "state", 0500, "state (has mode 0500)" },
	{ "lock", 0000, "lock (has mode 0000)" },
	{ "", 0600, "the folder itself (has mode 0600)" }
};

TABLE_TEST(a_mode_is_named, modes)
{
	const char *path = scratch_path("a/store/%s", modes[_i].path);

	ck_assert_int_eq(chmod(path, modes[_i].mode), 0);
	look(_i % 2 == 0 ? NULL : "acct");
	expect(USABLE_MODE, modes[_i].names);
	ck_assert_uint_eq(u.count, 1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "\"chmod -R u+rwX,go-w,o= /") != NULL,
	    "%s", why.text);
	ck_assert_int_eq(chmod(path, 0700), 0);
}

TEST(another_owner_is_named_once_for_all)
{
	if (!scratch_started_as_root())
		return;
	scratch_become_root();
	ck_assert_int_eq(chown(scratch_path("a/store/lock/acct"), 4711, 0), 0);
	ck_assert_int_eq(chown(scratch_path("a/store/state/acct"), 4711, 0),
	    0);
	ck_assert_int_eq(seteuid(OTHER_UID), 0);
	look(NULL);
	ck_assert_int_eq(seteuid(0), 0);
	expect(USABLE_OWNER,
	    "state/acct, lock/acct (belongs to uid 4711)");
	ck_assert_uint_eq(u.count, 2);
	ck_assert_msg(strstr(why.text, "\"chown -R 65534 /") != NULL, "%s",
	    why.text);
}

TEST(a_folder_above_is_named)
{
	ck_assert_int_eq(chmod(scratch_path("a"), 0600), 0);
	look(NULL);
	ck_assert_int_eq(chmod(scratch_path("a"), 0600), 0);
	expect(USABLE_PARENT, "");
	ck_assert_msg(strstr(why.text, "/a\"") != NULL &&
	    strstr(why.text, "chmod a+x ") != NULL, "%s", why.text);
	ck_assert_int_eq(chmod(scratch_path("a"), 0755), 0);
}

TEST(what_is_no_file_has_its_own_fix)
{
	unlink(scratch_path("a/store/state/acct"));
	ck_assert_int_eq(symlink("/tmp", scratch_path("a/store/state/acct")),
	    0);
	look(NULL);
	expect(USABLE_OTHER, "state/acct");
	ck_assert_msg(strstr(why.text, "symbolic link") != NULL, "%s",
	    why.text);
	ck_assert_msg(strstr(u.path, "/state/acct") != NULL, "%s", u.path);
}

TEST(many_are_named_by_their_folder)
{
	int i;

	for (i = 0; i < 9; i++)
		scratch_write(scratch_path("a/store/cache/a%d", i), 0000, "");
	chmod(scratch_path("a/store/cache/acct"), 0000);
	look(NULL);
	expect(USABLE_MODE, "cache/* (has mode 0000)");
	ck_assert_uint_eq(u.count, 10);
	look("a3");
	expect(USABLE_MODE, "cache/a3 (has mode 0000)");
	ck_assert_uint_eq(u.count, 1);
}
