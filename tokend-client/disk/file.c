/* SPDX-License-Identifier: BSD-2-Clause */
#include "disk/file.h"
#include "base/shell_word.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_judge(const struct stat *st, enum file_want want,
    uid_t owner, const char *path, struct failure *why)
{
	if (S_ISLNK(st->st_mode))
		return fail(why, STATUS_CONFIG, "%s: is a symbolic link: put "
		    "the real %s there", path,
		    want == FILE_FOLDER ? "folder" : "file");
	if (want == FILE_FOLDER ? !S_ISDIR(st->st_mode) : !S_ISREG(st->st_mode))
		return fail(why, STATUS_CONFIG, "%s: not a %s", path,
		    want == FILE_FOLDER ? "folder" : "regular file");
	if (st->st_uid != 0 && st->st_uid != owner)
		return fail(why, STATUS_CONFIG, "%s: belongs to uid %lu, not "
		    "to uid %lu: \"chown %lu %s\"", path,
		    (unsigned long)st->st_uid, (unsigned long)owner,
		    (unsigned long)owner, SHELL_WORD(path));
	if ((st->st_mode & 022) != 0)
		return fail(why, STATUS_CONFIG, "%s: others may write to it "
		    "(mode %04o): \"chmod go-w %s\"", path,
		    (unsigned)st->st_mode & 07777, SHELL_WORD(path));
	if (want == FILE_SECRET && (st->st_mode & 07) != 0)
		return fail(why, STATUS_CONFIG, "%s: holds a secret and "
		    "every user may read it (mode %04o): \"chmod o= %s\"",
		    path, (unsigned)st->st_mode & 07777, SHELL_WORD(path));
	return 0;
}

int
file_openat(int dirfd, const char *name, int flags)
{
	return openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | flags);
}

void
file_close(int fd)
{
	const int saved = errno;

	close(fd);
	errno = saved;
}

int
file_open(int dirfd, const char *name, enum file_want want,
    uid_t owner, const char *path, struct failure *why)
{
	struct stat st;

	return file_open_stat(dirfd, name, want, owner, path, &st, why);
}

int
file_open_stat(int dirfd, const char *name, enum file_want want,
    uid_t owner, const char *path, struct stat *st,
    struct failure *why)
{
	int fd, saved;

	/* O_NONBLOCK: a FIFO in our place must not make us wait. */
	fd = file_openat(dirfd, name, O_NOCTTY | O_NONBLOCK |
	    (want == FILE_FOLDER ? O_DIRECTORY : 0));
	if (fd == -1) {
		saved = errno;
		/* A file in the place of a folder: ENOTDIR is about that. */
		if (fstatat(dirfd, name, st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    (S_ISLNK(st->st_mode) || saved == ENOTDIR)) {
			file_judge(st, want, owner, path, why);
			saved = EPERM;
		} else {
			errno = saved;
			fail(why, status_of_errno(saved), "%s: %m", path);
		}
		errno = saved;
		return -1;
	}
	if (fstatat(fd, "", st, AT_EMPTY_PATH) == -1) {
		saved = errno;
		fail(why, status_of_errno(saved), "%s: %m", path);
	} else if (file_judge(st, want, owner, path, why) == -1) {
		saved = EPERM;
	} else {
		return fd;
	}
	close(fd);
	errno = saved;
	return -1;
}

int
file_read(int fd, struct buf *b)
{
	struct stat st;
	size_t step;
	ssize_t n;

	if (fstatat(fd, "", &st, AT_EMPTY_PATH) == -1)
		return -1;
	if (st.st_size < 0 || (uintmax_t)st.st_size > b->max - b->len) {
		errno = EMSGSIZE;
		return -1;
	}
	for (step = (size_t)st.st_size; step > 0; step -= (size_t)n) {
		if (buf_room(b, step) == -1)
			return -1;
		n = read(fd, b->data + b->len, step);
		if (n == 0)
			break;
		if (n == -1 && errno == EINTR)
			n = 0;
		else if (n == -1)
			return -1;
		b->len += (size_t)n;
		b->data[b->len] = '\0';
	}
	return 0;
}
