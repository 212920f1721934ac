/* SPDX-License-Identifier: BSD-2-Clause */
/* test_setup_change.c - all files of a plan, or none; and taking it back */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "command/setup/change.h"
#include "command/setup/plan.h"
#include "command/setup/record.h"
#include "command/setup/undo.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct setup s;
static struct scope scope;
static struct account account;
static struct failure why;

static void
begin(void)
{
	plan_init(&s);
	s.scope = &scope;
	s.account = &account;
	s.home = "/";
}

static void
setup(void)
{
	scratch_setup();
	memset(&account, 0, sizeof(account));
	memset(&scope, 0, sizeof(scope));
	scope.kind = SCOPE_GIVEN;
	scratch_folder(scratch_path("d"), 0755);
	scratch_folder(scratch_path("e"), 0755);
	scratch_write(scratch_path("d/one"), 0640, "1\n");
	scratch_write(scratch_path("e/two"), 0604, "2\n");
	/* Root may write anywhere: who cannot is another user. */
	scratch_become_user();
	if (scratch_started_as_root()) {
		scratch_become_root();
		ck_assert_int_eq(chown(scratch_path("d"), OTHER_UID, -1), 0);
		ck_assert_int_eq(chown(scratch_path("e"), OTHER_UID, -1), 0);
		ck_assert_int_eq(chown(scratch_path("d/one"), OTHER_UID,
		    OTHER_UID), 0);
		ck_assert_int_eq(chown(scratch_path("e/two"), OTHER_UID,
		    OTHER_UID), 0);
		scratch_become_user();
	}
	scope.owner = geteuid();
	ck_assert_int_eq(scope_path(scope.state, scratch_path("state"), ""),
	    0);
	begin();
}

static void
teardown(void)
{
	plan_free(&s);
	scratch_become_root();
	scratch_teardown();
}

FIXTURE(setup, teardown);

static struct setup_file *
plan(const char *path, const char *new)
{
	struct setup_file *f = setup_file(&s, path, &why);

	ck_assert_msg(f != NULL, "%s", why.text);
	buf_reset(&f->new);
	ck_assert_int_eq(buf_adds(&f->new, new), 0);
	return f;
}

static void
check_text(const char *path, const char *expected)
{
	char *content = scratch_read(path);

	if (expected == NULL)
		ck_assert_ptr_null(content);
	else
		ck_assert_str_eq(content, expected);
	free(content);
}

static void
plan_all(void)
{
	plan(scratch_path("d/one"), "1\nours\n");
	plan(scratch_path("d/sub/new"), "n\n")->mode = 0600;
	plan(scratch_path("e/two"), "two\n");
}

/* Nothing lies about, and all is as it was. */
static void
check_untouched(void)
{
	check_text(scratch_path("d/one"), "1\n");
	check_text(scratch_path("d/sub/new"), NULL);
	check_text(scratch_path("e/two"), "2\n");
	ck_assert_int_eq(scratch_count(scratch_path("e")), 1);
}

TEST(files_keep_what_they_are)
{
	struct stat st;

	plan_all();
	ck_assert_int_eq(change_files(&s, &why), 0);
	check_text(scratch_path("d/one"), "1\nours\n");
	check_text(scratch_path("d/sub/new"), "n\n");
	check_text(scratch_path("e/two"), "two\n");
	ck_assert_int_eq(stat(scratch_path("d/one"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(stat(scratch_path("e/two"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0604);
	ck_assert_int_eq(stat(scratch_path("d/sub/new"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	ck_assert_int_eq(scratch_count(scratch_path("e")), 1);
	ck_assert_int_eq(scratch_count(scratch_path("d")), 2);
}

TEST(a_folder_that_cannot_be_written_stops_all)
{
	plan_all();
	ck_assert_int_eq(chmod(scratch_path("e"), 0555), 0);
	ck_assert_int_eq(change_files(&s, &why), -1);
	ck_assert_int_eq(chmod(scratch_path("e"), 0755), 0);
	ck_assert_ptr_nonnull(strstr(why.text, "e/two"));
	ck_assert_ptr_nonnull(strstr(why.text, "nothing was changed"));
	check_untouched();
}

/* A limit of a file's size ends a write as a full disk does. */
TEST(a_full_disk_stops_all)
{
	struct rlimit before, none = { 1, 1 };
	int result;

	plan_all();
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	none.rlim_max = before.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	result = change_files(&s, &why);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(result, -1);
	check_untouched();
}

/* The last of the files: those before it are in place by then. */
TEST(an_editor_that_was_quicker_stops_all)
{
	plan_all();
	scratch_write(scratch_path("e/two"), 0604, "edited\n");
	ck_assert_int_eq(change_files(&s, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	check_text(scratch_path("d/one"), "1\n");
	check_text(scratch_path("d/sub/new"), NULL);
	check_text(scratch_path("e/two"), "edited\n");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 2);
}

TEST(what_a_killed_one_left_is_replaced)
{
	scratch_write(scratch_path("d/.one.tokend-new"), 0600, "x");
	scratch_write(scratch_path("d/.one.tokend-old"), 0600, "x");
	plan_all();
	ck_assert_int_eq(change_files(&s, &why), 0);
	check_text(scratch_path("d/one"), "1\nours\n");
	ck_assert_int_eq(scratch_count(scratch_path("d")), 2);
}

TEST(a_link_stays_and_its_target_changes)
{
	struct stat st;

	ck_assert_int_eq(symlink("../e/two", scratch_path("d/link")), 0);
	plan(scratch_path("d/link"), "two\n");
	ck_assert_int_eq(change_files(&s, &why), 0);
	check_text(scratch_path("e/two"), "two\n");
	ck_assert_int_eq(lstat(scratch_path("d/link"), &st), 0);
	ck_assert(S_ISLNK(st.st_mode));
}

TEST(a_link_that_others_can_bend_is_refused)
{
	ck_assert_int_eq(symlink("../e/two", scratch_path("d/link")), 0);
	ck_assert_int_eq(chmod(scratch_path("e"), 0777), 0);
	ck_assert_ptr_null(setup_file(&s, scratch_path("d/link"), &why));
	ck_assert_ptr_nonnull(strstr(why.text, "others may write"));
	ck_assert_int_eq(unlink(scratch_path("d/link")), 0);
	ck_assert_int_eq(symlink("nowhere", scratch_path("d/link")), 0);
	ck_assert_ptr_null(setup_file(&s, scratch_path("d/link"), &why));
}

TEST(what_is_no_text_file_is_refused)
{
	scratch_bytes(scratch_path("d/bytes"), 0644, "a\0b", 3);
	ck_assert_ptr_null(setup_file(&s, scratch_path("d/bytes"), &why));
	ck_assert_int_eq(mkfifo(scratch_path("d/pipe"), 0644), 0);
	ck_assert_ptr_null(setup_file(&s, scratch_path("d/pipe"), &why));
	ck_assert_int_eq(link(scratch_path("d/one"), scratch_path("d/also")),
	    0);
	ck_assert_ptr_null(setup_file(&s, scratch_path("d/one"), &why));
	ck_assert_ptr_nonnull(strstr(why.text, "hard link"));
}

/* As setup_command.c does it: keep, then change. */
static void
make_change(void)
{
	struct record r;

	plan_all();
	ck_assert_int_eq(setup_step(&s, &why, "/bin/true", "a b",
	    (char *)NULL), 0);
	ck_assert_msg(record_open(&r, &scope, "prog", &why) == 0, "%s",
	    why.text);
	ck_assert_msg(record_keep(&r, &s, &why) == 0, "%s", why.text);
	ck_assert_int_eq(change_files(&s, &why), 0);
	record_close(&r);
	plan_free(&s);
	begin();
}

/* 0, or -1 with why: nothing was changed. */
static int
undo(void)
{
	struct record r;
	int result;

	ck_assert_int_eq(record_open(&r, &scope, "prog", &why), 0);
	ck_assert_int_eq(r.last, 1);
	result = undo_plan(&s, &r, &why);
	if (result == 0) {
		ck_assert_int_eq(change_files(&s, &why), 0);
		record_drop(&r);
	}
	record_close(&r);
	return result;
}

TEST(a_change_is_undone)
{
	make_change();
	ck_assert_int_eq(undo(), 0);
	check_text(scratch_path("d/one"), "1\n");
	check_text(scratch_path("d/sub/new"), NULL);
	check_text(scratch_path("e/two"), "2\n");
	ck_assert_uint_eq(s.step_count, 1);
	ck_assert_str_eq(s.steps[0].args[1], "a b");
	ck_assert_int_eq(scratch_count(scratch_path("state/setup")), 0);
}

TEST(copies_are_private)
{
	struct stat st;

	make_change();
	ck_assert_int_eq(stat(scratch_path("state/setup/prog.1.0.old"), &st),
	    0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
	check_text(scratch_path("state/setup/prog.1.0.old"), "1\n");
	ck_assert_int_eq(stat(scratch_path("state/setup"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0700);
}

TEST(edits_outlive_taking_back)
{
	make_change();
	scratch_write(scratch_path("d/one"), 0640, "0\n1\nours\nmine\n");
	scratch_write(scratch_path("d/sub/new"), 0600, "n\nmine\n");
	ck_assert_int_eq(undo(), 0);
	check_text(scratch_path("d/one"), "0\n1\nmine\n");
	check_text(scratch_path("d/sub/new"), "mine\n");
}

TEST(an_edit_of_ours_refuses_all)
{
	make_change();
	scratch_write(scratch_path("e/two"), 0604, "three\n");
	ck_assert_int_eq(undo(), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "e/two: was edited since"));
	ck_assert_ptr_nonnull(strstr(why.text, "state/setup/prog.1.2.old"));
	check_text(scratch_path("d/one"), "1\nours\n");
	check_text(scratch_path("e/two"), "three\n");
}

/* Killed between the first file and the last: what is old stays so. */
TEST(a_change_that_broke_off_is_undone)
{
	make_change();
	scratch_write(scratch_path("e/two"), 0604, "2\n");
	ck_assert_int_eq(unlink(scratch_path("d/sub/new")), 0);
	ck_assert_int_eq(undo(), 0);
	check_text(scratch_path("d/one"), "1\n");
	check_text(scratch_path("d/sub/new"), NULL);
	check_text(scratch_path("e/two"), "2\n");
}

TEST(a_file_that_is_gone_stays_away)
{
	make_change();
	ck_assert_int_eq(unlink(scratch_path("e/two")), 0);
	ck_assert_int_eq(undo(), 0);
	check_text(scratch_path("d/one"), "1\n");
	check_text(scratch_path("e/two"), NULL);
	ck_assert_ptr_nonnull(strstr(buf_text(&s.notes), "e/two"));
}

TEST(one_at_a_time)
{
	struct record first, second;

	ck_assert_int_eq(record_open(&first, &scope, "prog", &why), 0);
	ck_assert_int_eq(record_open(&second, &scope, "other", &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	record_close(&second);
	record_close(&first);
}

TEST(a_record_that_cannot_be_kept_leaves_nothing)
{
	struct rlimit before, none = { 1, 1 };
	struct record r;
	int result;

	plan_all();
	ck_assert_int_eq(record_open(&r, &scope, "prog", &why), 0);
	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
	none.rlim_max = before.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
	result = record_keep(&r, &s, &why);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
	ck_assert_int_eq(result, -1);
	ck_assert_int_eq(r.last, 0);
	ck_assert_int_eq(scratch_count(scratch_path("state/setup")), 0);
	record_close(&r);
}
