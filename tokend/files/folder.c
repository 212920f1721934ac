/* SPDX-License-Identifier: BSD-2-Clause */
#include "files/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk/file.h"
#include "files/unusable.h"
#include "base/name.h"

static int
cannot_make(const char *path, struct failure *why)
{
	int saved = errno;

	fail(why, status_of_errno(saved), "%s: cannot be made: %s", path,
	    strerror(saved));
	errno = saved;
	return -1;
}

/* Makes path with its parents; those get the usual mode, path 0700. */
static int
make_path(const char *path, struct failure *why)
{
	char part[SCOPE_PATH_MAX];
	size_t i, len = strlen(path);
	int last;

	for (i = 1; i <= len; i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		last = path[i + strspn(path + i, "/")] == '\0';
		if (mkdir(part, last ? 0700 : 0755) == -1 && errno != EEXIST)
			return cannot_make(part, why);
	}
	return 0;
}

int
folder_open(const struct scope *s, const char *name, struct failure *why)
{
	char path[SCOPE_PATH_MAX + 32];
	int state, folder;

	state = file_open(AT_FDCWD, s->state, FILE_FOLDER, s->owner,
	    s->state, why);
	if (state == -1 && errno == ENOENT) {
		if (make_path(s->state, why) == -1)
			return -1;
		state = file_open(AT_FDCWD, s->state, FILE_FOLDER, s->owner,
		    s->state, why);
	}
	if (state == -1)
		return unusable_after_open(s, s->state, why);
	snprintf(path, sizeof(path), "%s/%s", s->state, name);
	folder = file_open(state, name, FILE_FOLDER, s->owner, path, why);
	if (folder == -1 && errno == ENOENT) {
		if (mkdirat(state, name, 0700) == -1 && errno != EEXIST)
			unusable_path(s, path, errno, why);
		else
			folder = file_open(state, name, FILE_FOLDER,
			    s->owner, path, why);
	} else if (folder == -1) {
		unusable_after_open(s, path, why);
	}
	file_close(state);
	return folder;
}

int
folder_open_file(const struct scope *s, const char *name, const char *account)
{
	int folder = folder_open(s, name, NULL), fd;

	if (folder == -1)
		return -1;
	fd = file_open(folder, account, FILE_SECRET, s->owner, account, NULL);
	file_close(folder);
	return fd;
}

int
folder_prepare(const struct scope *s, gid_t gid, struct failure *why)
{
	struct stat st;
	int fd, result = -1;

	if (make_path(s->state, why) == -1)
		return -1;
	fd = file_open_stat(AT_FDCWD, s->state, FILE_FOLDER, s->owner,
	    s->state, &st, why);
	if (fd == -1)
		return unusable_after_open(s, s->state, why);
	if (st.st_uid != s->owner && fchown(fd, s->owner, gid) == -1)
		fail(why, STATUS_CONFIG, "%s: %m", s->state);
	else
		result = 0;
	close(fd);
	return result;
}

/* As root for the system: what the tokend user may read, or pass through. */
static int
share_folder(const char *path, mode_t mode, const struct scope *s,
    struct failure *why)
{
	const struct passwd *pw = getpwuid(s->owner);

	if (chown(path, 0, pw != NULL ? pw->pw_gid : 0) == -1 ||
	    chmod(path, mode) == -1)
		return cannot_make(path, why);
	return 0;
}

static int
make_accounts(const struct scope *s, struct failure *why)
{
	const int is_shared = s->kind == SCOPE_SYSTEM && geteuid() == 0;
	char path[SCOPE_PATH_MAX + 16];

	if (access(s->config, F_OK) == -1 && (make_path(s->config, why) == -1 ||
	    (is_shared && share_folder(s->config, 0755, s, why) == -1)))
		return -1;
	snprintf(path, sizeof(path), "%s/accounts", s->config);
	if (mkdir(path, 0700) == -1)
		return errno == EEXIST ? 0 : cannot_make(path, why);
	return is_shared ? share_folder(path, 0750, s, why) : 0;
}

int
folder_open_accounts(const struct scope *s, struct failure *why)
{
	int folder = scope_open_accounts(s, why);

	if (folder != -1 || errno != ENOENT || make_accounts(s, why) == -1)
		return folder;
	return scope_open_accounts(s, why);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int
names_add(struct names *n, const char *name)
{
	char **more = realloc(n->name, (n->count + 1) * sizeof(*more));

	if (more == NULL)
		return -1;
	n->name = more;
	if ((more[n->count] = strdup(name)) == NULL)
		return -1;
	n->count++;
	return 0;
}

void
names_sort(struct names *n)
{
	if (n->count > 0)
		qsort(n->name, n->count, sizeof(*n->name), compare_names);
}

/* 1 if the file name is NAME.conf of a proper, folded name. */
static int
is_account_file(const char *file, char name[NAME_MAX_LEN + 1])
{
	size_t len = strlen(file);

	return len > 5 && strcmp(file + len - 5, ".conf") == 0 &&
	    name_fold(name, file, len - 5, NULL) == 0 &&
	    strncmp(name, file, len - 5) == 0;
}

int
names_read(struct names *n, int folder, struct failure *why)
{
	char name[NAME_MAX_LEN + 1];
	struct dirent *entry;
	DIR *dir;
	int error;

	n->name = NULL;
	n->count = 0;
	if ((dir = fdopendir(folder)) == NULL) {
		close(folder);
		return fail_memory(why);
	}
	for (errno = 0; (entry = readdir(dir)) != NULL; errno = 0)
		if (is_account_file(entry->d_name, name) &&
		    names_add(n, name) == -1)
			break;
	/* readdir(3) tells its end from a failure by errno alone. */
	error = errno;
	closedir(dir);
	if (error != 0)
		return fail(why, status_of_errno(error), "the names in a "
		    "folder cannot be read: %s", strerror(error));
	names_sort(n);
	return 0;
}

int
names_list(struct names *n, const struct scope *s, struct failure *why)
{
	int folder = scope_open_accounts(s, why);

	n->name = NULL;
	n->count = 0;
	if (folder == -1)
		return errno == ENOENT ? 0 : -1;
	return names_read(n, folder, why);
}

void
names_free(struct names *n)
{
	while (n->count > 0)
		free(n->name[--n->count]);
	free(n->name);
	n->name = NULL;
}
