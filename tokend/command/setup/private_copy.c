/* SPDX-License-Identifier: BSD-2-Clause */
/* private_copy.c - the folder of copies that tools edit; see setup.h */
#include "command/setup/plan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "disk/file.h"
#include "files/newfile.h"

#define SETTLED 10	/* seconds */

static int
fail_copy(const char *path, struct failure *why)
{
	return fail(why, status_of_errno(errno), "%s: %s", path,
	    strerror(errno));
}

/* Opens the folder, making it where there is none yet. */
static int
open_folder(struct setup *s, struct failure *why)
{
	static const char template[] = "/tmp/tokend-setup-XXXXXX";
	int folder;

	if (s->copies == NULL) {
		if ((s->copies = strdup(template)) == NULL)
			return fail_memory(why);
		if (mkdtemp(s->copies) == NULL) {
			free(s->copies);
			s->copies = NULL;
			return fail_copy(template, why);
		}
	}
	folder = open(s->copies, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	return folder == -1 ? fail_copy(s->copies, why) : folder;
}

/* Opens f's copy. */
static int
open_copy(struct setup *s, const struct setup_file *f, int flags,
    struct failure *why)
{
	int folder = open_folder(s, why), fd;

	if (folder == -1)
		return -1;
	fd = openat(folder, strrchr(f->path, '/') + 1, flags | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1)
		fail_copy(s->copies, why);
	close(folder);
	return fd;
}

int
setup_copy_out(struct setup *s, const struct setup_file *f, struct failure *why)
{
	struct timespec settled[2] = { { .tv_nsec = 0 }, { .tv_nsec = 0 } };
	int fd = open_copy(s, f, O_WRONLY | O_CREAT | O_TRUNC, why), result;

	if (fd == -1)
		return -1;
	/* Postfix's tools wait until a file is more than a second old. */
	settled[0].tv_sec = settled[1].tv_sec = time(NULL) - SETTLED;
	result = newfile_write(fd, &f->new) == -1 ||
	    futimens(fd, settled) == -1 ? fail_copy(s->copies, why) : 0;
	close(fd);
	return result;
}

int
setup_copy_back(struct setup *s, struct setup_file *f, struct failure *why)
{
	int fd = open_copy(s, f, O_RDONLY, why), result;

	if (fd == -1)
		return -1;
	buf_reset(&f->new);
	result = file_read(fd, &f->new) == -1 ? fail_copy(s->copies, why) : 0;
	close(fd);
	return result;
}

void
private_copy_remove(struct setup *s)
{
	struct dirent *entry;
	DIR *dir;

	if (s->copies == NULL)
		return;
	if ((dir = opendir(s->copies)) != NULL) {
		while ((entry = readdir(dir)) != NULL)
			if (strcmp(entry->d_name, ".") != 0 &&
			    strcmp(entry->d_name, "..") != 0)
				unlinkat(dirfd(dir), entry->d_name, 0);
		closedir(dir);
	}
	rmdir(s->copies);
	free(s->copies);
	s->copies = NULL;
}
