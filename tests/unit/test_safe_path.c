/* SPDX-License-Identifier: BSD-2-Clause */
/* test_safe_path.c - whose a way is */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/safe_path.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define STRANGER 4711	/* a person */
#define DAEMON 38	/* below 1000 */

static struct failure why;
static enum path_trust trust;

static void
setup(void)
{
	scratch_setup();
	trust = TRUST_OURS;
	scratch_folder(scratch_path("a"), 0755);
	scratch_folder(scratch_path("a/b"), 0755);
	scratch_folder(scratch_path("c"), 0755);
	scratch_write(scratch_path("a/b/file"), 0600, "x");
	scratch_write(scratch_path("c/file"), 0600, "y");
}

FIXTURE(setup, scratch_teardown);

static void
lay(const char *to, const char *name)
{
	ck_assert_int_eq(symlink(to, scratch_path("%s", name)), 0);
}

static void
give(const char *name, uid_t uid)
{
	ck_assert_int_eq(lchown(scratch_path("%s", name), uid, 0), 0);
}

static void
leads(const char *name, const char *to)
{
	char *target = safe_path_resolve(scratch_path("%s", name), trust, &why);

	ck_assert_msg(target != NULL, "%s", why.text);
	ck_assert_str_eq(target, scratch_path("%s", to));
	free(target);
}

static void
refused(const char *name, const char *says)
{
	char *target = safe_path_resolve(scratch_path("%s", name), trust, &why);

	ck_assert_msg(target == NULL, "%s", target);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, says) != NULL, "%s", why.text);
}

TEST(a_way_of_ours_is_followed)
{
	leads("a/b/file", "a/b/file");
	leads("a//b/./file", "a/b/file");
	leads("a/b/../../c/file", "c/file");
	leads("a/b/none", "a/b/none");
	leads("a/none/deeper/file", "a/none/deeper/file");
	lay("../../c/file", "a/b/link");
	leads("a/b/link", "c/file");
	lay(scratch_path("a"), "c/up");
	leads("c/up/b/file", "a/b/file");
	leads("c/up/none/file", "a/none/file");
	lay("up/b/link", "c/twice");
	leads("c/twice", "c/file");
}

TEST(what_leads_nowhere_is_refused)
{
	char *path = malloc(6000);

	lay("nothing", "a/link");
	refused("a/link", "leads nowhere");
	lay("circle", "a/circle");
	refused("a/circle", "Too many levels of symbolic links");
	refused("a/none/../../c/file", "No such file");
	refused("a/b/file/x", "is not a folder");
	memset(path, 'p', 5999);
	path[0] = '/';
	path[5999] = '\0';
	ck_assert_ptr_null(safe_path_resolve(path, trust, &why));
	ck_assert_ptr_nonnull(strstr(why.text, "too long a path"));
	free(path);
}

TEST(what_others_may_write_to_is_refused)
{
	lay("../c/file", "a/link");
	ck_assert_int_eq(chmod(scratch_path("c"), 0757), 0);
	refused("c/file", "others may write to");
	refused("a/link", "chmod go-w");
	refused("c/none/new", "others may write to");
	ck_assert_int_eq(chmod(scratch_path("c"), 01777), 0);
	leads("a/link", "c/file");
	leads("c/new", "c/new");
}

/* Each of the components, by a folder and by a link. */
TEST(what_is_anothers_is_refused)
{
	if (!scratch_started_as_root())
		return;
	give("a", STRANGER);
	refused("a/b/file", "/a belongs to uid 4711");
	refused("a/none", "/a belongs to uid 4711");
	give("a", 0);
	give("a/b", STRANGER);
	refused("a/b/file", "/a/b belongs to uid 4711");
	lay("a/b", "short");
	refused("short/file", "/a/b belongs to uid 4711");
	refused("short/none/file", "/a/b belongs to uid 4711");
	/* The link is a stranger's, where it leads is root's. */
	lay("../../c", "a/b/out");
	refused("a/b/out/file", "/a/b belongs to uid 4711");
	give("a/b", 0);
	leads("a/b/out/file", "c/file");
	give("a/b/out", STRANGER);
	refused("a/b/out/file", "the link ");
	/* The file itself may be anybody's. */
	give("c/file", STRANGER);
	leads("c/file", "c/file");
}

TEST(in_a_shared_folder_all_has_to_be_ours)
{
	if (!scratch_started_as_root())
		return;
	ck_assert_int_eq(chmod(scratch_path("c"), 01777), 0);
	give("c/file", STRANGER);
	refused("c/file", "c/file belongs to uid 4711");
	refused("a/../c/file", "c/file belongs to uid 4711");
	scratch_folder(scratch_path("c/x"), 0755);
	refused("c/x/../file", "c/file belongs to uid 4711");
	lay("../a/b/file", "c/link");
	leads("c/link", "a/b/file");
	give("c/link", STRANGER);
	refused("c/link", "the link ");
}

TEST(the_last_folders_may_be_a_daemons)
{
	if (!scratch_started_as_root())
		return;
	give("a/b", DAEMON);
	refused("a/b/file", "/a/b belongs to uid 38");
	trust = TRUST_DAEMON;
	leads("a/b/file", "a/b/file");
	leads("a/b/none", "a/b/none");
	/* Nothing in it is followed, whosever it is; nor is one above it. */
	lay("../../c/file", "a/b/link");
	refused("a/b/link", "the link ");
	scratch_folder(scratch_path("a/b/d"), 0755);
	leads("a/b/d/file", "a/b/d/file");
	give("a/b/d", DAEMON);
	leads("a/b/d/file", "a/b/d/file");
	scratch_folder(scratch_path("a/b/d/e"), 0755);
	refused("a/b/d/e/file", "/a/b belongs to uid 38");
	give("a/b", STRANGER);
	refused("a/b/file", "/a/b belongs to uid 4711");
}

TEST(a_home_is_roots_or_not)
{
	unsigned owner = 0;

	ck_assert_int_eq(safe_path_home_is_ours(scratch_path("none"), &owner),
	    IS_UNKNOWN);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(safe_path_home_is_ours(scratch_path("a"), &owner),
	    IS_TRUE);
	if (!scratch_started_as_root())
		return;
	give("a", STRANGER);
	ck_assert_int_eq(safe_path_home_is_ours(scratch_path("a"), &owner),
	    IS_FALSE);
	ck_assert_uint_eq(owner, STRANGER);
}
