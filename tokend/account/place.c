/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/place.h"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include "common/sandbox.h"
#include "files/folder.h"

static int
no_user(struct failure *why)
{
	return fail(why, STATUS_CONFIG, "there is no user \"%s\" to keep the "
	    "system's tokens: make one with systemd-sysusers, or useradd "
	    "--system --user-group --no-create-home %s", TOKEND_USER,
	    TOKEND_USER);
}

int
place_find(struct scope *s, struct failure *why)
{
	const struct passwd *pw;
	enum truth found = scope_own(s, why);

	if (found == IS_UNKNOWN ||
	    (found == IS_TRUE && scope_take_socket(s, why) == -1))
		return -1;
	if (found == IS_TRUE && s->kind == SCOPE_GIVEN)
		return 0;
	pw = getpwnam(TOKEND_USER);
	if (geteuid() == 0 || (pw != NULL && pw->pw_uid == geteuid())) {
		if (pw == NULL)
			return no_user(why);
		scope_system(s, pw->pw_uid);
		return 0;
	}
	if (found == IS_FALSE)
		return fail(why, STATUS_CONFIG, "HOME is not set, so there is "
		    "no place for accounts of your own");
	return 0;
}

static int
change_user(const struct scope *s, int makes_folder, struct failure *why)
{
	const struct passwd *pw;

	if (s->kind != SCOPE_SYSTEM || geteuid() != 0)
		return 0;
	if ((pw = getpwnam(TOKEND_USER)) == NULL)
		return no_user(why);
	if (pw->pw_uid == 0)
		return 0;
	if (makes_folder && folder_prepare(s, pw->pw_gid, why) == -1)
		return -1;
	if (initgroups(TOKEND_USER, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		return fail(why, STATUS_CONFIG, "cannot become user \"%s\": "
		    "%m", TOKEND_USER);
	guard_process();
	return 0;
}

int
place_become(const struct scope *s, struct failure *why)
{
	return change_user(s, 0, why);
}

int
place_enter(const struct scope *s, struct failure *why)
{
	return change_user(s, 1, why);
}
