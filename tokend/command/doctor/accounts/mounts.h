/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mounts.h - where a path is mounted, and what makes that writable.
 */
#pragma once

#include "disk/scope.h"
#include "base/shell_word.h"

#define MOUNTS_COMMAND_MAX (SHELL_WORD_MAX(SCOPE_PATH_MAX) + 64)

struct mounted {
	char point[SCOPE_PATH_MAX];
	int is_read_only;
	int is_bound_so;	/* the mount is, and not the file system */
};

/* Of the path, or of the folder where it would be. 0, or -1. */
int mounts_find(struct mounted *m, const char *path);

/*
 * The command that makes it writable; NULL where no process here may do that,
 * as in a container: whatever made the mount decides then.
 */
const char *mounts_command(char command[MOUNTS_COMMAND_MAX],
    const struct mounted *m);
