/* SPDX-License-Identifier: BSD-2-Clause */
/* places.c - owners and modes of what tokend reads and writes */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/doctor/accounts/accounts.h"
#include "command/doctor/accounts/mounts.h"
#include "disk/given.h"

void
owner_names(const struct doctor *d, char user[64], char group[64])
{
	const struct passwd *pw = getpwuid(d->scope.owner);
	const struct group *gr = pw != NULL ? getgrgid(pw->pw_gid) : NULL;

	snprintf(user, 64, "%lu", (unsigned long)d->scope.owner);
	if (pw != NULL)
		snprintf(user, 64, "%.60s", pw->pw_name);
	snprintf(group, 64, "%.60s", gr != NULL ? gr->gr_name : user);
}

/* The first thing that file_judge minds. */
static enum file_finding
explain_judged(const struct doctor *d, const struct stat *st,
    enum file_want want, const struct failure *why)
{
	if (S_ISLNK(st->st_mode) && strchr(why->text, '"') != NULL)
		return FILE_LINK_PATH;
	if (S_ISLNK(st->st_mode))
		return want == FILE_FOLDER ? FILE_LINK_FOLDER : FILE_LINK;
	if (want == FILE_FOLDER ? !S_ISDIR(st->st_mode) :
	    !S_ISREG(st->st_mode))
		return FILE_OTHER_KIND;
	if (st->st_uid != 0 && st->st_uid != d->scope.owner)
		return FILE_OWNER;
	return (st->st_mode & 022) != 0 ? FILE_WRITABLE : FILE_READABLE;
}

static int
is_in_store(const struct doctor *d, const char *path)
{
	size_t len = strlen(d->scope.state);

	return strncmp(path, d->scope.state, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0');
}

/* A path, and all that the rows' texts may name of it. */
struct place {
	const char *path;
	int is_in_store;
	char user[64], group[64], owner[130];
	struct mounted mount;
	char command[MOUNTS_COMMAND_MAX];	/* "": none changes the mount */
};

static void
describe_place(struct place *p, const struct doctor *d, const char *path)
{
	*p = (struct place){ .path = path,
	    .is_in_store = is_in_store(d, path) };
	owner_names(d, p->user, p->group);
	snprintf(p->owner, sizeof(p->owner), "%s:%s",
	    d->scope.kind == SCOPE_SYSTEM && !p->is_in_store ? "root" :
	    p->user, p->group);
	if (p->is_in_store || mounts_find(&p->mount, path) == -1)
		p->mount.is_read_only = 0;
	else if (mounts_command(p->command, &p->mount) == NULL)
		p->command[0] = '\0';
}

static void
report_place(struct doctor *d, const struct place *p, const char *check,
    enum file_finding found, const struct failure *why)
{
	const char *remedy = strchr(why->text, '"');

	doctor_found_as(d, check, &file_findings[found], why->code,
	    KNOWN_VALUES({ "file", p->path }, { "failure", why->text },
	    { "error", why->text }, { "remedy", remedy }, { "user", p->user },
	    { "group", p->group }, { "owner", p->owner },
	    { "point", p->mount.point }, { "command", p->command }));
}

static void
report_judged(struct doctor *d, const char *path, const struct stat *st,
    enum file_want want, const struct failure *why)
{
	enum file_finding found = explain_judged(d, st, want, why);
	struct place p;

	describe_place(&p, d, path);
	if (p.mount.is_read_only)
		found = p.command[0] != '\0' ? FILE_MOUNTED_HERE :
		    FILE_MOUNTED;
	report_place(d, &p, p.is_in_store ? STORE_CHECK : ACCOUNTS_CHECK,
	    found, why);
}

/* By the user who looks, which is tokend's where root asked. */
static void
report_unreadable(struct doctor *d, const char *path, int error)
{
	enum file_finding found = FILE_NO_ACCESS_OWN;
	struct failure why;
	struct place p;

	fail(&why, STATUS_CONFIG, "%s", strerror(error));
	describe_place(&p, d, path);
	if (p.mount.is_read_only)
		found = p.command[0] != '\0' ? FILE_NO_ACCESS_MOUNTED_HERE :
		    FILE_NO_ACCESS_MOUNTED;
	else if (d->scope.kind == SCOPE_SYSTEM && !p.is_in_store)
		found = FILE_NO_ACCESS;
	report_place(d, &p, ACCOUNTS_CHECK, found, &why);
}

static void
report_platforms(struct doctor *d, const char *path, const struct stat *st)
{
	char mode[8];

	snprintf(mode, sizeof(mode), "%04o", (unsigned)st->st_mode & 07777);
	doctor_found(d, ACCOUNTS_CHECK, &file_findings[FILE_PLATFORM],
	    KNOWN_VALUES({ "file", path }, { "mode", mode }));
}

/* What people and platforms put there (given.h). As check_path. */
static enum path_state
check_given_path(struct doctor *d, const char *path, enum file_want want)
{
	struct failure why;
	struct given g;
	struct stat st;
	int fd = given_open(AT_FDCWD, path, want, d->scope.owner, path, &g,
	    &why), error = errno;

	if (fd == -1 && error == ENOENT)
		return PATH_MISSING;
	if (fd == -1 && (error != EPERM || lstat(path, &st) == -1)) {
		report_unreadable(d, path, error);
		return PATH_BAD;
	}
	if (fd == -1) {
		report_judged(d, path, &st, want, &why);
		return PATH_BAD;
	}
	close(fd);
	if (want == FILE_FOLDER && access(path, R_OK | X_OK) == -1) {
		report_unreadable(d, path, errno);
		return PATH_BAD;
	}
	if (want == FILE_SECRET && g.is_shared_secret)
		report_platforms(d, path, &g.st);
	return PATH_GOOD;
}

enum path_state
check_path(struct doctor *d, const char *path, enum file_want want)
{
	struct failure why;
	struct stat st;

	if (!is_in_store(d, path))
		return check_given_path(d, path, want);
	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return PATH_MISSING;
		report_unreadable(d, path, errno);
		return PATH_BAD;
	}
	if (file_judge(&st, want, d->scope.owner, path, &why) == -1) {
		report_judged(d, path, &st, want, &why);
		return PATH_BAD;
	}
	if (access(path, want == FILE_FOLDER ? R_OK | X_OK : R_OK) == -1) {
		report_unreadable(d, path, errno);
		return PATH_BAD;
	}
	return PATH_GOOD;
}
