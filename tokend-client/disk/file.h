/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * file.h - opening what tokend reads: open first, then judge the descriptor.
 *
 * No file or folder of ours may be a symbolic link, writable by group or
 * others, or owned by anyone except root and the owner that the caller names.
 */
#pragma once

#include <sys/stat.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/status.h"

enum file_want {
	FILE_FOLDER,
	FILE_SHOWN,	/* every user may read it */
	FILE_SECRET	/* others may not read it */
};

/*
 * openat(2) for reading, close-on-exec, following no link. All of the plugin
 * opens by this: each further name of the C library that the plugin asks for
 * costs its hosts at loading (test_cost), so that given.c has some by syscall.
 */
int file_openat(int dirfd, const char *name, int flags);

/*
 * Opens name below the folder dirfd (or AT_FDCWD) for reading and judges it.
 * path is the name used in texts. Returns a descriptor (close-on-exec), or -1
 * with errno kept: ENOENT, ENOTDIR (it cannot be there) and EACCES as open(2)
 * gave them, EPERM for a file that was judged. why is STATUS_CONFIG, and its
 * text says how to fix it; or STATUS_LATER (status_of_errno).
 */
int file_open(int dirfd, const char *name, enum file_want want,
    uid_t owner, const char *path, struct failure *why);

/* The same, and tells what was judged. */
int file_open_stat(int dirfd, const char *name, enum file_want want,
    uid_t owner, const char *path, struct stat *st,
    struct failure *why);

/* close(2) that leaves errno, for a way out on which it says why. */
void file_close(int fd);

/* The judgement alone, of what the caller has just looked at. 0, or -1. */
int file_judge(const struct stat *st, enum file_want want,
    uid_t owner, const char *path, struct failure *why);

/* Reads all of fd into b; -1 with errno (EMSGSIZE if over b->max). */
int file_read(int fd, struct buf *b);
