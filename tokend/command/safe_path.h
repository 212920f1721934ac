/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * safe_path.h - whether another user could exchange what a path leads to.
 *
 * A folder is ours if it belongs to root or to this process's user, and no
 * other user may write to it; or if it is sticky: then what is in it must be
 * ours.
 */
#pragma once

#include "base/status.h"
#include "base/truth.h"

/*
 * Are path, absolute and without links, and each folder above it ours? If not,
 * path is cut to what is not ours; IS_UNKNOWN with errno, of what it is cut to.
 */
enum truth safe_path_is_ours(char *path);

/* A path as it is for this process, made absolute. Allocated; NULL: errno. */
char *safe_path_absolute(const char *path);

enum path_trust {
	TRUST_OURS,
	TRUST_DAEMON	/* the last two folders may be a system user's, such as
			   Debian's /etc/mail; nothing there is followed */
};

/*
 * The file to write for path, which is absolute: path with its links followed.
 * Each folder and each link on it has to be ours, as another user could use it
 * to have us write elsewhere. The file may be another user's; it and folders
 * above it may be missing. Allocated; NULL with why, which names the culprit.
 */
char *safe_path_resolve(const char *path, enum path_trust trust,
    struct failure *why);

/*
 * As root: is home root's? `sudo -E` and `su -m` keep that of another user, its
 * owner. For other users safe_path_resolve() checks. IS_UNKNOWN with errno.
 */
enum truth safe_path_home_is_ours(const char *home, unsigned *owner);
