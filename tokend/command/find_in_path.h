/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * find_in_path.h - where a program is, by PATH.
 */
#pragma once

#include <stddef.h>

#define FOUND_MAX 4096		/* bytes of a path, with NUL */

/*
 * The program's path, as a shell would find it, but never a relative one, and
 * in the system's own folders even if PATH lacks them. 0, or -1.
 */
int find_in_path(char path[FOUND_MAX], const char *program);

/* The same in these folders alone, colons between; NULL: none. */
int find_in_folders(char *path, size_t size, const char *folders,
    const char *program);
