/* SPDX-License-Identifier: BSD-2-Clause */
#include "state/interrupted.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files/folder.h"
#include "files/lock.h"
#include "files/newfile.h"
#include "lineio.h"

/* When the file in that folder of the state was written; all zero: never. */
static struct timespec
file_time(const struct scope *s, const char *folder_name, const char *name)
{
	int folder = folder_open(s, folder_name, NULL);
	struct stat st = { .st_size = 0 };

	if (folder == -1)
		return st.st_mtim;
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		st.st_mtim = (struct timespec){ 0, 0 };
	close(folder);
	return st.st_mtim;
}

/* Of what is reserved without a mark all bytes are zero. */
static int
is_marked(const struct scope *s, const char *name)
{
	int folder = folder_open(s, "credentials", NULL), fd;
	char first = '\0';
	ssize_t n = 0;

	if (folder == -1)
		return 0;
	fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	close(folder);
	if (fd == -1)
		return 0;
	n = pread(fd, &first, 1, 0);
	close(fd);
	return n == 1 && first != '\0';
}

static int
is_later(struct timespec a, struct timespec b)
{
	return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec :
	    a.tv_nsec > b.tv_nsec;
}

int
interrupted_find(struct state *st, const struct scope *s,
    const char *account)
{
	char name[NEWFILE_NAME_MAX];
	struct timespec begun;

	newfile_temporary_name(name, account);
	begun = file_time(s, "credentials", name);
	if (begun.tv_sec == 0 || !is_marked(s, name) ||
	    !is_later(begun, file_time(s, "state", account)) ||
	    !is_later(begun, file_time(s, "cache", account)))
		return 0;
	st->interrupted = (int64_t)begun.tv_sec;
	st->is_unanswered = 0;
	return 1;
}

void
interrupted_read(struct state *st, const struct scope *s,
    const char *account)
{
	struct state seen = { .interrupted = 0 };
	int lock = -1;

	/* To open the lock would make it: only where there is something. */
	if (interrupted_find(&seen, s, account) == 1 &&
	    (lock = lock_open(s, account, NULL)) != -1 &&
	    lock_wait(lock, clock_ms(), NULL) == 0)
		interrupted_find(st, s, account);
	if (lock != -1)
		close(lock);
}

void
interrupted_unanswered(struct state *st, int64_t when)
{
	/* The first of them may have spent the token, and none after it. */
	if (st->interrupted != 0)
		return;
	st->interrupted = when;
	st->is_unanswered = 1;
}

const char *
interrupted_word(const struct state *st)
{
	return st->is_unanswered ? "was sent and not answered" :
	    "was interrupted before its answer was stored";
}

const char *
interrupted_cause(const struct state *st)
{
	return st->is_unanswered ? "the provider may have renewed it, and the "
	    "answer was lost on the way" : "tokend-worker was killed, or the "
	    "machine stopped";
}
