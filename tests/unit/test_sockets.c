/* SPDX-License-Identifier: BSD-2-Clause */
/* test_sockets.c - which of the system's sockets is asked */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lineio.h"
#include "script.h"
#include "set_text.h"
#include "sockets.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOBODY ((uid_t)-1)
#define STRANGER 4711
#define LONG 60000	/* ms */

static struct client_settings settings;
static struct failure why;
static char path[SCOPE_PATH_MAX];
static char last[100];
static char list[200];
static char named[] = "";	/* for what stands in plugin.conf */

/* A queue directory of root's, and the system's socket out of it. */
static void
setup(void)
{
	scratch_enter();
	scratch_folder("run", 0755);
	scratch_folder("run/tokend", 0755);
	scratch_folder("private", 0700);
	scratch_folder("out", 0755);
	snprintf(last, sizeof(last), "%s", scratch_path("out/socket"));
	snprintf(list, sizeof(list), "run/tokend/socket private/tokend %s",
	    last);
	settings = (struct client_settings){ .sockets = list,
	    .listener_uid = NOBODY };
}

FIXTURE(setup, scratch_teardown);

static void
leave_a_dead_socket(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	set_text(a.sun_path, name);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
}

/* errno, 0 for a connection. */
static int
look(void)
{
	int fd;

	memset(&why, 0, sizeof(why));
	errno = 0;
	fd = sockets_connect(&settings, clock_ms() + LONG, path, &why);
	if (fd == -1)
		return errno;
	close(fd);
	return 0;
}

static void
expect(const char *where)
{
	ck_assert_msg(look() == 0, "%s: %s", path, why.text);
	ck_assert_str_eq(path, where);
}

/* What is wrong with the way, and whether that is worth a word. */
static const struct {
	const char *folder;
	mode_t mode;
	uid_t owner;
	const char *says;
} ways[] = {
	{ ".", 01777, 0, NULL },
	{ ".", 0775, 0, NULL },
	{ ".", 0755, STRANGER, NULL },
	{ "run", 01777, 0, "run: others may write to it (mode 1777)" },
	{ "run", 0775, 0, "run: others may write to it" },
	{ "run", 0755, STRANGER, "run: belongs to uid 4711" },
	{ "run/tokend", 0757, 0, "run/tokend: others may write to it" },
	{ "run/tokend", 0755, STRANGER, "run/tokend: belongs to uid 4711" },
};

TABLE_TEST(a_way_that_others_may_change_does_not_count, ways)
{
	struct script of_root, of_system;

	if (!scratch_started_as_root())
		return;
	script_start(&of_root, "run/tokend/socket", SCRIPT_CLOSE, NOBODY);
	expect("run/tokend/socket");
	ck_assert_int_eq(chown(ways[_i].folder, ways[_i].owner, 0), 0);
	ck_assert_int_eq(chmod(ways[_i].folder, ways[_i].mode), 0);
	if (ways[_i].says == NULL) {
		ck_assert_int_eq(look(), ENOENT);
		ck_assert_str_eq(path, "");
	} else {
		ck_assert_int_eq(look(), EINVAL);
		ck_assert_str_eq(path, ways[_i].folder);
		ck_assert_msg(strstr(why.text, ways[_i].says) == why.text,
		    "%s", why.text);
	}
	script_start(&of_system, last, SCRIPT_CLOSE, NOBODY);
	expect(last);
	script_stop(&of_system);
	script_stop(&of_root);
}

TEST(a_link_on_the_way_does_not_count)
{
	struct script of_root;

	if (!scratch_started_as_root())
		return;
	script_start(&of_root, "run/tokend/socket", SCRIPT_CLOSE, NOBODY);
	ck_assert_int_eq(rename("run/tokend", "real"), 0);
	ck_assert_int_eq(symlink("../real", "run/tokend"), 0);
	ck_assert_int_eq(look(), EINVAL);
	ck_assert_ptr_nonnull(strstr(why.text, "symbolic link"));
	script_stop(&of_root);
}

/* Postfix's private/ is of the user that smtp(8) runs as. */
TEST(the_folder_may_be_our_own_or_the_listeners)
{
	struct script spawned, served;

	if (!scratch_started_as_root())
		return;
	script_start(&spawned, "private/tokend", SCRIPT_CLOSE, NOBODY);
	ck_assert_int_eq(chown("private", OTHER_UID, 0), 0);
	ck_assert_int_eq(chmod("private/tokend", 0666), 0);
	ck_assert_int_eq(look(), EINVAL);
	/* scratch_become_user() would give away the working directory. */
	ck_assert_int_eq(seteuid(OTHER_UID), 0);
	expect("private/tokend");
	ck_assert_int_eq(seteuid(0), 0);
	script_stop(&spawned);
	ck_assert_int_eq(chown("run/tokend", STRANGER, 0), 0);
	script_start(&served, "run/tokend/socket", SCRIPT_CLOSE, STRANGER);
	ck_assert_int_eq(look(), EINVAL);
	settings.listener_uid = STRANGER;
	expect("run/tokend/socket");
	script_stop(&served);
}

TEST(a_stranger_at_a_default_path_counts_as_absent)
{
	struct script stranger, of_system;

	if (!scratch_started_as_root())
		return;
	ck_assert_int_eq(chmod("private", 0777), 0);
	script_start(&stranger, "private/socket", SCRIPT_CLOSE, STRANGER);
	ck_assert_int_eq(rename("private/socket", "run/tokend/socket"), 0);
	ck_assert_int_eq(look(), EPERM);
	ck_assert_str_eq(path, "run/tokend/socket");
	ck_assert_ptr_nonnull(strstr(why.text, "uid 4711 listens there"));
	ck_assert_ptr_null(strstr(why.text, "listener_uid"));
	script_start(&of_system, last, SCRIPT_CLOSE, NOBODY);
	expect(last);
	/* One that was named is told of: the list is the administrator's. */
	settings.owned_sockets = named;
	ck_assert_int_eq(look(), EPERM);
	ck_assert_str_eq(path, "run/tokend/socket");
	script_stop(&of_system);
	script_stop(&stranger);
}

/* With and without a list in plugin.conf. */
LOOP_TEST(a_dead_socket_counts_as_absent_if_another_answers, 0, 2)
{
	struct script of_system;

	if (!scratch_started_as_root())
		return;
	settings.owned_sockets = _i == 0 ? NULL : named;
	leave_a_dead_socket("run/tokend/socket");
	leave_a_dead_socket("private/tokend");
	ck_assert_int_eq(look(), ECONNREFUSED);
	ck_assert_str_eq(path, "run/tokend/socket");
	script_start(&of_system, last, SCRIPT_CLOSE, NOBODY);
	expect(last);
	script_stop(&of_system);
}

TEST(what_keeps_us_out_is_told_and_ends_the_search)
{
	struct script of_system;

	if (!scratch_started_as_root())
		return;
	script_start(&of_system, last, SCRIPT_CLOSE, NOBODY);
	ck_assert_int_eq(chmod(last, 0666), 0);
	leave_a_dead_socket("run/tokend/socket");
	ck_assert_int_eq(chmod("run/tokend", 0700), 0);
	ck_assert_int_eq(seteuid(OTHER_UID), 0);
	ck_assert_int_eq(look(), EACCES);
	ck_assert_int_eq(seteuid(0), 0);
	ck_assert_str_eq(path, "run/tokend/socket");
	script_stop(&of_system);
}

TEST(a_list_of_nothing_is_none)
{
	settings.sockets = "";
	ck_assert_int_eq(look(), ENOENT);
	settings.sockets = "   ";
	ck_assert_int_eq(look(), ENOENT);
	settings.owned_sockets = named;
	ck_assert_int_eq(look(), ENOENT);
	ck_assert_str_eq(path, "");
}
