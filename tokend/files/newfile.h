/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * newfile.h - replacing a file so that a reader, or a crash at any moment,
 * finds the old or the new one whole.
 *
 * The two halves are apart on purpose: reserve first, while nothing is lost
 * yet, then do what cannot be undone, then commit into space that is there.
 */
#pragma once

#include <stddef.h>

#include "base/buf.h"
#include "disk/scope.h"
#include "base/status.h"

#define NEWFILE_NAME_MAX 256

struct newfile {
	int folder;		/* borrowed until the end */
	int fd;			/* -1 when not reserved */
	char name[NEWFILE_NAME_MAX];		/* the file's name */
	char temporary[NEWFILE_NAME_MAX];	/* ".NAME.new" */
	/*
	 * Set before reserving, for what costs one request when it is lost and
	 * what readers drop when it is damaged: nothing is synced. A power cut
	 * may leave the old file, the new one, none or a damaged one. kill(2)
	 * still leaves one whole, and a full disk is still found early.
	 */
	int may_be_lost;
	/* Set before reserving: what it holds until commit, synced with it. */
	const char *mark;
};

#define NEWFILE_INIT { .folder = -1, .fd = -1 }

/*
 * For the file account in the open folder, which is called folder_name below
 * s->state: creates the new file, mode 0600, allocates size bytes and,
 * unless it may be lost, syncs file and folder. The caller holds the account's
 * lock. -1 with why and errno, as unusable() has them.
 */
int newfile_reserve(struct newfile *f, int folder, const struct scope *s,
    const char *folder_name, const char *account, size_t size,
    struct failure *why);

/*
 * Whether a file may be renamed to that name in the folder: 0 as far as the
 * kernel says; EBUSY if the file there is a mount; EPERM if it is immutable or
 * append-only, or the folder is (chattr(1)).
 */
int newfile_replaceable(int folder, const char *name);

/* Takes room for size bytes from the start of fd. 0, or an errno. */
int newfile_allocate(int fd, size_t size);

/*
 * Writes content, syncs, renames, syncs the folder; what may be lost is not
 * synced. -1 with errno; then the old file is still there, and commit may be
 * called again.
 */
int newfile_commit(struct newfile *f, const struct buf *content);

/*
 * Makes content all that the file has. 0, or -1 with errno; for new files that
 * are not reserved.
 */
int newfile_write(int fd, const struct buf *content);

/*
 * All of that at once, for a file that may be lost: replaces it by content.
 * The caller holds the account's lock. -1 with why.
 */
int newfile_replace(const struct scope *s, const char *folder_name,
    const char *account, const struct buf *content, struct failure *why);

/* The name of the new file that becomes name. */
void newfile_temporary_name(char temporary[NEWFILE_NAME_MAX], const char *name);

/* Gives the reserved file up, if there is one. */
void newfile_abandon(struct newfile *f);
