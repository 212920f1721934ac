/* SPDX-License-Identifier: BSD-2-Clause */
#include "host.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "disk/file.h"

/* With the newline that /proc has, so that no longer name is taken for it. */
static const char mbsync[] = "mbsync\n";

static int
is_mbsync(void)
{
	char name[32] = "";
	int fd = file_openat(AT_FDCWD, "/proc/self/comm", 0);
	ssize_t got;

	if (fd == -1)
		return 0;
	got = read(fd, name, sizeof(name));
	close(fd);
	return got == (ssize_t)sizeof(mbsync) - 1 &&
	    memcmp(name, mbsync, sizeof(mbsync) - 1) == 0;
}

int
host_steps_at_success(_Atomic int *known)
{
	int is = atomic_load(known);

	if (is == 0) {
		is = is_mbsync() + 1;
		atomic_store(known, is);
	}
	return is - 1;
}
