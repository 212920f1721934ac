/* SPDX-License-Identifier: BSD-2-Clause */
/* test_draft.c - an account file before it is one */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/account.h"
#include "account/draft.h"
#include "files/folder.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define TEXT "token_endpoint = https://op.example/token\n" \
	"client_id = one\nhosts = h\n"

static struct scope s;
static struct failure why;
static struct buf content;
static struct account a;
static int held;

static void
setup(void)
{
	scratch_scope(&s);
	snprintf(s.config, sizeof(s.config), "%s/a/config", scratch());
	memset(&why, 0, sizeof(why));
	memset(&a, 0, sizeof(a));
	held = -1;
	content = (struct buf)BUF_INIT(1 << 16);
	ck_assert_int_eq(buf_adds(&content, TEXT), 0);
}

/* As a process that ends does. */
static void
let_go(void)
{
	if (held != -1)
		close(held);
	held = -1;
}

static void
teardown(void)
{
	let_go();
	account_free(&a);
	buf_free(&content);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
write_draft(void)
{
	held = draft_write(&s, "acct", &content, &why);
	ck_assert_msg(held != -1, "%s", why.text);
}

static void
commit(const struct buf *before)
{
	ck_assert_msg(draft_commit(&s, "acct", before, &why) == 0, "%s",
	    why.text);
	let_go();
}

static void
abandon(void)
{
	draft_abandon(&s, "acct", held);
	held = -1;
}

static void
put_account(const char *text)
{
	scratch_write(scratch_path("a/config/accounts/acct.conf"), 0600,
	    text);
}

static void
assert_account(const char *text)
{
	char *is = scratch_read(scratch_path("a/config/accounts/acct.conf"));

	ck_assert_str_eq(is, text);
	free(is);
}

static int
mode_of(const char *path)
{
	struct stat st;

	ck_assert_int_eq(lstat(path, &st), 0);
	return st.st_mode & 07777;
}

TEST(folders_are_made_for_their_owner)
{
	write_draft();
	ck_assert_int_eq(mode_of(scratch_path("a/config")), 0700);
	ck_assert_int_eq(mode_of(scratch_path("a/config/accounts")), 0700);
	ck_assert_int_eq(mode_of(
	    scratch_path("a/config/accounts/.acct.conf.new")), 0600);
}

TEST(a_draft_is_no_account)
{
	struct names n;

	write_draft();
	ck_assert_int_eq(names_list(&n, &s, &why), 0);
	ck_assert_uint_eq(n.count, 0);
	names_free(&n);
	ck_assert_int_eq(account_load(&a, &s, "acct", &why), -1);
	ck_assert_int_eq(why.code, STATUS_NO_ACCOUNT);
}

TEST(a_draft_can_be_loaded)
{
	write_draft();
	ck_assert_msg(account_load_draft(&a, &s, "Acct", &why) == 0, "%s",
	    why.text);
	ck_assert_str_eq(a.client_id, "one");
	ck_assert_str_eq(a.name, "acct");
}

/* Who finds no such file there would look for a draft in vain. */
TEST(a_mistake_in_a_draft_names_the_account)
{
	buf_reset(&content);
	ck_assert_int_eq(buf_adds(&content, "client = x\n"), 0);
	write_draft();
	ck_assert_int_eq(account_load_draft(&a, &s, "acct", &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "/acct.conf:1: "));
}

TEST(the_stamp_lives_through_the_rename)
{
	char stamp[STAMP_MAX];

	write_draft();
	ck_assert_int_eq(account_load_draft(&a, &s, "acct", &why), 0);
	memcpy(stamp, a.stamp, sizeof(stamp));
	account_free(&a);
	commit(NULL);
	ck_assert_int_eq(account_load(&a, &s, "acct", &why), 0);
	ck_assert_str_eq(a.stamp, stamp);
	ck_assert_int_eq(scratch_count(scratch_path("a/config/accounts")), 1);
}

TEST(a_commit_replaces_the_account)
{
	struct buf before = BUF_INIT(1 << 16);

	ck_assert_int_eq(draft_before(&s, "acct", &before, &why), 1);
	write_draft();
	commit(NULL);
	ck_assert_int_eq(draft_before(&s, "acct", &before, &why), 0);
	ck_assert_str_eq(before.data, TEXT);
	ck_assert_int_eq(buf_adds(&content, "user = u\n"), 0);
	write_draft();
	commit(&before);
	assert_account(TEXT "user = u\n");
	buf_free(&before);
}

/* By an editor, or by whoever was faster. */
TEST(what_was_changed_meanwhile_stays)
{
	struct buf before = BUF_INIT(1 << 16);

	write_draft();
	put_account("# made meanwhile\n");
	ck_assert_int_eq(draft_commit(&s, "acct", NULL, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "/acct.conf was changed"));
	ck_assert_int_eq(draft_before(&s, "acct", &before, &why), 0);
	put_account("# edited meanwhile\n");
	ck_assert_int_eq(draft_commit(&s, "acct", &before, &why), -1);
	assert_account("# edited meanwhile\n");
	ck_assert_int_eq(unlink(scratch_path("a/config/accounts/acct.conf")),
	    0);
	ck_assert_int_eq(draft_commit(&s, "acct", &before, &why), -1);
	abandon();
	ck_assert_int_eq(scratch_count(scratch_path("a/config/accounts")), 0);
	buf_free(&before);
}

TEST(a_second_writer_is_told)
{
	char *text;

	write_draft();
	buf_reset(&content);
	ck_assert_int_eq(buf_adds(&content, "# of the second\n"), 0);
	ck_assert_int_eq(draft_write(&s, "acct", &content, &why), -1);
	ck_assert_int_eq(why.code, STATUS_LATER);
	ck_assert_ptr_nonnull(strstr(why.text, "another \"tokend login\""));
	text = scratch_read(scratch_path("a/config/accounts/.acct.conf.new"));
	ck_assert_str_eq(text, TEXT);
	free(text);
	commit(NULL);
	/* The account is in nobody's way. */
	write_draft();
}

/* Removed by hand, and written by another: it is not the first one's. */
TEST(a_draft_of_another_is_not_abandoned)
{
	int first;

	write_draft();
	first = held;
	ck_assert_int_eq(unlink(
	    scratch_path("a/config/accounts/.acct.conf.new")), 0);
	write_draft();
	draft_abandon(&s, "acct", first);
	ck_assert_int_eq(scratch_count(scratch_path("a/config/accounts")), 1);
}

TEST(a_commit_can_be_taken_back)
{
	struct buf before = BUF_INIT(1 << 16);

	write_draft();
	commit(NULL);
	ck_assert_int_eq(buf_adds(&before, "# as it was\n"), 0);
	ck_assert_int_eq(draft_take_back(&s, "acct", &before, &why), 0);
	assert_account("# as it was\n");
	buf_free(&before);
	ck_assert_int_eq(draft_take_back(&s, "acct", NULL, &why), 0);
	ck_assert_int_eq(scratch_count(scratch_path("a/config/accounts")), 0);
	/* It may be gone already. */
	ck_assert_int_eq(draft_take_back(&s, "acct", NULL, &why), 0);
}

TEST(what_is_abandoned_is_gone)
{
	write_draft();
	abandon();
	ck_assert_int_eq(scratch_count(scratch_path("a/config/accounts")), 0);
	ck_assert_int_eq(draft_commit(&s, "acct", NULL, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "account \"acct\""));
}

/* Until there is the account, which needs no answers any more. */
TEST(what_is_set_aside_is_there_for_the_next_try)
{
	struct keys k = { .provider = NULL };

	ck_assert_int_eq(draft_tried(&s, "acct", &k), -1);
	write_draft();
	ck_assert_int_eq(draft_set_aside(&s, "acct", held), 0);
	held = -1;
	ck_assert_int_eq(account_load_draft(&a, &s, "acct", &why), -1);
	ck_assert_int_eq(draft_tried(&s, "acct", &k), 0);
	ck_assert_str_eq(k.client_id, "one");
	keys_free(&k);
	write_draft();
	ck_assert_int_eq(draft_tried(&s, "acct", &k), 0);
	keys_free(&k);
	commit(NULL);
	ck_assert_int_eq(draft_tried(&s, "acct", &k), -1);
}

TEST(an_old_draft_is_replaced)
{
	char *text;

	write_draft();
	let_go();
	scratch_write(scratch_path("a/config/accounts/.acct.conf.new"), 0600,
	    "left by somebody who was killed");
	write_draft();
	text = scratch_read(scratch_path("a/config/accounts/.acct.conf.new"));
	ck_assert_str_eq(text, TEXT);
	free(text);
}

/* What stands there under the draft's name is removed, never followed. */
TEST(a_link_is_not_followed)
{
	char *text;

	write_draft();
	abandon();
	scratch_write(scratch_path("other"), 0600, "untouched");
	ck_assert_int_eq(symlink(scratch_path("other"),
	    scratch_path("a/config/accounts/.acct.conf.new")), 0);
	write_draft();
	text = scratch_read(scratch_path("other"));
	ck_assert_str_eq(text, "untouched");
	free(text);
}

/* Who is not their owner comes as far as accounts/. */
static void
open_folders(const char *accounts, uid_t owner, mode_t mode)
{
	char path[SCOPE_PATH_MAX + 16], *slash;

	snprintf(path, sizeof(path), "%s", accounts);
	ck_assert_int_eq(chown(path, owner, 0), 0);
	ck_assert_int_eq(chmod(path, mode), 0);
	while ((slash = strrchr(path, '/')) != NULL &&
	    strlen(path) > strlen(scratch())) {
		*slash = '\0';
		ck_assert_int_eq(chmod(path, 0755), 0);
	}
}

TEST(who_may_not_write_is_told)
{
	char path[SCOPE_PATH_MAX + 16];

	if (!scratch_started_as_root())
		return;
	write_draft();
	abandon();
	snprintf(path, sizeof(path), "%s/accounts", s.config);
	open_folders(path, 0, 0755);
	s.owner = OTHER_UID;
	scratch_become_user();
	ck_assert_int_eq(draft_write(&s, "acct", &content, &why), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, ": as root \"chown "));
	scratch_become_root();
}

TEST(a_folder_of_one_s_own_is_opened_by_its_mode)
{
	char path[SCOPE_PATH_MAX + 16];

	if (!scratch_started_as_root())
		return;
	write_draft();
	abandon();
	s.owner = OTHER_UID;
	snprintf(path, sizeof(path), "%s/accounts", s.config);
	open_folders(path, OTHER_UID, 0500);
	scratch_become_user();
	ck_assert_int_eq(draft_write(&s, "acct", &content, &why), -1);
	ck_assert_ptr_nonnull(strstr(why.text, ": \"chmod u+rwx "));
	scratch_become_root();
}

TEST(the_system_s_draft_is_for_the_tokend_user_s_group)
{
	const struct passwd *daemon = getpwnam("daemon");
	struct stat st;

	if (!scratch_started_as_root() || daemon == NULL)
		return;
	s.kind = SCOPE_SYSTEM;
	s.owner = daemon->pw_uid;
	write_draft();
	ck_assert_int_eq(mode_of(scratch_path("a/config")), 0755);
	ck_assert_int_eq(mode_of(scratch_path("a/config/accounts")), 0750);
	ck_assert_int_eq(stat(scratch_path(
	    "a/config/accounts/.acct.conf.new"), &st), 0);
	ck_assert_int_eq(st.st_gid, daemon->pw_gid);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
}
