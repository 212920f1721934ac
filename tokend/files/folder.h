/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder.h - the folders below a scope's state: cache/, state/, lock/,
 * credentials/.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

/*
 * Opens (and judges) the folder name below s->state, making it, mode 0700,
 * where it is missing. Returns a descriptor; -1 with STATUS_CONFIG, or
 * STATUS_LATER when the machine is the reason (status_of_errno).
 */
int folder_open(const struct scope *s, const char *name, struct failure *why);

/*
 * Opens the file account in that folder for reading, and judges it. A
 * descriptor, or -1 with errno.
 */
int folder_open_file(const struct scope *s, const char *name,
    const char *account);

/*
 * As root, before the process becomes the owner: makes s->state with all of
 * its parents, and gives s->state to s->owner. 0, or -1.
 */
int folder_prepare(const struct scope *s, gid_t gid, struct failure *why);

/*
 * Opens accounts/ of the scope (scope_open_accounts), making it where it is
 * missing: 0700, but by root for the system 0750 for the group of the tokend
 * user, in a folder that all may pass through. -1 with why.
 */
int folder_open_accounts(const struct scope *s, struct failure *why);

/* Names of *.conf files, without the ending, sorted; folded ones only. */
struct names {
	char **name;
	size_t count;
};

/*
 * Those in the open folder (which is closed), and the accounts of a scope
 * (none where it has no folder). 0, or -1; n is to be freed either way.
 */
int names_read(struct names *n, int folder, struct failure *why);
int names_list(struct names *n, const struct scope *s, struct failure *why);
void names_free(struct names *n);

/* For those who fill n. names_add is -1 without memory. */
int names_add(struct names *n, const char *name);
void names_sort(struct names *n);
