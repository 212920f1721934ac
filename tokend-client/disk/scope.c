/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk/scope.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/given.h"
#include "base/name.h"

int
scope_file(char path[SCOPE_PATH_MAX], const char *folder, const char *below,
    const char *name, const char *suffix)
{
	const char *const part[] = { folder, below, name, suffix };
	size_t i, at = 0, len;

	for (i = 0; i < sizeof(part) / sizeof(part[0]) && part[i] != NULL;
	    i++, at += len) {
		len = strlen(part[i]);
		if (len >= SCOPE_PATH_MAX - at)
			return -1;
		memcpy(path + at, part[i], len);
	}
	path[at] = '\0';
	return 0;
}

int
scope_path(char path[SCOPE_PATH_MAX], const char *folder, const char *rest)
{
	return scope_file(path, folder, rest, NULL, NULL);
}

static int
take_given(char path[SCOPE_PATH_MAX], const char *variable, const char *value,
    struct failure *why)
{
	if (value[0] != '/')
		return fail(why, STATUS_CONFIG, "%s is not an absolute path",
		    variable);
	if (scope_path(path, value, "") == -1)
		return fail(why, STATUS_CONFIG, "%s is too long a path",
		    variable);
	return 0;
}

/*
 * rest below a variable of the XDG Base Directory Specification (which says
 * to ignore a relative one), or default_rest below home. 0 if there is
 * neither.
 */
static int
take_xdg(char path[SCOPE_PATH_MAX], const char *variable, const char *rest,
    const char *home, const char *default_rest)
{
	const char *value = secure_getenv(variable);

	if (value != NULL && value[0] == '/')
		return scope_path(path, value, rest) == 0;
	return home != NULL && home[0] == '/' &&
	    scope_path(path, home, default_rest) == 0;
}

enum truth
scope_own(struct scope *s, struct failure *why)
{
	const char *config = secure_getenv("TOKEND_CONFIG_DIR");
	const char *state = secure_getenv("TOKEND_STATE_DIR");
	const char *home;

	s->socket[0] = '\0';
	s->owner = geteuid();
	if (config != NULL || state != NULL) {
		s->kind = SCOPE_GIVEN;
		if (config == NULL || state == NULL)
			return fail(why, STATUS_CONFIG, "%s is set without "
			    "%s: set both, or none",
			    config != NULL ? "TOKEND_CONFIG_DIR" :
			    "TOKEND_STATE_DIR",
			    config != NULL ? "TOKEND_STATE_DIR" :
			    "TOKEND_CONFIG_DIR");
		return take_given(s->config, "TOKEND_CONFIG_DIR", config,
		    why) == -1 || take_given(s->state, "TOKEND_STATE_DIR",
		    state, why) == -1 ? IS_UNKNOWN : IS_TRUE;
	}
	s->kind = SCOPE_USER;
	home = secure_getenv("HOME");
	/*
	 * A privileged program (AT_SECURE) has no scope of its own:
	 * secure_getenv gives it nothing.
	 */
	return s->owner != 0 &&
	    take_xdg(s->config, "XDG_CONFIG_HOME", "/tokend", home,
	    "/.config/tokend") &&
	    take_xdg(s->state, "XDG_STATE_HOME", "/tokend", home,
	    "/.local/state/tokend");
}

int
scope_take_socket(struct scope *s, struct failure *why)
{
	const char *given;

	switch (s->kind) {
	case SCOPE_SYSTEM:
		break;		/* compiled in, as the folders are */
	case SCOPE_USER:
		if (!take_xdg(s->socket, "XDG_RUNTIME_DIR", "/tokend/socket",
		    NULL, NULL))
			s->socket[0] = '\0';
		break;
	case SCOPE_GIVEN:
		given = secure_getenv("TOKEND_SOCKET");
		if (given != NULL)
			return take_given(s->socket, "TOKEND_SOCKET", given,
			    why);
		break;
	}
	return 0;
}

void
scope_system(struct scope *s, uid_t tokend_uid)
{
	s->kind = SCOPE_SYSTEM;
	s->owner = tokend_uid;
	snprintf(s->config, sizeof(s->config), "%s", TOKEND_SYSCONFDIR);
	snprintf(s->state, sizeof(s->state), "%s", TOKEND_STATEDIR);
	snprintf(s->socket, sizeof(s->socket), "%s", TOKEND_SOCKET_PATH);
}

/* A folder in the user's home counts only if it is the user's own. */
static int
open_config(const struct scope *s, struct failure *why)
{
	struct given g;
	int folder = given_open(AT_FDCWD, s->config, FILE_FOLDER, s->owner,
	    s->config, &g, why);

	if (folder != -1 && s->kind == SCOPE_USER &&
	    g.st.st_uid != s->owner) {
		close(folder);
		fail(why, STATUS_CONFIG, "%s: belongs to another user",
		    s->config);
		errno = ENOENT;
		return -1;
	}
	return folder;
}

/* What a link leads to, or why it is not followed. */
static enum truth
follow_account(const struct scope *s, const char *file, struct stat *st,
    struct failure *why)
{
	struct given g;
	int fd = given_open(AT_FDCWD, file, FILE_SHOWN, s->owner, file, &g,
	    why);

	if (fd == -1)
		return IS_UNKNOWN;
	close(fd);
	*st = g.st;
	return IS_TRUE;
}

enum truth
scope_find_account(const struct scope *s, const char *account,
    struct stat *st, struct failure *why)
{
	char file[SCOPE_PATH_MAX];
	struct stat above;

	if (scope_file(file, s->config, "/accounts/", account, ".conf") == -1)
		return fail(why, STATUS_CONFIG, "%s: too long a path",
		    s->config);
	if (fstatat(AT_FDCWD, file, st, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT || errno == ENOTDIR ||
		    (errno == EACCES && s->kind == SCOPE_USER))
			return IS_FALSE;
		return fail(why, STATUS_CONFIG, "%s: %m", file);
	}
	if (s->kind == SCOPE_USER && st->st_uid != s->owner &&
	    (fstatat(AT_FDCWD, s->config, &above, AT_SYMLINK_NOFOLLOW) == -1 ||
	    above.st_uid != s->owner))
		return IS_FALSE;
	/* The usual file costs no more than the look. */
	if (S_ISREG(st->st_mode) && (st->st_mode & 022) == 0)
		return file_judge(st, FILE_SHOWN, s->owner, file, why) == -1 ?
		    IS_UNKNOWN : IS_TRUE;
	return follow_account(s, file, st, why);
}

int
scope_open_accounts(const struct scope *s, struct failure *why)
{
	char path[SCOPE_PATH_MAX + 16];
	int folder = open_config(s, why), accounts;
	struct given g;

	if (folder == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/accounts", s->config);
	accounts = given_open(folder, "accounts", FILE_FOLDER, s->owner, path,
	    &g, why);
	file_close(folder);
	return accounts;
}
