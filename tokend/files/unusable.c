/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/unusable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/name.h"

#define PATH_MOST (SCOPE_PATH_MAX + NAME_MAX_LEN + 32)
#define FIX_MAX (UNUSABLE_COMMAND_MAX + 16)

static const struct reason {
	int error;
	enum status code;
	const char *fix;
} reasons[] = {
	{ EROFS, STATUS_CONFIG, "it is mounted read-only: mount it writable" },
	{ EISDIR, STATUS_CONFIG, "a folder is in its place: move it away" },
	{ ELOOP, STATUS_CONFIG, "a link is in its place: remove it" },
	{ ENOSPC, STATUS_LATER, "make room there" },
	{ EDQUOT, STATUS_LATER, "make room there, or raise its quota" },
	{ EFBIG, STATUS_LATER, "raise the limit on the size of its files" },
	{ EIO, STATUS_LATER, "look at the disk, the kernel's log says more" },
	{ ENOLCK, STATUS_CONFIG, "it is on a file system without locks: move "
	    "the store to another" }
};

static struct reason
find_reason(int error)
{
	const struct reason *r = reasons;
	const struct reason *end = r + sizeof(reasons) / sizeof(*r);

	while (r < end && r->error != error)
		r++;
	return r < end ? *r :
	    (struct reason){ error, status_of_errno(error), NULL };
}

/* 1 if what is at the path is neither the owner's nor missing. */
static int
is_anothers(const struct scope *s, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_uid != s->owner;
}

const char *
unusable_command(char command[UNUSABLE_COMMAND_MAX], const struct scope *s,
    const char *user, int with_modes)
{
	const char *word = SHELL_WORD(s->state);
	int len = 0;

	command[0] = '\0';
	if (user != NULL)
		len = snprintf(command, UNUSABLE_COMMAND_MAX, "chown -R %s %s",
		    user, word);
	if (with_modes && len < UNUSABLE_COMMAND_MAX)
		snprintf(command + len, (size_t)(UNUSABLE_COMMAND_MAX - len),
		    "%schmod -R u+rwX,go-w,o= %s", len > 0 ? " && " : "", word);
	return command;
}

int
unusable_find_closed(char barrier[SCOPE_PATH_MAX], const struct scope *s)
{
	struct stat st;
	size_t i, len = strlen(s->state);

	if (lstat(s->state, &st) == 0 || errno != EACCES)
		return 0;
	for (i = 1; i < len; i++) {
		if (s->state[i] != '/')
			continue;
		snprintf(barrier, SCOPE_PATH_MAX, "%.*s", (int)i, s->state);
		if (faccessat(AT_FDCWD, barrier, X_OK, AT_EACCESS) == -1)
			return 1;
	}
	return 0;
}

/*
 * All of the store at once: what one file has, the others have too. By number,
 * since a worker looks up no names.
 */
static const char *
fix_access(char fix[FIX_MAX], const struct scope *s, const char *path)
{
	char command[UNUSABLE_COMMAND_MAX], folder[PATH_MOST], user[24];
	char barrier[SCOPE_PATH_MAX];
	int is_wrong;

	if (unusable_find_closed(barrier, s)) {
		snprintf(fix, FIX_MAX, "as root \"chmod a+x %s\"",
		    SHELL_WORD(barrier));
		return fix;
	}
	snprintf(folder, sizeof(folder), "%s", path);
	if (strrchr(folder, '/') != NULL)
		*strrchr(folder, '/') = '\0';
	is_wrong = is_anothers(s, s->state) || is_anothers(s, path) ||
	    (strlen(folder) > strlen(s->state) && is_anothers(s, folder));
	snprintf(user, sizeof(user), "%lu", (unsigned long)s->owner);
	snprintf(fix, FIX_MAX, "%s\"%s\"", is_wrong ? "as root " : "",
	    unusable_command(command, s, is_wrong ? user : NULL, !is_wrong));
	return fix;
}

/* A command that would be cut is left out: taken is what else is said. */
static const char *
find_fix(char fix[FIX_MAX], const struct reason *r, const struct scope *s,
    const char *path, size_t taken)
{
	const char *text = r->error == EACCES || r->error == EPERM ?
	    fix_access(fix, s, path) : r->fix;

	if (text != NULL && taken + strlen(text) > FAILURE_TEXT_MAX)
		text = "\"tokend doctor\" says what fixes it";
	return text;
}

const char *
unusable_reason(char text[UNUSABLE_REASON_MAX], const struct scope *s,
    const struct stat *st, int error)
{
	const int is_access = error == EACCES || error == EPERM;

	if (is_access && st->st_uid != s->owner &&
	    (st->st_uid != 0 || error == EACCES))
		snprintf(text, UNUSABLE_REASON_MAX, "belongs to uid %lu",
		    (unsigned long)st->st_uid);
	else if (is_access)
		snprintf(text, UNUSABLE_REASON_MAX, "has mode %04o",
		    (unsigned)st->st_mode & 07777);
	else
		snprintf(text, UNUSABLE_REASON_MAX, "%s", strerror(error));
	return text;
}

int
unusable(const struct scope *s, const char *folder_name, const char *account,
    int error, struct failure *why)
{
	struct reason r = find_reason(error);
	char fix[FIX_MAX], path[PATH_MOST];
	const char *text;

	snprintf(path, sizeof(path), "%s/%s/%s", s->state, folder_name,
	    account);
	text = find_fix(fix, &r, s, path, strlen(path) + strlen(account) +
	    strlen(strerror(error)) + 80);
	fail(why, r.code, "account \"%s\": %s cannot be written (%s), so "
	    "the provider is not asked%s%s", account, path,
	    strerror(error), text != NULL ? ": " : "",
	    text != NULL ? text : "");
	errno = error;
	return -1;
}

int
unusable_path(const struct scope *s, const char *path, int error,
    struct failure *why)
{
	struct reason r = find_reason(error);
	char fix[FIX_MAX], said[UNUSABLE_REASON_MAX];
	/* The account's name may be set before it. */
	const char *text = find_fix(fix, &r, s, path, strlen(path) +
	    sizeof(said) + 120);
	struct stat st;

	if (lstat(path, &st) == -1)
		snprintf(said, sizeof(said), "%s", strerror(error));
	else
		unusable_reason(said, s, &st, error);
	fail(why, r.code, "%s cannot be used (%s)%s%s", path, said,
	    text != NULL ? ": " : "", text != NULL ? text : "");
	errno = error;
	return -1;
}

int
unusable_after_open(const struct scope *s, const char *path,
    struct failure *why)
{
	const int error = errno;
	struct stat st;

	/* What is no file or folder was judged for that, and has its fix. */
	if (error == EACCES || (error == EPERM && lstat(path, &st) == 0 &&
	    (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) &&
	    (st.st_uid != 0 && st.st_uid != s->owner)))
		unusable_path(s, path, error, why);
	errno = error;
	return -1;
}
