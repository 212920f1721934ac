/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/folder.h"
#include "files/unusable.h"
#include "lineio.h"

/*
 * flock(2) knows no deadline, and a timer's signal could come just before the
 * call sleeps. So it is asked again and again, ever less often.
 */
#define PAUSE_FIRST 2	/* ms */
#define PAUSE_MOST 25

#define PATIENCE 15000	/* ms that a person waits for a refresh */

int
lock_open(const struct scope *s, const char *account, struct failure *why)
{
	int folder, fd;

	if ((folder = folder_open(s, "lock", why)) == -1)
		return -1;
	fd = openat(folder, account, O_RDWR | O_CREAT | O_CLOEXEC |
	    O_NOFOLLOW | O_NOCTTY, 0600);
	if (fd == -1)
		unusable(s, "lock", account, errno, why);
	close(folder);
	return fd;
}

/* The account was removed, with its lock: the next one has another. */
static int
is_gone(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink == 0;
}

int
lock_try(int fd)
{
	if (flock(fd, LOCK_EX | LOCK_NB) == -1)
		return 0;
	if (is_gone(fd)) {
		flock(fd, LOCK_UN);
		return 0;
	}
	futimens(fd, NULL);
	return 1;
}

static int
wait_for(int fd, int operation, int64_t deadline, const _Atomic(int) *stop)
{
	int pause = PAUSE_FIRST;

	while (flock(fd, operation | LOCK_NB) == -1) {
		if (clock_ms() + pause > deadline ||
		    (stop != NULL && atomic_load(stop) != 0))
			return -1;
		poll(NULL, 0, pause);
		if (pause < PAUSE_MOST)
			pause++;
	}
	return 0;
}

int
lock_wait(int fd, int64_t deadline, const _Atomic(int) *stop)
{
	/* Shared, so that all who wait see the end at the same time. */
	if (wait_for(fd, LOCK_SH, deadline, stop) == -1)
		return -1;
	flock(fd, LOCK_UN);
	return 0;
}

int
lock_take(int fd, int64_t deadline)
{
	if (wait_for(fd, LOCK_EX, deadline, NULL) == -1 || is_gone(fd))
		return -1;
	futimens(fd, NULL);
	return 0;
}

int
lock_acquire(const struct scope *s, const char *account, struct failure *why)
{
	int fd = lock_open(s, account, why);

	if (fd == -1 || lock_take(fd, clock_ms() + PATIENCE) == 0)
		return fd;
	close(fd);
	return fail(why, STATUS_LATER, "account \"%s\": its token is being "
	    "renewed: try again", account);
}

void
lock_clear_time(int fd)
{
	static const struct timespec none[2] = { { 0, 0 }, { 0, 0 } };

	futimens(fd, none);
}

int64_t
lock_age(int fd)
{
	struct timespec now;
	struct stat st;

	/* Without a stamp it has just been taken. */
	if (fstat(fd, &st) == -1 || st.st_mtim.tv_sec == 0 ||
	    clock_gettime(CLOCK_REALTIME, &now) == -1)
		return 0;
	return (int64_t)(now.tv_sec - st.st_mtim.tv_sec) * 1000 +
	    (now.tv_nsec - st.st_mtim.tv_nsec) / 1000000;
}
