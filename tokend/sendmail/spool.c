/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file system without O_TMPFILE gives the name for a moment. */
static int
open_named(const char *folder)
{
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s/tokend-mail.XXXXXX", folder);
	int fd;

	if (n < 0 || (size_t)n >= sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	if ((fd = mkostemp(path, O_CLOEXEC)) != -1)
		unlink(path);
	return fd;
}

static int
open_in(const char *folder)
{
	int fd;

	if (folder == NULL || folder[0] != '/') {
		errno = ENOENT;
		return -1;
	}
#ifdef O_TMPFILE
	fd = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
	if (fd != -1)
		return fd;
#endif
	return open_named(folder);
}

int
spool_open(struct spool *s, struct failure *why)
{
	const char *folder = secure_getenv("TMPDIR");

	s->size = 0;
	s->used = 0;
	if ((s->fd = open_in(folder)) == -1 &&
	    (s->fd = open_in("/var/tmp")) == -1 &&
	    (s->fd = open_in("/tmp")) == -1)
		return fail(why, STATUS_LATER, "no temporary file for the mail "
		    "in %s/var/tmp or /tmp (there: %s)",
		    folder != NULL ? "TMPDIR, " : "", strerror(errno));
	return 0;
}

int
spool_finish(struct spool *s, struct failure *why)
{
	size_t done = 0;
	ssize_t n;

	while (done < s->used) {
		n = write(s->fd, s->block + done, s->used - done);
		if (n == -1 && errno != EINTR)
			return fail(why, STATUS_LATER, "the mail cannot be "
			    "written to a temporary file: %s", strerror(errno));
		if (n > 0)
			done += (size_t)n;
	}
	s->used = 0;
	return 0;
}

int
spool_add(struct spool *s, const void *data, size_t len, struct failure *why)
{
	const char *at = data;
	size_t n;

	s->size += (int64_t)len;
	if (s->size > SPOOL_MAX)
		return fail(why, STATUS_MESSAGE, "the mail is larger than %d "
		    "MB, which no provider takes",
		    (int)(SPOOL_MAX / 1024 / 1024));
	while (len > 0) {
		n = SPOOL_BLOCK - s->used < len ? SPOOL_BLOCK - s->used : len;
		memcpy(s->block + s->used, at, n);
		s->used += n;
		at += n;
		len -= n;
		if (s->used == SPOOL_BLOCK && spool_finish(s, why) == -1)
			return -1;
	}
	return 0;
}

int
spool_adds(struct spool *s, const char *text, struct failure *why)
{
	return spool_add(s, text, strlen(text), why);
}

void
spool_close(struct spool *s)
{
	if (s->fd != -1)
		close(s->fd);
	s->fd = -1;
}
