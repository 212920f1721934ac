/* SPDX-License-Identifier: BSD-2-Clause */
/* test_given.c - files of a platform: who can change them decides */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/given.h"

#include "unit.h"	/* last: check.h has a macro fail() */

FIXTURE(scratch_setup, scratch_teardown);

#define STRANGER 4711

static struct failure why;
static struct given g;

/* As the kubelet lays a volume: NAME -> ..data/NAME, ..data -> a folder. */
static void
lay_volume(const char *folder, mode_t mode)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/..2024_01_01", folder);
	scratch_folder(scratch_path("%s", folder), 01777);
	scratch_folder(scratch_path("%s", path), 0755);
	scratch_write(scratch_path("%s/secret", path), mode, "one");
	ck_assert_int_eq(symlink("..2024_01_01", scratch_path("%s/..data",
	    folder)), 0);
	ck_assert_int_eq(symlink("..data/secret", scratch_path("%s/secret",
	    folder)), 0);
}

static int
open_it(const char *name, enum file_want want)
{
	const char *path = scratch_path("%s", name);
	int fd = given_open(AT_FDCWD, path, want, geteuid(), path, &g, &why);
	int result = fd == -1 ? -1 : 0;

	if (fd != -1)
		close(fd);
	return result;
}

static void
refused(const char *name, const char *says)
{
	ck_assert_int_eq(open_it(name, FILE_SECRET), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, says) != NULL, "%s", why.text);
}

TEST(a_volume_is_read)
{
	lay_volume("v", 0644);
	ck_assert_msg(open_it("v/secret", FILE_SECRET) == 0, "%s", why.text);
	ck_assert_int_eq(g.is_shared_secret, 1);
	ck_assert_int_eq((int)g.st.st_size, 3);
	ck_assert_int_eq(open_it("v/secret", FILE_SHOWN), 0);
	ck_assert_int_eq(chmod(scratch_path("v/..data/secret"), 0440), 0);
	ck_assert_int_eq(open_it("v/secret", FILE_SECRET), 0);
	ck_assert_int_eq(g.is_shared_secret, 0);
}

TEST(a_volume_that_is_replaced_is_seen)
{
	lay_volume("v", 0440);
	scratch_folder(scratch_path("v/..2024_02_02"), 0755);
	scratch_write(scratch_path("v/..2024_02_02/secret"), 0440, "second");
	ck_assert_int_eq(symlink("..2024_02_02", scratch_path("v/..tmp")), 0);
	ck_assert_int_eq(rename(scratch_path("v/..tmp"),
	    scratch_path("v/..data")), 0);
	ck_assert_int_eq(open_it("v/secret", FILE_SECRET), 0);
	ck_assert_int_eq((int)g.st.st_size, 6);
}

TEST(what_others_can_change_is_refused)
{
	lay_volume("v", 0440);
	ck_assert_int_eq(chmod(scratch_path("v"), 0777), 0);
	refused("v/secret", "/v may be written to by others");
	ck_assert_int_eq(chmod(scratch_path("v"), 0755), 0);
	ck_assert_int_eq(chmod(scratch_path("v/..2024_01_01"), 0775), 0);
	refused("v/secret", "/..2024_01_01 may be written to by others");
	ck_assert_int_eq(chmod(scratch_path("v/..2024_01_01"), 0755), 0);
	ck_assert_int_eq(chmod(scratch_path("v/..data/secret"), 0664), 0);
	refused("v/secret", "others may write to it");
}

TEST(what_belongs_to_others_is_refused)
{
	static const char *const names[] = { "v/secret", "v/..data",
	    "v/..2024_01_01", "v/..2024_01_01/secret", "v" };
	size_t i;

	if (!scratch_started_as_root())
		return;
	lay_volume("v", 0440);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_int_eq(lchown(scratch_path("%s", names[i]),
		    STRANGER, 0), 0);
		refused("v/secret", "belongs to uid 4711");
		ck_assert_int_eq(lchown(scratch_path("%s", names[i]), 0, 0),
		    0);
	}
	ck_assert_int_eq(open_it("v/secret", FILE_SECRET), 0);
}

TEST(a_link_that_leads_nowhere_is_told)
{
	lay_volume("v", 0440);
	unlink(scratch_path("v/..data/secret"));
	refused("v/secret", "does not exist");
	ck_assert_int_eq(symlink("circle", scratch_path("circle")), 0);
	ck_assert_int_eq(open_it("circle", FILE_SHOWN), -1);
	ck_assert_ptr_nonnull(strstr(why.text, strerror(ELOOP)));
	ck_assert_int_eq(open_it("none", FILE_SHOWN), -1);
	ck_assert_int_eq(errno, ENOENT);
}

TEST(what_people_make_stays_strict)
{
	scratch_write(scratch_path("f"), 0644, "x");
	refused("f", "\"chmod o= ");
	ck_assert_int_eq(open_it("f", FILE_SHOWN), 0);
	/* A link makes it no platform's. */
	ck_assert_int_eq(symlink("f", scratch_path("link")), 0);
	refused("link", "every user may read it");
	ck_assert_int_eq(chmod(scratch_path("f"), 0600), 0);
	ck_assert_int_eq(open_it("link", FILE_SECRET), 0);
}
