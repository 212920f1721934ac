/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/change.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/setup/file_attributes.h"
#include "command/setup/plan.h"
#include "files/newfile.h"

/* The new text is written next to the file; the old one gets a second name. */
struct replacement {
	struct setup_file *file;
	int folder;			/* -1: not opened */
	const char *name;
	char temporary[256];
	char old[256];
	int has_temporary, has_old, is_placed;
};

static int
fail_write(const struct replacement *w, struct failure *why)
{
	return fail(why, status_of_errno(errno), "%s: cannot be written: %s: "
	    "nothing was changed", w->file->path, strerror(errno));
}

/* Makes the folders above path that are missing. */
static int
make_folders(const char *path, mode_t mode)
{
	char *part = strdup(path), *slash = part;
	int result = part != NULL ? 0 : -1;

	while (result == 0 && (slash = strchr(slash + 1, '/')) != NULL) {
		*slash = '\0';
		if (mkdir(part, mode) == -1 && errno != EEXIST)
			result = -1;
		*slash = '/';
	}
	free(part);
	return result;
}

static int
open_folder(struct replacement *w, int is_private)
{
	const char *slash = strrchr(w->file->target, '/');
	char *folder = strndup(w->file->target, slash == w->file->target ? 1 :
	    (size_t)(slash - w->file->target));
	int saved;

	w->name = slash + 1;
	if (folder == NULL || make_folders(w->file->target,
	    is_private ? 0700 : 0755) == -1 ||
	    (size_t)snprintf(w->temporary, sizeof(w->temporary), PLAN_NEW,
	    w->name) >= sizeof(w->temporary)) {
		free(folder);
		return -1;
	}
	snprintf(w->old, sizeof(w->old), PLAN_OLD, w->name);
	w->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC |
	    O_NOFOLLOW);
	saved = errno;
	free(folder);
	errno = saved;
	return w->folder == -1 ? -1 : 0;
}

/* The new file is to be as the old one was, except its text. */
static int
copy_metadata(const struct replacement *w, int fd)
{
	const struct setup_file *f = w->file;
	int old, result;

	if (!f->existed)
		return (f->uid != (uid_t)-1 || f->gid != (gid_t)-1) &&
		    fchown(fd, f->uid, f->gid) == -1 ? -1 :
		    fchmod(fd, f->mode);
	if (fchown(fd, f->st.st_uid, f->st.st_gid) == -1 ||
	    fchmod(fd, f->st.st_mode & 07777) == -1)
		return -1;
	old = openat(w->folder, w->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	if (old == -1)
		return -1;
	result = file_attributes_copy(old, fd);
	close(old);
	return result;
}

static int
write_temporary(struct replacement *w)
{
	int fd, result = -1, saved;

	if (unlinkat(w->folder, w->temporary, 0) == -1 && errno != ENOENT)
		return -1;
	fd = openat(w->folder, w->temporary, O_WRONLY | O_CREAT | O_EXCL |
	    O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		return -1;
	w->has_temporary = 1;
	if (newfile_write(fd, &w->file->new) == 0 &&
	    copy_metadata(w, fd) == 0 && fsync(fd) == 0)
		result = 0;
	saved = errno;
	close(fd);
	errno = saved;
	return result;
}

/* Is the file still what was read? */
static int
is_as_read(const struct replacement *w)
{
	const struct stat *then = &w->file->st;
	struct stat now;

	if (fstatat(w->folder, w->name, &now, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT && !w->file->existed;
	return w->file->existed && now.st_ino == then->st_ino &&
	    now.st_dev == then->st_dev && now.st_size == then->st_size &&
	    now.st_mtim.tv_sec == then->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == then->st_mtim.tv_nsec;
}

static int
place_file(struct replacement *w)
{
	if (w->file->existed) {
		if (unlinkat(w->folder, w->old, 0) == -1 && errno != ENOENT)
			return -1;
		if (linkat(w->folder, w->name, w->folder, w->old, 0) == -1)
			return -1;
		w->has_old = 1;
	}
	if (w->file->is_removed ? unlinkat(w->folder, w->name, 0) == -1 :
	    renameat(w->folder, w->temporary, w->folder, w->name) == -1)
		return -1;
	w->has_temporary = 0;
	w->is_placed = 1;
	return 0;
}

/* The old file again: a rename of what is still there, needing no room. */
static void
restore_old(struct replacement *w)
{
	if (!w->is_placed)
		return;
	if (!w->file->existed) {
		unlinkat(w->folder, w->name, 0);
	} else {
		/* What cannot be put back stays next to it, and is not lost. */
		renameat(w->folder, w->old, w->folder, w->name);
		w->has_old = 0;
	}
}

static void
close_replacement(struct replacement *w)
{
	if (w->folder == -1)
		return;
	if (w->has_temporary)
		unlinkat(w->folder, w->temporary, 0);
	if (w->has_old)
		unlinkat(w->folder, w->old, 0);
	fsync(w->folder);
	close(w->folder);
}

static int
prepare_new(struct replacement *w, int is_private, struct failure *why)
{
	if (open_folder(w, is_private) == -1)
		return fail_write(w, why);
	return w->file->is_removed || write_temporary(w) == 0 ? 0 :
	    fail_write(w, why);
}

static int
put_new(struct replacement *w, struct failure *why)
{
	if (!is_as_read(w))
		return fail(why, STATUS_LATER, "%s: was changed by another "
		    "process meanwhile: nothing was changed. Fix: try again",
		    w->file->path);
	return place_file(w) == -1 ? fail_write(w, why) : 0;
}

void
change_sweep(const struct setup *s)
{
	const struct setup_file *f;
	char path[SCOPE_PATH_MAX];
	const char *name;
	int folder;

	for (f = s->files; f < s->files + s->file_count; f++) {
		name = strrchr(f->target, '/') + 1;
		folder = (int)(name - f->target);
		snprintf(path, sizeof(path), "%.*s" PLAN_NEW, folder,
		    f->target, name);
		unlink(path);
		snprintf(path, sizeof(path), "%.*s" PLAN_OLD, folder,
		    f->target, name);
		unlink(path);
	}
}

int
change_files(struct setup *s, struct failure *why)
{
	struct replacement list[SETUP_FILES];
	size_t i, count = 0;
	int result = 0;

	for (i = 0; i < s->file_count; i++)
		if (plan_changes(&s->files[i]))
			list[count++] = (struct replacement){
			    .file = &s->files[i], .folder = -1 };
	for (i = 0; result == 0 && i < count; i++)
		result = prepare_new(&list[i], s->home != NULL, why);
	for (i = 0; result == 0 && i < count; i++)
		result = put_new(&list[i], why);
	for (i = count; result == -1 && i-- > 0;)
		restore_old(&list[i]);
	for (i = 0; i < count; i++)
		close_replacement(&list[i]);
	return result;
}
