/* SPDX-License-Identifier: BSD-2-Clause */
/* test_scope.c - which folders, by environment and uid */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "disk/scope.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const char *const variables[] = { "HOME", "XDG_CONFIG_HOME",
    "XDG_STATE_HOME", "XDG_RUNTIME_DIR", "TOKEND_CONFIG_DIR",
    "TOKEND_STATE_DIR", "TOKEND_SOCKET" };
static char *saved[COUNT(variables)];

static struct failure why;
static struct scope s;

static void
setup(void)
{
	const char *value;
	int i;

	for (i = 0; i < COUNT(variables); i++) {
		value = getenv(variables[i]);
		saved[i] = value != NULL ? strdup(value) : NULL;
		unsetenv(variables[i]);
	}
	memset(&why, 0, sizeof(why));
	memset(&s, 'x', sizeof(s));
	scratch_setup();
}

static void
teardown(void)
{
	int i;

	scratch_teardown();
	for (i = 0; i < COUNT(variables); i++) {
		if (saved[i] != NULL)
			setenv(variables[i], saved[i], 1);
		else
			unsetenv(variables[i]);
		free(saved[i]);
	}
}

FIXTURE(setup, teardown);

static int
own(void)
{
	int found = scope_own(&s, &why);

	return found == 1 && scope_take_socket(&s, &why) == -1 ? -1 : found;
}

/* The environment, and what comes out for a user who is not root. */
static const struct {
	const char *home, *config_home, *state_home, *runtime;
	int result;
	const char *config, *state, *socket;
} users[] = {
	{ "/home/u", NULL, NULL, NULL, 1,
	    "/home/u/.config/tokend", "/home/u/.local/state/tokend", "" },
	{ "/home/u", NULL, NULL, "/run/user/5", 1,
	    "/home/u/.config/tokend", "/home/u/.local/state/tokend",
	    "/run/user/5/tokend/socket" },
	{ "/home/u", "/c", "/s", "/r", 1, "/c/tokend", "/s/tokend",
	    "/r/tokend/socket" },
	{ NULL, "/c", "/s", NULL, 1, "/c/tokend", "/s/tokend", "" },
	/* The specification says to ignore what is relative or empty. */
	{ "/home/u", "c", "./s", "r", 1,
	    "/home/u/.config/tokend", "/home/u/.local/state/tokend", "" },
	{ "/home/u", "", "", "", 1,
	    "/home/u/.config/tokend", "/home/u/.local/state/tokend", "" },
	{ NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL },
	{ NULL, "/c", NULL, NULL, 0, NULL, NULL, NULL },
	{ NULL, NULL, "/s", NULL, 0, NULL, NULL, NULL },
	{ "", NULL, NULL, "/r", 0, NULL, NULL, NULL },
	{ "home/u", NULL, NULL, NULL, 0, NULL, NULL, NULL },
	{ "~", NULL, NULL, NULL, 0, NULL, NULL, NULL },
};

static void
set(const char *variable, const char *value)
{
	if (value != NULL)
		setenv(variable, value, 1);
}

TABLE_TEST(a_user_has_the_folders_of_xdg, users)
{
	set("HOME", users[_i].home);
	set("XDG_CONFIG_HOME", users[_i].config_home);
	set("XDG_STATE_HOME", users[_i].state_home);
	set("XDG_RUNTIME_DIR", users[_i].runtime);
	scratch_become_user();
	ck_assert_int_eq(own(), users[_i].result);
	if (users[_i].result == 1) {
		ck_assert_int_eq(s.kind, SCOPE_USER);
		ck_assert_uint_eq(s.owner, geteuid());
		ck_assert_str_eq(s.config, users[_i].config);
		ck_assert_str_eq(s.state, users[_i].state);
		ck_assert_str_eq(s.socket, users[_i].socket);
	}
}

TEST(root_has_no_user_scope)
{
	if (!scratch_started_as_root())
		return;
	setenv("HOME", "/root", 1);
	setenv("XDG_CONFIG_HOME", "/c", 1);
	ck_assert_int_eq(own(), 0);
}

TEST(a_path_too_long_is_no_place)
{
	char path[SCOPE_PATH_MAX + 1];

	memset(path, 'p', sizeof(path));
	path[0] = '/';
	path[SCOPE_PATH_MAX] = '\0';
	setenv("HOME", path, 1);
	scratch_become_user();
	ck_assert_int_eq(own(), 0);
	setenv("HOME", "/h", 1);
	setenv("XDG_RUNTIME_DIR", path, 1);
	ck_assert_int_eq(own(), 1);
	ck_assert_str_eq(s.socket, "");
	setenv("TOKEND_CONFIG_DIR", path, 1);
	setenv("TOKEND_STATE_DIR", "/s", 1);
	ck_assert_int_eq(own(), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "TOKEND_CONFIG_DIR is too "
	    "long"));
	/* The longest that is none too long. */
	path[SCOPE_PATH_MAX - 1] = '\0';
	setenv("TOKEND_CONFIG_DIR", path, 1);
	ck_assert_int_eq(own(), 1);
	ck_assert_str_eq(s.config, path);
}

TEST(a_file_is_joined_from_its_parts)
{
	char path[SCOPE_PATH_MAX + 1], folder[SCOPE_PATH_MAX + 1];
	size_t most = SCOPE_PATH_MAX - sizeof("/cache/name.conf");

	ck_assert_int_eq(scope_file(path, "/f", "/cache/", "name", NULL),
	    0);
	ck_assert_str_eq(path, "/f/cache/name");
	ck_assert_int_eq(scope_path(path, "/f", "/x"), 0);
	ck_assert_str_eq(path, "/f/x");
	memset(folder, 'f', sizeof(folder));
	folder[most] = '\0';
	path[SCOPE_PATH_MAX] = '!';
	ck_assert_int_eq(scope_file(path, folder, "/cache/", "name", ".conf"),
	    0);
	ck_assert_uint_eq(strlen(path), SCOPE_PATH_MAX - 1);
	ck_assert_str_eq(path + most, "/cache/name.conf");
	folder[most] = 'f';
	folder[most + 1] = '\0';
	ck_assert_int_eq(scope_file(path, folder, "/cache/", "name", ".conf"),
	    -1);
	ck_assert_int_eq(path[SCOPE_PATH_MAX], '!');
}

static const struct {
	const char *config, *state, *socket;
	int result;
	const char *says;
} given[] = {
	{ "/c", "/s", NULL, 1, NULL },
	{ "/c", "/s", "/r/socket", 1, NULL },
	{ "/c", NULL, NULL, -1,
	    "TOKEND_CONFIG_DIR is set without TOKEND_STATE_DIR" },
	{ NULL, "/s", NULL, -1,
	    "TOKEND_STATE_DIR is set without TOKEND_CONFIG_DIR" },
	{ "c", "/s", NULL, -1, "TOKEND_CONFIG_DIR is not an absolute path" },
	{ "/c", "s", NULL, -1, "TOKEND_STATE_DIR is not an absolute path" },
	{ "/c", "/s", "r", -1, "TOKEND_SOCKET is not an absolute path" },
	{ "", "/s", NULL, -1, "TOKEND_CONFIG_DIR is not an absolute path" },
};

/* For root as for anybody, and before HOME and XDG. */
TABLE_TEST(two_variables_replace_both_scopes, given)
{
	setenv("HOME", "/home/u", 1);
	setenv("XDG_RUNTIME_DIR", "/run/user/5", 1);
	set("TOKEND_CONFIG_DIR", given[_i].config);
	set("TOKEND_STATE_DIR", given[_i].state);
	set("TOKEND_SOCKET", given[_i].socket);
	ck_assert_int_eq(own(), given[_i].result);
	if (given[_i].result == 1) {
		ck_assert_int_eq(s.kind, SCOPE_GIVEN);
		ck_assert_uint_eq(s.owner, geteuid());
		ck_assert_str_eq(s.config, given[_i].config);
		ck_assert_str_eq(s.state, given[_i].state);
		ck_assert_str_eq(s.socket, given[_i].socket != NULL ?
		    given[_i].socket : "");
	} else {
		ck_assert_int_eq(why.code, STATUS_CONFIG);
		ck_assert_msg(strstr(why.text, given[_i].says) != NULL, "%s",
		    why.text);
	}
}

TEST(a_socket_alone_gives_nothing)
{
	setenv("HOME", "/home/u", 1);
	setenv("TOKEND_SOCKET", "/r/socket", 1);
	scratch_become_user();
	ck_assert_int_eq(own(), 1);
	ck_assert_int_eq(s.kind, SCOPE_USER);
	ck_assert_str_eq(s.socket, "");
}

TEST(the_system_has_what_was_compiled_in)
{
	scope_system(&s, 4711);
	ck_assert_int_eq(s.kind, SCOPE_SYSTEM);
	ck_assert_uint_eq(s.owner, 4711);
	ck_assert_str_eq(s.config, TOKEND_SYSCONFDIR);
	ck_assert_str_eq(s.state, TOKEND_STATEDIR);
	ck_assert_str_eq(s.socket, TOKEND_SOCKET_PATH);
}

/* A home that is the scratch folder, as the user. */
static void
at_home(void)
{
	setenv("HOME", scratch(), 1);
	scratch_become_user();
	ck_assert_int_eq(own(), 1);
}

static int
accounts(void)
{
	int fd;

	errno = 0;
	fd = scope_open_accounts(&s, &why);
	if (fd != -1)
		close(fd);
	return fd == -1 ? -1 : 0;
}

TEST(accounts_are_opened)
{
	at_home();
	scratch_folder(scratch_path(".config"), 0755);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, ENOENT);
	scratch_folder(scratch_path(".config/tokend"), 0700);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, ENOENT);
	scratch_folder(scratch_path(".config/tokend/accounts"), 0700);
	ck_assert_int_eq(accounts(), 0);
	chmod(scratch_path(".config/tokend/accounts"), 0770);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_msg(strstr(why.text, "/.config/tokend/accounts: others may "
	    "write") != NULL, "%s", why.text);
	chmod(scratch_path(".config/tokend/accounts"), 0700);
	chmod(scratch_path(".config/tokend"), 0770);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_msg(strstr(why.text, "/.config/tokend: others may write") !=
	    NULL, "%s", why.text);
}

static int
find(struct stat *st)
{
	memset(st, 0, sizeof(*st));
	why.text[0] = '\0';
	return scope_find_account(&s, "acct", st, &why);
}

TEST(an_account_is_found)
{
	struct stat st;

	at_home();
	ck_assert_int_eq(find(&st), 0);
	scratch_folder(scratch_path(".config"), 0755);
	ck_assert_int_eq(find(&st), 0);
	scratch_folder(scratch_path(".config/tokend"), 0700);
	ck_assert_int_eq(find(&st), 0);
	scratch_folder(scratch_path(".config/tokend/accounts"), 0700);
	ck_assert_int_eq(find(&st), 0);
	scratch_write(scratch_path(".config/tokend/accounts/acct"), 0600, "");
	ck_assert_int_eq(find(&st), 0);
	scratch_write(scratch_path(".config/tokend/accounts/acct.conf"), 0600,
	    "four");
	ck_assert_int_eq(find(&st), 1);
	ck_assert_int_eq(st.st_size, 4);
}

TEST(what_is_found_is_judged)
{
	struct stat st;

	at_home();
	scratch_folder(scratch_path(".config"), 0755);
	scratch_folder(scratch_path(".config/tokend"), 0700);
	scratch_folder(scratch_path(".config/tokend/accounts"), 0700);
	scratch_write(scratch_path(".config/tokend/accounts/acct.conf"), 0666,
	    "");
	ck_assert_int_eq(find(&st), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_msg(strstr(why.text, "/accounts/acct.conf: others may write")
	    != NULL, "%s", why.text);
	unlink(scratch_path(".config/tokend/accounts/acct.conf"));
	ck_assert_int_eq(symlink("/dev/null",
	    scratch_path(".config/tokend/accounts/acct.conf")), 0);
	ck_assert_int_eq(find(&st), -1);
	ck_assert_msg(strstr(why.text, "not a regular file") != NULL, "%s",
	    why.text);
}

/* Anyone can lead elsewhere what lies in a folder that anyone may change. */
TEST(a_link_in_place_of_a_folder_is_judged)
{
	at_home();
	scratch_folder(scratch_path(".config"), 0755);
	scratch_folder(scratch_path(".config/tokend"), 0700);
	scratch_folder(scratch_path("open"), 0755);
	scratch_folder(scratch_path("open/elsewhere"), 0700);
	ck_assert_int_eq(symlink("../../open/elsewhere",
	    scratch_path(".config/tokend/accounts")), 0);
	ck_assert_int_eq(accounts(), 0);
	ck_assert_int_eq(chmod(scratch_path("open"), 0777), 0);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_msg(strstr(why.text, "/.config/tokend/accounts: is a "
	    "symbolic link, and on its path ") != NULL &&
	    strstr(why.text, "/open may be written to by others") != NULL,
	    "%s", why.text);
}

/* Daemons have homes like these, and must see no difference. */
TEST(a_home_that_is_none_has_no_accounts)
{
	static const char *const homes[] = { "/dev/null", "/nonexistent",
	    "/dev/null/x" };
	struct stat st;
	int i;

	scratch_become_user();
	for (i = 0; i < COUNT(homes); i++) {
		setenv("HOME", homes[i], 1);
		ck_assert_int_eq(own(), 1);
		ck_assert_msg(find(&st) == 0, "%s: %s", homes[i], why.text);
		ck_assert_int_eq(accounts(), -1);
		ck_assert_msg(errno == ENOENT || errno == ENOTDIR, "%s",
		    homes[i]);
	}
}

TEST(a_home_that_is_shut_has_no_accounts)
{
	struct stat st;

	scratch_folder(scratch_path("home"), 0);
	setenv("HOME", scratch_path("home"), 1);
	scratch_become_user();
	ck_assert_int_eq(own(), 1);
	ck_assert_int_eq(find(&st), 0);
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, EACCES);
	scratch_become_root();
	chmod(scratch_path("home"), 0700);
}

/* A folder that root made in a user's home is not the user's own. */
TEST(a_user_scope_is_the_users_own)
{
	struct stat st;

	if (!scratch_started_as_root())
		return;
	scratch_folder(scratch_path(".config"), 0755);
	scratch_folder(scratch_path(".config/tokend"), 0755);
	scratch_folder(scratch_path(".config/tokend/accounts"), 0755);
	scratch_write(scratch_path(".config/tokend/accounts/acct.conf"), 0644,
	    "");
	at_home();
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, ENOENT);
	ck_assert_int_eq(find(&st), 0);
	/* In a scope that was given, root may own it. */
	s.kind = SCOPE_GIVEN;
	ck_assert_int_eq(accounts(), 0);
	ck_assert_int_eq(find(&st), 1);
	s.kind = SCOPE_USER;
	scratch_become_root();
	ck_assert_int_eq(chown(scratch_path(".config/tokend"), 4711, 0), 0);
	scratch_become_user();
	ck_assert_int_eq(accounts(), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(find(&st), 0);
}

static int
run_privileged(void *program)
{
	char name[] = "privileged";
	char *argv[] = { name, NULL };

	if (setresgid(OTHER_UID, OTHER_UID, OTHER_UID) == -1 ||
	    setresuid(OTHER_UID, OTHER_UID, OTHER_UID) == -1)
		return 3;
	execv(program, argv);
	return 4;
}

/*
 * As root: a copy of this program that is setgid has no scope of its own,
 * whatever its environment says.
 */
TEST(a_privileged_program_has_no_scope)
{
	struct statvfs fs;
	char command[9000], program[4096];

	if (!scratch_started_as_root() || statvfs(scratch(), &fs) == -1 ||
	    (fs.f_flag & (ST_NOSUID | ST_NOEXEC)) != 0)
		return;
	snprintf(program, sizeof(program), "%s", scratch_path("program"));
	snprintf(command, sizeof(command), "cp '%s' %s", scratch_program(),
	    program);
	ck_assert_int_eq(system(command), 0);
	setenv("HOME", "/home/u", 1);
	setenv("TOKEND_CONFIG_DIR", "/c", 1);
	setenv("TOKEND_STATE_DIR", "/s", 1);
	ck_assert_int_eq(chmod(program, 0755), 0);
	/* By itself it has one, so the test can tell. */
	ck_assert_int_eq(scratch_wait(scratch_fork(run_privileged, program)),
	    11);
	ck_assert_int_eq(chown(program, 0, 4711), 0);
	ck_assert_int_eq(chmod(program, 02755), 0);
	ck_assert_int_eq(scratch_wait(scratch_fork(run_privileged, program)),
	    10);
}

int
main(int argc, char *argv[])
{
	if (argc == 1 && strcmp(argv[0], "privileged") == 0)
		_exit(10 + scope_own(&s, &why));
	return unit_run();
}
