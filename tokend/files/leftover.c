/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/leftover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "files/lock.h"
#include "files/newfile.h"
#include "base/name.h"

#define FOLDERS (sizeof(folders) / sizeof(folders[0]))

static const char *const folders[] = { "credentials", "cache", "state",
    "tunnel", "holds" };

/* -1 where it is not there, or not a folder. */
static int
open_folder(const struct scope *s, const char *name)
{
	char path[SCOPE_PATH_MAX + 16];

	snprintf(path, sizeof(path), "%s/%s", s->state, name);
	return open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int
has_name(const struct names *n, const char *name)
{
	size_t i;

	for (i = 0; i < n->count; i++)
		if (strcmp(n->name[i], name) == 0)
			return 1;
	return 0;
}

/* Those of one folder that are neither accounts nor known yet. */
static int
add_folder(struct names *n, const struct names *accounts,
    const struct scope *s, const char *folder)
{
	char name[NAME_MAX_LEN + 1];
	struct dirent *entry;
	int fd = open_folder(s, folder), result = 0;
	DIR *dir = fd != -1 ? fdopendir(fd) : NULL;

	if (dir == NULL) {
		if (fd != -1)
			close(fd);
		return 0;
	}
	while (result == 0 && (entry = readdir(dir)) != NULL) {
		if (name_fold(name, entry->d_name, strlen(entry->d_name),
		    NULL) == -1 || strcmp(name, entry->d_name) != 0 ||
		    has_name(accounts, name) || has_name(n, name))
			continue;
		result = names_add(n, name);
	}
	closedir(dir);
	return result;
}

int
leftover_names(struct names *n, const struct scope *s, struct failure *why)
{
	struct names accounts;
	size_t i;
	int result = names_list(&accounts, s, why);

	n->name = NULL;
	n->count = 0;
	for (i = 0; result == 0 && i < FOLDERS; i++)
		if (add_folder(n, &accounts, s, folders[i]) == -1)
			result = fail_memory(why);
	names_sort(n);
	names_free(&accounts);
	return result;
}

int
leftover_is_there(const struct scope *s, const char *account)
{
	struct stat st;
	size_t i;
	int fd, found = 0;

	for (i = 0; i < FOLDERS && !found; i++) {
		if ((fd = open_folder(s, folders[i])) == -1)
			continue;
		found = fstatat(fd, account, &st, AT_SYMLINK_NOFOLLOW) == 0;
		close(fd);
	}
	return found;
}

/* The file, and the new one that is written before it takes its place. */
static int
remove_one(const struct scope *s, const char *folder, const char *account,
    struct failure *why)
{
	char temporary[NEWFILE_NAME_MAX];
	int fd = open_folder(s, folder), result;

	if (fd == -1)
		return errno == ENOENT ? 0 : fail(why, status_of_errno(errno),
		    "%s/%s: %s", s->state, folder, strerror(errno));
	newfile_temporary_name(temporary, account);
	result = (unlinkat(fd, account, 0) == -1 && errno != ENOENT) ||
	    (unlinkat(fd, temporary, 0) == -1 && errno != ENOENT) ||
	    fsync(fd) == -1 ? fail(why, status_of_errno(errno), "account "
	    "\"%s\": %s/%s/%s cannot be removed: %s", account, s->state,
	    folder, account, strerror(errno)) : 0;
	close(fd);
	return result;
}

int
leftover_remove(const struct scope *s, const char *account,
    struct failure *why)
{
	int lock = lock_acquire(s, account, why), result = 0;
	size_t i;

	if (lock == -1)
		return -1;
	for (i = 0; result == 0 && i < FOLDERS; i++)
		result = remove_one(s, folders[i], account, why);
	/* Who still has it open gets it no more (lock.h). */
	if (result == 0)
		result = remove_one(s, "lock", account, why);
	close(lock);
	return result;
}
