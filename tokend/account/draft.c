/* draft.c - see draft.h */
#include "account/draft.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/folder.h"

void
draft_name(char file[DRAFT_NAME_MAX], const char account[NAME_MAX_LEN + 1])
{
	snprintf(file, DRAFT_NAME_MAX, ".%.*s.conf.new", NAME_MAX_LEN,
	    account);
}

static int
cannot_write(const struct scope *s, const char *account, struct failure *why)
{
	const char *hint = "";

	if (errno == EACCES || errno == EPERM)
		hint = s->kind == SCOPE_SYSTEM ? ": run this as root" :
		    ": the folder is to be yours";
	return fail(why, status_of_errno(errno), "account \"%s\": "
	    "%s/accounts/%s.conf cannot be written: %s%s", account, s->config,
	    account, strerror(errno), hint);
}

static int
write_all(int fd, const struct buf *content)
{
	size_t done = 0;
	ssize_t n;

	while (done < content->len) {
		n = write(fd, content->data + done, content->len - done);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		done += (size_t)n;
	}
	return 0;
}

/* In the system's scope the worker, of the folder's group, reads it. */
static int
share(const struct scope *s, int fd, int folder)
{
	struct stat st;

	if (s->kind != SCOPE_SYSTEM || geteuid() != 0)
		return fchmod(fd, 0600);
	return fstat(folder, &st) == -1 || fchown(fd, 0, st.st_gid) == -1 ||
	    fchmod(fd, 0640) == -1 ? -1 : 0;
}

int
draft_write(const struct scope *s, const char *account,
    const struct buf *content, struct failure *why)
{
	char file[DRAFT_NAME_MAX];
	int folder, fd, result = -1;

	if ((folder = folder_open_accounts(s, why)) == -1)
		return -1;
	draft_name(file, account);
	if (unlinkat(folder, file, 0) == -1 && errno != ENOENT) {
		cannot_write(s, account, why);
		close(folder);
		return -1;
	}
	fd = openat(folder, file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
	    O_NOFOLLOW, 0600);
	if (fd == -1 || write_all(fd, content) == -1 ||
	    share(s, fd, folder) == -1 || fsync(fd) == -1)
		cannot_write(s, account, why);
	else
		result = 0;
	if (fd != -1)
		close(fd);
	if (fd != -1 && result == -1)
		unlinkat(folder, file, 0);
	close(folder);
	return result;
}

int
draft_commit(const struct scope *s, const char *account, struct failure *why)
{
	char file[DRAFT_NAME_MAX], name[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, why), result = -1;

	if (folder == -1)
		return -1;
	draft_name(file, account);
	snprintf(name, sizeof(name), "%s.conf", account);
	if (renameat(folder, file, folder, name) == -1)
		cannot_write(s, account, why);
	else
		result = 0;
	/* The new file stands, whatever comes. */
	fsync(folder);
	close(folder);
	return result;
}

int
draft_take_back(const struct scope *s, const char *account,
    const struct buf *before, struct failure *why)
{
	char name[DRAFT_NAME_MAX];
	int folder, result = 0;

	if (before != NULL)
		return draft_write(s, account, before, why) == -1 ? -1 :
		    draft_commit(s, account, why);
	if ((folder = scope_open_accounts(s, why)) == -1)
		return -1;
	snprintf(name, sizeof(name), "%s.conf", account);
	if (unlinkat(folder, name, 0) == -1 && errno != ENOENT) {
		cannot_write(s, account, why);
		result = -1;
	}
	fsync(folder);
	close(folder);
	return result;
}

void
draft_abandon(const struct scope *s, const char *account)
{
	char file[DRAFT_NAME_MAX];
	int folder = scope_open_accounts(s, NULL);

	if (folder == -1)
		return;
	draft_name(file, account);
	unlinkat(folder, file, 0);
	close(folder);
}
