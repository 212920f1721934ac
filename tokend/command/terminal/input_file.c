/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/terminal/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/terminal/interrupt.h"

static int
fail_errno(const char *path, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%.200s: %s", path, strerror(errno));
}

static int
wait_for(int fd, struct failure *why)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return interrupt_poll(&p, 1, -1) == -1 && interrupt_came() ?
	    interrupt_fail(why) : 0;
}

int
input_file_open(const char *path, struct failure *why)
{
	/* The signals that end a wait would not end one in open(2). */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	int result = 0;
	struct stat st;

	if (fd == -1)
		return fail_errno(path, why);
	if (fstat(fd, &st) == -1 || fcntl(fd, F_SETFL, O_RDONLY) == -1)
		result = fail_errno(path, why);
	else if (S_ISDIR(st.st_mode))
		result = fail(why, STATUS_CONFIG, "%.200s: is a folder, not a "
		    "file", path);
	/* Before its first writer it reads as if at its end. */
	else if (S_ISFIFO(st.st_mode))
		result = wait_for(fd, why);
	if (result == 0)
		return fd;
	close(fd);
	return -1;
}

int
input_file_read(int fd, struct buf *content, const char *what,
    struct failure *why)
{
	char part[1024];
	ssize_t n;
	int result = 0;

	do {
		if ((result = wait_for(fd, why)) == -1)
			break;
		n = read(fd, part, sizeof(part));
		if (n == -1 && errno != EINTR)
			result = fail_errno(what, why);
		else if (n > 0 && buf_add(content, part, (size_t)n) == -1)
			result = errno == ENOMEM ? fail_memory(why) :
			    fail(why, STATUS_CONFIG, "%.200s: is too large: "
			    "such a file has %zu bytes at most", what,
			    content->max);
	} while (n != 0 && result == 0);
	explicit_bzero(part, sizeof(part));
	return result;
}

int
input_file_path(struct buf *path, const char *given)
{
	const char *home = getenv("HOME");

	if (home != NULL && strncmp(given, "~/", 2) == 0) {
		if (buf_adds(path, home) == -1)
			return -1;
		given++;
	}
	return buf_adds(path, given);
}
