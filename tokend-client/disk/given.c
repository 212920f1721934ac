/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk/given.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>	/* ST_RDONLY */
#include <sys/syscall.h>
#include <unistd.h>

#include "base/shell_word.h"

#define LINKS_MOST 40		/* as the kernel has it */
#define TRIES 3			/* a volume may be replaced under us */

static const char *const secret_folders[] = { "/run/secrets/",
    "/var/run/secrets/" };

/* A path that is walked by open folders: no name is looked up twice. */
struct walk {
	const char *path;	/* as it was given */
	uid_t owner;
	int folder;		/* O_PATH */
	int links;
	int is_volume;		/* ..data was a part of it */
	char done[PATH_MAX];	/* for texts; "" for the root folder */
	char rest[PATH_MAX];
};

static int
is_read_only(int fd)
{
	struct statfs fs;

#ifdef SYS_fstatfs64	/* 32 bit */
	if (syscall(SYS_fstatfs64, fd, sizeof(fs), &fs) == -1)
		return 0;
#else
	if (syscall(SYS_fstatfs, fd, &fs) == -1)
		return 0;
#endif
	return (fs.f_flags & ST_RDONLY) != 0;
}

/* Can others take away, or write to, what is root's or the owner's? */
static int
others_may_write(int fd, const struct stat *st)
{
	if ((st->st_mode & 022) == 0 ||
	    (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0))
		return 0;
	return !is_read_only(fd);
}

static int
is_mount(int fd)
{
#ifdef STATX_ATTR_MOUNT_ROOT
	struct statx at;

	return syscall(SYS_statx, fd, "", AT_EMPTY_PATH, STATX_TYPE,
	    &at) == 0 && (at.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
#else
	(void)fd;
	return 0;
#endif
}

static int
is_shared_secret(int fd, const char *path, int is_volume)
{
	size_t i, len;

	for (i = 0; i < sizeof(secret_folders) / sizeof(*secret_folders);
	    i++) {
		len = strlen(secret_folders[i]);
		if (strlen(path) > len &&
		    memcmp(path, secret_folders[i], len) == 0)
			return 1;
	}
	return is_volume || is_read_only(fd) || is_mount(fd);
}

/* file_judge, without what does no harm here. */
static int
judge_file(int fd, enum file_want want, uid_t owner, const char *path,
    int is_volume, struct given *g, struct failure *why)
{
	struct stat st;

	if (fstatat(fd, "", &g->st, AT_EMPTY_PATH) == -1)
		return fail(why, status_of_errno(errno), "%s: %m", path);
	st = g->st;
	if (!others_may_write(fd, &st))
		st.st_mode &= ~(mode_t)022;
	g->is_shared_secret = S_ISREG(st.st_mode) && (st.st_mode & 07) != 0 &&
	    is_shared_secret(fd, path, is_volume);
	if (g->is_shared_secret)
		st.st_mode &= ~(mode_t)07;
	return file_judge(&st, want, owner, path, why);
}

static int
open_last(int dirfd, const char *name, enum file_want want)
{
	return file_openat(dirfd, name, O_NOCTTY | O_NONBLOCK |
	    (want == FILE_FOLDER ? O_DIRECTORY : 0));
}

/* -1 with why and errno, EPERM for all that was judged. */
static int
refuse_link(const struct walk *w, const char *name, const char *what,
    struct failure *why)
{
	fail(why, STATUS_CONFIG, "%s: is a symbolic link, and on its path "
	    "%.160s/%.100s %s", w->path, w->done, name, what);
	errno = EPERM;
	return -1;
}

static int
refuse_owner(const struct walk *w, const char *name, const struct stat *st,
    struct failure *why)
{
	char at[PATH_MAX];

	snprintf(at, sizeof(at), "%.3000s/%s", w->done, name);
	fail(why, STATUS_CONFIG, "%s: is a symbolic link, and on its path "
	    "%s belongs to uid %lu, which could redirect it: \"chown -h root "
	    "%s\"", w->path, at, (unsigned long)st->st_uid, SHELL_WORD(at));
	errno = EPERM;
	return -1;
}

static int
refuse_mode(const struct walk *w, const char *name, struct failure *why)
{
	char at[PATH_MAX];

	snprintf(at, sizeof(at), "%.3000s/%s", w->done, name);
	fail(why, STATUS_CONFIG, "%s: is a symbolic link, and on its path "
	    "%s may be written to by others: \"chmod go-w %s\"", w->path, at,
	    SHELL_WORD(at));
	errno = EPERM;
	return -1;
}

static int
fail_errno(const struct walk *w, const char *name, int error,
    struct failure *why)
{
	if (error == ENOENT)
		return refuse_link(w, name, "does not exist", why);
	errno = error;
	fail(why, status_of_errno(error), "%s: is a symbolic link: "
	    "%.160s/%.100s: %m", w->path, w->done, name);
	errno = error;
	return -1;
}

static int
go_to_root(struct walk *w)
{
	int root = file_openat(AT_FDCWD, "/", O_PATH | O_DIRECTORY);

	if (root == -1)
		return -1;
	if (w->folder != -1)
		close(w->folder);
	w->folder = root;
	w->done[0] = '\0';
	return 0;
}

/* Into the folder name, or above by "..". -1 with why. */
static int
enter_folder(struct walk *w, const char *name, struct failure *why)
{
	int fd = file_openat(w->folder, name, O_PATH | O_DIRECTORY);
	int at = (int)strlen(w->done);
	struct stat st;

	if (fd == -1)
		return fail_errno(w, name, errno, why);
	close(w->folder);
	w->folder = fd;
	if (fstatat(fd, "", &st, AT_EMPTY_PATH) == -1)
		return fail_errno(w, name, errno, why);
	if (st.st_uid != 0 && st.st_uid != w->owner)
		return refuse_owner(w, name, &st, why);
	if (others_may_write(fd, &st))
		return refuse_mode(w, name, why);
	if (snprintf(w->done + at, sizeof(w->done) - (size_t)at, "/%s",
	    name) >= (int)sizeof(w->done) - at)
		return fail_errno(w, name, ENAMETOOLONG, why);
	return 0;
}

/* To the left, where both are in one buffer. */
static void
copy_text(char *to, const char *from)
{
	while ((*to++ = *from++) != '\0')
		continue;
}

/* Puts the link's text before the rest of the path. */
static int
follow_link(struct walk *w, const char *name, const struct stat *st,
    struct failure *why)
{
	char text[PATH_MAX];
	long n = syscall(SYS_readlinkat, w->folder, name, text, sizeof(text));
	size_t left = strlen(w->rest);

	if (n == -1)
		return fail_errno(w, name, errno, why);
	if (st->st_uid != 0 && st->st_uid != w->owner)
		return refuse_owner(w, name, st, why);
	if (++w->links > LINKS_MOST)
		return fail_errno(w, name, ELOOP, why);
	if (n == 0 || (size_t)n + 1 + left >= sizeof(w->rest))
		return fail_errno(w, name, ENAMETOOLONG, why);
	if (text[0] == '/' && go_to_root(w) == -1)
		return fail_errno(w, name, errno, why);
	w->is_volume |= strcmp(name, "..data") == 0;
	text[n] = '/';
	memcpy(text + n + 1, w->rest, left + 1);
	copy_text(w->rest, text);
	return 0;
}

/* Takes the next component from rest; 0 at the end. */
static size_t
next_name(struct walk *w, char name[NAME_MAX + 1])
{
	const char *at = w->rest + strspn(w->rest, "/"), *after;
	size_t len = strcspn(at, "/");

	after = at + len + strspn(at + len, "/");
	if (len <= NAME_MAX) {
		memcpy(name, at, len);
		name[len] = '\0';
	}
	copy_text(w->rest, after);
	return len;
}

/* A descriptor; -1 with why and errno. */
static int
walk_on(struct walk *w, enum file_want want, struct given *g,
    struct failure *why)
{
	char name[NAME_MAX + 1] = "";
	struct stat st;
	size_t len;
	int fd;

	while ((len = next_name(w, name)) > 0) {
		if (len > NAME_MAX)
			return fail_errno(w, "", ENAMETOOLONG, why);
		if (strcmp(name, ".") == 0 && w->rest[0] != '\0')
			continue;
		if (fstatat(w->folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
			return fail_errno(w, name, errno, why);
		if (S_ISLNK(st.st_mode)) {
			if (follow_link(w, name, &st, why) == -1)
				return -1;
		} else if (w->rest[0] != '\0') {
			if (enter_folder(w, name, why) == -1)
				return -1;
		} else {
			fd = open_last(w->folder, name, want);
			if (fd == -1)
				return fail_errno(w, name, errno, why);
			if (judge_file(fd, want, w->owner, w->path,
			    w->is_volume, g, why) == 0)
				return fd;
			close(fd);
			errno = EPERM;
			return -1;
		}
	}
	return refuse_link(w, "", "is a folder", why);
}

static int
walk_once(struct walk *w, enum file_want want, struct given *g,
    struct failure *why)
{
	int fd;

	w->links = w->is_volume = 0;
	w->folder = -1;
	w->done[0] = '\0';
	if (strlen(w->path) >= sizeof(w->rest))
		return fail_errno(w, "", ENAMETOOLONG, why);
	memcpy(w->rest, w->path, strlen(w->path) + 1);
	if (go_to_root(w) == -1)
		return fail_errno(w, "", errno, why);
	fd = walk_on(w, want, g, why);
	file_close(w->folder);
	return fd;
}

static int
walk_path(enum file_want want, uid_t owner, const char *path, struct given *g,
    struct failure *why)
{
	struct walk *w = malloc(sizeof(*w));
	int fd = -1, saved, i;

	if (w == NULL) {
		fail_memory(why);
		errno = ENOMEM;
		return -1;
	}
	w->path = path;
	w->owner = owner;
	/* The folder that ..data named may have been removed meanwhile. */
	for (i = 0; i < TRIES && fd == -1; i++)
		fd = walk_once(w, want, g, why);
	saved = errno;
	free(w);
	errno = saved;
	return fd;
}

int
given_open(int dirfd, const char *name, enum file_want want, uid_t owner,
    const char *path, struct given *g, struct failure *why)
{
	int fd = open_last(dirfd, name, want);
	struct stat st;

	if (fd == -1) {
		if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISLNK(st.st_mode))
			return walk_path(want, owner, path, g, why);
		/* Again, for its text and its errno. */
		fd = file_open_stat(dirfd, name, want, owner, path, &g->st,
		    why);
		g->is_shared_secret = 0;
		return fd;
	}
	if (judge_file(fd, want, owner, path, 0, g, why) == 0)
		return fd;
	close(fd);
	errno = EPERM;
	return -1;
}
