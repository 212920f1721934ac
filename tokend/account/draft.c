/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/conf.h"
#include "files/folder.h"
#include "files/newfile.h"
#include "disk/given.h"
#include "base/shell_word.h"

#define HINT_MAX 300

void
draft_name(char file[DRAFT_NAME_MAX], const char *account)
{
	snprintf(file, DRAFT_NAME_MAX, ".%.*s.conf.new", NAME_MAX_LEN,
	    account);
}

/* As a platform mounts it; a sign-in by the file as it is goes on. */
static int
cannot_replace(const struct scope *s, const char *account, int error,
    struct failure *why)
{
	char path[SCOPE_PATH_MAX + DRAFT_NAME_MAX + 16], again[400] = "";
	const char *word = SHELL_NAME(account);

	snprintf(path, sizeof(path), "%s/accounts/%s.conf", s->config,
	    account);
	if (access(path, F_OK) == 0 && strlen(path) + strlen(account) +
	    strlen(word) + 250 < FAILURE_TEXT_MAX)
		snprintf(again, sizeof(again), "; \"tokend login %s\" without "
		    "more words signs in with the file as it is", word);
	fail(why, STATUS_CONFIG, "account \"%s\": %s cannot be written (%s), "
	    "so nothing was changed: change its source, the platform's Secret "
	    "or ConfigMap or the file that is mounted%s",
	    account, path, error == EROFS ? "it is mounted read-only" :
	    "the file is a mount of its own", again);
	errno = error;
	return -1;
}

/* Left out where it would be cut. */
static void
write_hint(char hint[HINT_MAX], const struct scope *s)
{
	char path[SCOPE_PATH_MAX + 16];
	struct stat st;
	int len = 0;

	hint[0] = '\0';
	snprintf(path, sizeof(path), "%s/accounts", s->config);
	if (s->kind == SCOPE_SYSTEM)
		len = snprintf(hint, HINT_MAX, "%s", geteuid() != 0 ?
		    ": run this as root" : "");
	else if (stat(path, &st) == 0 && st.st_uid != s->owner)
		len = snprintf(hint, HINT_MAX, ": as root \"chown %lu %s\"",
		    (unsigned long)s->owner, SHELL_WORD(path));
	else
		len = snprintf(hint, HINT_MAX, ": \"chmod u+rwx %s\"",
		    SHELL_WORD(path));
	if (len >= HINT_MAX)
		hint[0] = '\0';
}

static int
cannot_write(const struct scope *s, const char *account, struct failure *why)
{
	char hint[HINT_MAX] = "";

	if (errno == EWOULDBLOCK)
		return fail(why, STATUS_LATER, "account \"%s\": another "
		    "\"tokend login\" or import is running for it: nothing "
		    "was changed: wait for it or stop it, and try again",
		    account);
	if (errno == EROFS || errno == EBUSY)
		return cannot_replace(s, account, errno, why);
	if (errno == EACCES || errno == EPERM)
		write_hint(hint, s);
	return fail(why, status_of_errno(errno), "account \"%s\": "
	    "%s/accounts/%s.conf cannot be written: %s%s", account, s->config,
	    account, strerror(errno), hint);
}

static void
tried_name(char file[DRAFT_NAME_MAX], const char *account)
{
	snprintf(file, DRAFT_NAME_MAX, ".%.*s.conf.tried", NAME_MAX_LEN,
	    account);
}

/* In the system's scope the worker, of the folder's group, reads it. */
static int
set_owner(const struct scope *s, int fd, int folder)
{
	struct stat st;

	if (s->kind != SCOPE_SYSTEM || geteuid() != 0)
		return fchmod(fd, 0600);
	return fstat(folder, &st) == -1 || fchown(fd, 0, st.st_gid) == -1 ||
	    fchmod(fd, 0640) == -1 ? -1 : 0;
}

int
draft_before(const struct scope *s, const char *account, struct buf *before,
    struct failure *why)
{
	char file[DRAFT_NAME_MAX], path[SCOPE_PATH_MAX + DRAFT_NAME_MAX + 16];
	int folder = scope_open_accounts(s, why), fd, result;
	struct given g;

	if (folder == -1)
		return errno == ENOENT ? 1 : -1;
	snprintf(file, sizeof(file), "%s.conf", account);
	snprintf(path, sizeof(path), "%s/accounts/%s", s->config, file);
	fd = given_open(folder, file, FILE_SHOWN, s->owner, path, &g, why);
	result = fd != -1 ? 0 : errno == ENOENT ? 1 : -1;
	if (fd != -1 && file_read(fd, before) == -1)
		result = fail(why, STATUS_CONFIG, "%s: %s", path,
		    strerror(errno == EMSGSIZE ? EFBIG : errno));
	if (fd != -1)
		close(fd);
	close(folder);
	return result;
}

/*
 * The lock of what has that name in the folder: only its holder may remove the
 * name. -1 with errno: EWOULDBLOCK where another is at work.
 */
static int
lock_draft(int folder, const char *file, int fd)
{
	struct stat ours, named;

	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		return -1;
	if (fstat(fd, &ours) == 0 &&
	    fstatat(folder, file, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
	    ours.st_dev == named.st_dev && ours.st_ino == named.st_ino)
		return 0;
	errno = EWOULDBLOCK;
	return -1;
}

int
draft_is_possible(const struct scope *s, const char *account,
    struct failure *why)
{
	char file[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, why), error;

	if (folder == -1)
		return errno == ENOENT ? 0 : -1;
	snprintf(file, sizeof(file), "%s.conf", account);
	if (faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == -1)
		error = errno;
	else
		error = newfile_replaceable(folder, file);
	close(folder);
	errno = error;
	if (error != 0)
		cannot_write(s, account, why);
	return error == 0 ? 0 : -1;
}

static int
remove_leftover(int folder, const char *file)
{
	int fd = openat(folder, file, O_RDWR | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY), result = 0;

	/* What cannot be opened is a link, or no draft. */
	if (fd != -1)
		result = lock_draft(folder, file, fd);
	if (result == 0 && unlinkat(folder, file, 0) == -1 && errno != ENOENT)
		result = -1;
	if (fd != -1)
		file_close(fd);
	return result;
}

/* The new file, held; -1 with errno. */
static int
make_draft(int folder, const char *file)
{
	int fd;

	if (remove_leftover(folder, file) == -1)
		return -1;
	fd = openat(folder, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1) {
		if (errno == EEXIST)
			errno = EWOULDBLOCK;
		return -1;
	}
	if (lock_draft(folder, file, fd) == 0)
		return fd;
	file_close(fd);
	return -1;
}

int
draft_write(const struct scope *s, const char *account,
    const struct buf *content, struct failure *why)
{
	char file[DRAFT_NAME_MAX];
	int folder, fd;

	if ((folder = folder_open_accounts(s, why)) == -1)
		return -1;
	draft_name(file, account);
	if ((fd = make_draft(folder, file)) == -1) {
		cannot_write(s, account, why);
	} else if (newfile_write(fd, content) == -1 ||
	    set_owner(s, fd, folder) == -1 || fsync(fd) == -1) {
		cannot_write(s, account, why);
		unlinkat(folder, file, 0);
		close(fd);
		fd = -1;
	}
	close(folder);
	return fd;
}

static int
rename_draft(const struct scope *s, const char *account, struct failure *why)
{
	char file[DRAFT_NAME_MAX], name[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, why), result = -1;

	if (folder == -1)
		return -1;
	draft_name(file, account);
	snprintf(name, sizeof(name), "%s.conf", account);
	if (renameat(folder, file, folder, name) == -1)
		cannot_write(s, account, why);
	else
		result = 0;
	/* An account that is there needs no answers of an earlier try. */
	tried_name(file, account);
	if (result == 0)
		unlinkat(folder, file, 0);
	/* The new file is there, even if this fails. */
	fsync(folder);
	close(folder);
	return result;
}

int
draft_commit(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why)
{
	struct buf is = BUF_INIT(CONF_SIZE_MAX);
	int found = draft_before(s, account, &is, why), is_same;

	is_same = found == 1 ? before == NULL : before != NULL &&
	    is.len == before->len &&
	    memcmp(buf_text(&is), buf_text(before), is.len) == 0;
	buf_free(&is);
	if (found == -1)
		return -1;
	return is_same ? rename_draft(s, account, why) : fail(why, STATUS_LATER,
	    "account \"%s\": %s/accounts/%s.conf was changed meanwhile by "
	    "another program: nothing was saved: start again", account,
	    s->config, account);
}

int
draft_take_back(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why)
{
	char name[DRAFT_NAME_MAX];
	int folder, held, result = 0;

	if (before != NULL) {
		if ((held = draft_write(s, account, before, why)) == -1)
			return -1;
		result = rename_draft(s, account, why);
		close(held);
		return result;
	}
	if ((folder = scope_open_accounts(s, why)) == -1)
		return -1;
	snprintf(name, sizeof(name), "%s.conf", account);
	if (unlinkat(folder, name, 0) == -1 && errno != ENOENT) {
		cannot_write(s, account, why);
		result = -1;
	}
	fsync(folder);
	close(folder);
	return result;
}

/* Removes it, or gives it the name that it is to have (NULL: none). */
static int
release_draft(const struct scope *s, const char *account, int held,
    const char *to)
{
	char file[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, NULL), result = -1;

	draft_name(file, account);
	if (folder != -1) {
		if (lock_draft(folder, file, held) == 0)
			result = to != NULL ? renameat(folder, file, folder,
			    to) : unlinkat(folder, file, 0);
		close(folder);
	}
	return result;
}

void
draft_abandon(const struct scope *s, const char *account, int held)
{
	release_draft(s, account, held, NULL);
	close(held);
}

int
draft_set_aside(const struct scope *s, const char *account, int held)
{
	char file[DRAFT_NAME_MAX];
	int result;

	tried_name(file, account);
	if ((result = release_draft(s, account, held, file)) == -1)
		release_draft(s, account, held, NULL);
	close(held);
	return result;
}

void
draft_forget(int folder, const char *account)
{
	char file[DRAFT_NAME_MAX];

	tried_name(file, account);
	unlinkat(folder, file, 0);
}

int
draft_tried(const struct scope *s, const char *account, struct keys *k)
{
	char file[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, NULL), fd, result = -1;

	if (folder == -1)
		return -1;
	tried_name(file, account);
	fd = file_open(folder, file, FILE_SHOWN, s->owner, file, NULL);
	if (fd != -1) {
		result = conf_read(fd, file, account_keys, k, NULL);
		close(fd);
	}
	close(folder);
	return result;
}
