/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/usable.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "disk/file.h"
#include "files/newfile.h"
#include "files/unusable.h"

#define FILES_MOST 100000	/* that are looked at in a folder */
#define NAMED_MOST 4		/* of a folder in which all are the same */

/* Of parts; those before METADATA have files of accounts. */
enum { LOCK = 3, METADATA, PARTS };

/* As much as a renewal reserves there (worker/refresh/reserve.c), rounded. */
static const struct part {
	const char *name;
	size_t room;
} parts[] = {
	{ "credentials", 98304 }, { "cache", 65536 }, { "state", 32768 },
	[LOCK] = { "lock", 0 }, [METADATA] = { "metadata", 65536 }
};

/* A trouble of what is at path, which lstat cannot see behind a barrier. */
static unsigned
classify_trouble(const struct scope *s, const struct stat *st, int is_seen,
    int is_folder, int error)
{
	char barrier[SCOPE_PATH_MAX];

	switch (error) {
	case EROFS:
		return USABLE_READ_ONLY;
	case ENOSPC:
	case EDQUOT:
		return USABLE_NO_ROOM;
	case EACCES:
	case EPERM:
		break;
	default:
		return USABLE_OTHER;
	}
	if (!is_seen)
		return unusable_find_closed(barrier, s) ? USABLE_PARENT :
		    USABLE_OTHER;
	if (is_folder ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
		return USABLE_OTHER;
	if (st->st_uid != s->owner && (st->st_uid != 0 || error == EACCES))
		return USABLE_OWNER;
	return USABLE_MODE;
}

/* "cache/alice, lock/alice (belongs to uid 5)"; of the store itself so. */
static void
add_name(struct usable *u, const struct scope *s, const char *path,
    const char *reason)
{
	const size_t state = strlen(s->state);
	const char *name = path[state] == '/' ? path + state + 1 :
	    "the folder itself";
	char one[USABLE_PATH_MAX + UNUSABLE_REASON_MAX + 8];
	size_t len = strlen(u->names);

	u->count++;
	snprintf(one, sizeof(one), "%s%s (%s)", len > 0 ? ", " : "", name,
	    reason);
	/* One reason for all names in a row, at their end. */
	if (len > 0 && strcmp(u->reason, reason) == 0)
		len -= strlen(reason) + 3;
	if (len + strlen(one) >= sizeof(u->names))
		return;
	memcpy(u->names + len, one, strlen(one) + 1);
	snprintf(u->reason, sizeof(u->reason), "%s", reason);
}

static void
note_trouble(struct usable *u, const struct scope *s, const char *path,
    int is_folder, int error, const struct failure *why)
{
	struct stat st = { .st_mode = 0 };
	const int is_seen = lstat(path, &st) == 0;
	unsigned trouble = classify_trouble(s, &st, is_seen, is_folder, error);
	char reason[UNUSABLE_REASON_MAX];

	/* The file system's are the same everywhere, and told once. */
	if ((trouble & (USABLE_READ_ONLY | USABLE_NO_ROOM)) == 0 ||
	    (u->troubles & trouble) == 0) {
		if (is_seen)
			unusable_reason(reason, s, &st, error);
		else
			snprintf(reason, sizeof(reason), "%s",
			    strerror(error));
		add_name(u, s, path, reason);
	}
	if (u->troubles == 0 || (trouble == USABLE_OTHER &&
	    (u->troubles & USABLE_OTHER) == 0)) {
		u->error = error;
		u->is_folder = is_folder;
		snprintf(u->path, sizeof(u->path), "%s", path);
		if (why != NULL)
			u->judged = *why;
	}
	u->troubles |= trouble;
}

/* Where no file without a name can be made. 0, or an errno. */
static int
ask_room(int folder)
{
	struct statvfs fs;

	if (faccessat(folder, ".", W_OK | X_OK, AT_EACCESS) == -1)
		return errno;
	if (fstatvfs(folder, &fs) == -1)
		return 0;
	return fs.f_bavail == 0 || (fs.f_files > 0 && fs.f_favail == 0) ?
	    ENOSPC : 0;
}

/* 0, or an errno. What it took is freed when *fd is closed. */
static int
try_room(int folder, size_t room, int *fd)
{
	*fd = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (*fd == -1)
		return errno == EOPNOTSUPP || errno == EISDIR ||
		    errno == ENOENT || errno == EINVAL ? ask_room(folder) :
		    errno;
	return room > 0 ? newfile_allocate(*fd, room) : 0;
}

static int
open_folder(const struct scope *s, const char *name,
    char path[USABLE_PATH_MAX], struct failure *why)
{
	snprintf(path, USABLE_PATH_MAX, "%s%s%s", s->state,
	    name[0] != '\0' ? "/" : "", name);
	return file_open(AT_FDCWD, path, FILE_FOLDER, s->owner, path, why);
}

/* Leaves the room taken, in *fd, so that what the next one needs adds up. */
static void
look_at_folder(struct usable *u, const struct scope *s, const struct part *p,
    int *fd)
{
	char path[USABLE_PATH_MAX];
	struct failure why;
	int folder = open_folder(s, p->name, path, &why), error = errno;

	*fd = -1;
	if (folder == -1) {
		if (error != ENOENT)
			note_trouble(u, s, path, 1, error, &why);
		return;
	}
	error = faccessat(folder, ".", R_OK | X_OK, AT_EACCESS) == -1 ? errno :
	    try_room(folder, p->room, fd);
	if (error != 0)
		note_trouble(u, s, path, 1, error, NULL);
	close(folder);
}

/* It is made when it is needed, but not where the disk is read-only. */
static void
look_above(struct usable *u, const struct scope *s)
{
	char part[SCOPE_PATH_MAX];
	struct statvfs fs;
	char *slash = NULL;

	snprintf(part, sizeof(part), "%s", s->state);
	while (statvfs(part, &fs) == -1) {
		if (errno != ENOENT || (slash = strrchr(part, '/')) == NULL)
			return;
		slash[slash == part ? 1 : 0] = '\0';
	}
	if (slash != NULL && (fs.f_flag & ST_RDONLY) != 0)
		note_trouble(u, s, s->state, 1, EROFS, NULL);
}

/* Below a folder that is not ours all would be said again. */
static int
look_at_root(struct usable *u, const struct scope *s)
{
	static const struct part root = { "", 0 };
	int fd = -1;

	look_above(u, s);
	look_at_folder(u, s, &root, &fd);
	if (fd != -1)
		close(fd);
	return u->troubles == 0 || u->error == EROFS || u->error == ENOSPC;
}

void
usable_folders(struct usable *u, const struct scope *s)
{
	int fds[PARTS];
	size_t i;

	memset(u, 0, sizeof(*u));
	if (!look_at_root(u, s))
		return;
	for (i = 0; i < PARTS; i++)
		look_at_folder(u, s, &parts[i], &fds[i]);
	for (i = 0; i < PARTS; i++)
		if (fds[i] != -1)
			close(fds[i]);
}

/* 0, or an errno. That another process has it is as it should be. */
static int
try_lock(int folder, const char *name)
{
	int fd = openat(folder, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK | O_NOCTTY), error = errno;

	if (fd == -1)
		return error == ENOENT ? 0 : error;
	error = flock(fd, LOCK_SH | LOCK_NB) == -1 && errno != EWOULDBLOCK ?
	    errno : 0;
	close(fd);
	return error;
}

static void
look_at_file(struct usable *u, const struct scope *s, const struct part *p,
    int folder, const char *name)
{
	char path[USABLE_PATH_MAX];
	struct failure why = { .code = STATUS_OK };
	int fd, error = 0;

	snprintf(path, sizeof(path), "%s/%s/%s", s->state, p->name, name);
	if (p == &parts[LOCK]) {
		error = try_lock(folder, name);
	} else {
		fd = file_open(folder, name, FILE_SECRET, s->owner, path,
		    &why);
		if (fd != -1)
			close(fd);
		else if (errno != ENOENT)
			error = errno;
	}
	if (error != 0)
		note_trouble(u, s, path, 0, error,
		    why.code != STATUS_OK ? &why : NULL);
}

static void
look_at_account(struct usable *u, const struct scope *s, const struct part *p,
    const char *account)
{
	char path[USABLE_PATH_MAX];
	int folder = open_folder(s, p->name, path, NULL);

	if (folder == -1)
		return;
	look_at_file(u, s, p, folder, account);
	close(folder);
}

void
usable_account(struct usable *u, const struct scope *s, const char *account)
{
	const struct part *p;

	for (p = parts; p < &parts[METADATA]; p++)
		look_at_account(u, s, p, account);
}

/* One name for the whole folder, in place of those since before. */
static void
name_all(struct usable *u, const struct scope *s, const struct part *p,
    const struct usable *before)
{
	char path[USABLE_PATH_MAX], reason[UNUSABLE_REASON_MAX];
	const size_t count = u->count;

	memcpy(reason, u->reason, sizeof(reason));
	memcpy(u->names, before->names, sizeof(u->names));
	memcpy(u->reason, before->reason, sizeof(u->reason));
	snprintf(path, sizeof(path), "%s/%s/*", s->state, p->name);
	add_name(u, s, path, reason);
	u->count = count;
}

/* A file that is being made has a dot in front, and is no one's yet. */
static void
look_at_files(struct usable *u, const struct scope *s, const struct part *p)
{
	char path[USABLE_PATH_MAX];
	struct dirent *entry;
	int folder = open_folder(s, p->name, path, NULL);
	DIR *dir = folder != -1 ? fdopendir(folder) : NULL;
	const struct usable before = *u;
	size_t total = 0, left = FILES_MOST;

	if (dir == NULL) {
		if (folder != -1)
			close(folder);
		return;
	}
	while ((entry = readdir(dir)) != NULL && left-- > 0)
		if (entry->d_name[0] != '.') {
			look_at_file(u, s, p, folder, entry->d_name);
			total++;
		}
	closedir(dir);
	if (total > NAMED_MOST && u->count - before.count == total)
		name_all(u, s, p, &before);
}

void
usable_all(struct usable *u, const struct scope *s)
{
	size_t i;

	usable_folders(u, s);
	for (i = 0; i < PARTS; i++)
		look_at_files(u, s, &parts[i]);
}

int
usable_failure(const struct usable *u, const struct scope *s,
    const char *account, struct failure *why)
{
	if (u->troubles == 0)
		return 0;
	if ((u->troubles & USABLE_OTHER) != 0 && u->judged.code != STATUS_OK)
		*why = u->judged;
	else
		unusable_path(s, u->path, u->error, why);
	failure_name(why, account);
	return -1;
}

int
usable_check(const struct scope *s, const char *account, struct failure *why)
{
	struct usable u;

	usable_folders(&u, s);
	usable_account(&u, s, account);
	return usable_failure(&u, s, account, why);
}

int
usable_sign_in(const struct scope *s, const char *account,
    struct failure *why)
{
	struct usable u;

	usable_folders(&u, s);
	look_at_account(&u, s, &parts[LOCK], account);
	return usable_failure(&u, s, account, why);
}
