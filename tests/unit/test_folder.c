/* SPDX-License-Identifier: BSD-2-Clause */
/* test_folder.c - the folders below a scope's state, and the account names */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct failure why;
static struct names n;

static void
setup(void)
{
	scratch_scope(&s);
	memset(&n, 0, sizeof(n));
	snprintf(s.state, sizeof(s.state), "%s/a/b/state", scratch());
}

static void
teardown(void)
{
	names_free(&n);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static int
opens(const char *name)
{
	int fd;

	errno = 0;
	fd = folder_open(&s, name, &why);
	if (fd != -1) {
		ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
		close(fd);
	}
	return fd == -1 ? -1 : 0;
}

static void
expect_mode(const char *path, mode_t mode)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	ck_assert(S_ISDIR(st.st_mode));
	ck_assert_uint_eq(st.st_mode & 0777, mode);
}

TEST(all_is_made_that_is_missing)
{
	mode_t before = umask(022);

	ck_assert_msg(opens("cache") == 0, "%s", why.text);
	umask(before);
	expect_mode(scratch_path("a"), 0755);
	expect_mode(scratch_path("a/b"), 0755);
	expect_mode(scratch_path("a/b/state"), 0700);
	expect_mode(scratch_path("a/b/state/cache"), 0700);
	/* And found the next time, with others beside it. */
	ck_assert_int_eq(opens("cache"), 0);
	ck_assert_int_eq(opens("lock"), 0);
	ck_assert_int_eq(scratch_count(scratch_path("a/b/state")), 2);
}

/* TOKEND_STATE_DIR and XDG_STATE_HOME are written by people. */
TEST(slashes_more_than_needed_do_no_harm)
{
	mode_t before = umask(022);

	snprintf(s.state, sizeof(s.state), "%s//a///state//", scratch());
	ck_assert_msg(opens("cache") == 0, "%s", why.text);
	umask(before);
	expect_mode(scratch_path("a"), 0755);
	expect_mode(scratch_path("a/state"), 0700);
}

TEST(what_is_there_is_judged)
{
	ck_assert_int_eq(opens("cache"), 0);
	chmod(scratch_path("a/b/state/cache"), 0770);
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/a/b/state/cache: others may write")
	    != NULL, "%s", why.text);
	chmod(scratch_path("a/b/state/cache"), 0700);
	chmod(scratch_path("a/b/state"), 0707);
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_msg(strstr(why.text, "/a/b/state: others may write") != NULL,
	    "%s", why.text);
	chmod(scratch_path("a/b/state"), 0700);
	rmdir(scratch_path("a/b/state/cache"));
	ck_assert_int_eq(symlink("/tmp", scratch_path("a/b/state/cache")), 0);
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "symbolic link"));
	unlink(scratch_path("a/b/state/cache"));
	scratch_write(scratch_path("a/b/state/cache"), 0600, "");
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_msg(strstr(why.text, "not a folder") != NULL, "%s",
	    why.text);
}

TEST(where_it_cannot_be_made_it_says_so)
{
	scratch_write(scratch_path("a"), 0600, "");
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "Not a directory"));
	unlink(scratch_path("a"));
	scratch_folder(scratch_path("a"), 0555);
	scratch_become_user();
	ck_assert_int_eq(opens("cache"), -1);
	ck_assert_int_eq(errno, EACCES);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/a/b: cannot be made: Permission "
	    "denied") != NULL, "%s", why.text);
	ck_assert_int_eq(folder_open(&s, "cache", NULL), -1);
}

/* As root, for the user that it is about to become. */
TEST(root_prepares_it_for_another)
{
	struct stat st;

	if (!scratch_started_as_root())
		return;
	s.kind = SCOPE_SYSTEM;
	s.owner = 4711;
	ck_assert_msg(folder_prepare(&s, 4712, &why) == 0, "%s", why.text);
	ck_assert_int_eq(lstat(scratch_path("a/b/state"), &st), 0);
	ck_assert_uint_eq(st.st_uid, 4711);
	ck_assert_uint_eq(st.st_gid, 4712);
	ck_assert_uint_eq(st.st_mode & 0777, 0700);
	ck_assert_int_eq(lstat(scratch_path("a/b"), &st), 0);
	ck_assert_uint_eq(st.st_uid, 0);
	ck_assert_int_eq(folder_prepare(&s, 4712, &why), 0);
	/* What is a third one's is not taken. */
	ck_assert_int_eq(chown(scratch_path("a/b/state"), 4713, 0), 0);
	ck_assert_int_eq(folder_prepare(&s, 4712, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "belongs to uid 4713"));
	rmdir(scratch_path("a/b/state"));
	ck_assert_int_eq(symlink("/tmp", scratch_path("a/b/state")), 0);
	ck_assert_int_eq(folder_prepare(&s, 4712, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "symbolic link"));
}

static void
put(const char *name)
{
	scratch_write(scratch_path("config/accounts/%s", name), 0600, "");
}

TEST(the_names_are_those_of_proper_files)
{
	char longest[300];

	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 0);
	scratch_folder(scratch_path("config"), 0700);
	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 0);
	scratch_folder(scratch_path("config/accounts"), 0700);
	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 0);
	names_free(&n);
	put("zoe@example.org.conf");
	put("me.conf");
	put("a b.conf");
	put("j\xc3\xb6rg.conf");
	put("me.conf.conf");
	/* None of these is an account. */
	put("Upper.conf");
	put(".hidden.conf");
	put("-dash.conf");
	put(".conf");
	put("me.conf~");
	put("me.conf.bak");
	put("conf");
	put("meconf");
	put("bad\xff.conf");
	put("new\nline.conf");
	memset(longest, 'n', 201);
	memcpy(longest + 201, ".conf", sizeof(".conf"));
	put(longest);
	memcpy(longest + 200, ".conf", sizeof(".conf"));
	put(longest);
	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 6);
	ck_assert_str_eq(n.name[0], "a b");
	ck_assert_str_eq(n.name[1], "j\xc3\xb6rg");
	ck_assert_str_eq(n.name[2], "me");
	ck_assert_str_eq(n.name[3], "me.conf");
	ck_assert_uint_eq(strlen(n.name[4]), 200);
	ck_assert_str_eq(n.name[5], "zoe@example.org");
	names_free(&n);
	ck_assert_uint_eq(n.count, 0);
	ck_assert_ptr_null(n.name);
}

TEST(a_folder_of_names_is_judged)
{
	scratch_folder(scratch_path("config"), 0700);
	scratch_folder(scratch_path("config/accounts"), 0777);
	ck_assert_int_eq(names_list(&n, &s, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_uint_eq(n.count, 0);
	names_free(&n);
}

TEST(many_names_are_all_there)
{
	char name[20];
	size_t i;

	scratch_folder(scratch_path("config"), 0700);
	scratch_folder(scratch_path("config/accounts"), 0700);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "n%03d.conf", (int)(299 - i));
		put(name);
	}
	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 300);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "n%03d", (int)i);
		ck_assert_str_eq(n.name[i], name);
	}
}
