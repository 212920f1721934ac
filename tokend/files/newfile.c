/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/newfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/folder.h"
#include "files/unusable.h"

void
newfile_temporary_name(char temporary[NEWFILE_NAME_MAX], const char *name)
{
	snprintf(temporary, NEWFILE_NAME_MAX, ".%.250s.new", name);
}

/* 0, or an errno. */
static int
write_mark(const struct newfile *f)
{
	size_t len = f->mark != NULL ? strlen(f->mark) : 0;

	return len == 0 || pwrite(f->fd, f->mark, len, 0) == (ssize_t)len ?
	    0 : errno;
}

static int
sync_one(const struct newfile *f, int fd)
{
	return f->may_be_lost ? 0 : fsync(fd);
}

/* 0, or an errno. */
static int
write_zeros(int fd, size_t size)
{
	const char zeros[512] = { 0 };
	size_t done = 0, want;
	ssize_t n;

	while (done < size) {
		want = size - done < sizeof(zeros) ? size - done :
		    sizeof(zeros);
		n = pwrite(fd, zeros, want, (off_t)done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0 ? ENOSPC : errno;
		done += (size_t)n;
	}
	return 0;
}

/*
 * Not every file system can allocate (NFS before 4.2, 9p, ramfs), and only
 * glibc then writes in its place.
 */
int
newfile_allocate(int fd, size_t size)
{
	int error = posix_fallocate(fd, 0, (off_t)size);

	return error == EOPNOTSUPP || error == ENOSYS || error == EINVAL ?
	    write_zeros(fd, size) : error;
}

int
newfile_reserve(struct newfile *f, int folder, const struct scope *s,
    const char *folder_name, const char *account, size_t size,
    struct failure *why)
{
	int error;

	f->folder = folder;
	f->fd = -1;
	snprintf(f->name, sizeof(f->name), "%s", account);
	newfile_temporary_name(f->temporary, account);
	/* What a killed worker left is ours to drop: we hold the lock. */
	if (unlinkat(folder, f->temporary, 0) == -1 && errno != ENOENT)
		return unusable(s, folder_name, account, errno, why);
	f->fd = openat(folder, f->temporary, O_RDWR | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (f->fd == -1)
		return unusable(s, folder_name, account, errno, why);
	/* The mode does not hang on the umask that we were started with. */
	if (fchmod(f->fd, 0600) == -1)
		error = errno;
	else
		error = newfile_allocate(f->fd, size);
	if (error == 0)
		error = write_mark(f);
	if (error == 0 && (sync_one(f, f->fd) == -1 ||
	    sync_one(f, folder) == -1))
		error = errno;
	if (error == 0)
		return 0;
	newfile_abandon(f);
	return unusable(s, folder_name, account, error, why);
}

/* Of the kernel since 4.11 and 5.8; some libraries' headers lack them. */
#ifndef STATX_ATTR_IMMUTABLE
#define STATX_ATTR_IMMUTABLE 0x10
#define STATX_ATTR_APPEND 0x20
#endif
#ifndef STATX_ATTR_MOUNT_ROOT
#define STATX_ATTR_MOUNT_ROOT 0x2000
#endif

static unsigned long long
read_attributes(int folder, const char *name)
{
#ifdef STATX_TYPE
	struct statx st;

	if (statx(folder, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &st) == 0)
		return st.stx_attributes;
#else
	(void)folder;
	(void)name;
#endif
	return 0;
}

int
newfile_replaceable(int folder, const char *name)
{
	unsigned long long file = read_attributes(folder, name);

	if ((file & STATX_ATTR_MOUNT_ROOT) != 0)
		return EBUSY;
	file |= read_attributes(folder, ".");
	return (file & (STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND)) != 0 ?
	    EPERM : 0;
}

int
newfile_write(int fd, const struct buf *content)
{
	size_t done = 0;
	ssize_t n;

	while (done < content->len) {
		n = pwrite(fd, content->data + done, content->len - done,
		    (off_t)done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return ftruncate(fd, (off_t)content->len);
}

int
newfile_commit(struct newfile *f, const struct buf *content)
{
	if (newfile_write(f->fd, content) == -1 ||
	    sync_one(f, f->fd) == -1 ||
	    renameat(f->folder, f->temporary, f->folder, f->name) == -1)
		return -1;
	/* From here on the new file is in place, whatever fails. */
	close(f->fd);
	f->fd = -1;
	sync_one(f, f->folder);
	return 0;
}

void
newfile_abandon(struct newfile *f)
{
	if (f->fd == -1)
		return;
	close(f->fd);
	f->fd = -1;
	unlinkat(f->folder, f->temporary, 0);
}

int
newfile_replace(const struct scope *s, const char *folder_name,
    const char *account, const struct buf *content, struct failure *why)
{
	struct newfile f = { .folder = -1, .fd = -1, .may_be_lost = 1 };
	int folder = folder_open(s, folder_name, why), result = -1;

	if (folder == -1)
		return -1;
	if (newfile_reserve(&f, folder, s, folder_name, account, content->len,
	    why) == 0 && (result = newfile_commit(&f, content)) == -1)
		fail(why, STATUS_LATER, "account \"%s\": %s/%s/%s cannot be "
		    "written: %m", account, s->state, folder_name, account);
	newfile_abandon(&f);
	close(folder);
	return result;
}
