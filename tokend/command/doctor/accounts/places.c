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
#include "given.h"
#include "shell_word.h"

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

static int
is_below(const char *path, const char *folder)
{
	size_t len = strlen(folder);

	return strncmp(path, folder, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0');
}

/* What makes file_judge content; the first thing that it minds. */
static void
mend(struct finding *f, const struct doctor *d, const char *path,
    const struct stat *st, enum file_want want)
{
	const char *word = SHELL_WORD(path);
	char user[64], group[64];
	int is_state = is_below(path, d->scope.state);

	owner_names(d, user, group);
	if (S_ISLNK(st->st_mode) && want != FILE_FOLDER)
		finding_text(f->fix, "\"cp -pL %s %s.new\", then \"mv %s.new "
		    "%s\".", word, word, word, word);
	else if (S_ISLNK(st->st_mode))
		finding_text(f->fix, "Move the folder that it leads to to %s "
		    "itself.", path);
	else if (want == FILE_FOLDER ? !S_ISDIR(st->st_mode) :
	    !S_ISREG(st->st_mode))
		finding_text(f->fix, "Move it away: \"mv %s %s.old\".", word,
		    word);
	else if (st->st_uid != 0 && st->st_uid != d->scope.owner)
		finding_text(f->fix, "\"chown %s:%s %s\".",
		    d->scope.kind == SCOPE_SYSTEM && !is_state ? "root" : user,
		    group, word);
	else if ((st->st_mode & 022) != 0)
		finding_text(f->fix, "\"chmod go-w %s\".", word);
	else
		finding_text(f->fix, "\"chmod o= %s\"; whoever could read it "
		    "may have the secret: renew it at the provider.", word);
}

/* There no command changes a file: 1 if who makes the mount has to. */
static int
mend_mounted(struct finding *f, const struct doctor *d, const char *path)
{
	char command[MOUNTS_COMMAND_MAX];
	struct mounted m;

	if (is_below(path, d->scope.state) || mounts_find(&m, path) == -1 ||
	    !m.is_read_only)
		return 0;
	finding_text(f->fix, "%s is mounted read-only: change the file where "
	    "that is made. In Kubernetes set the volume's defaultMode and "
	    "the pod's fsGroup (tokend's group); in Docker and Podman the "
	    "secret's uid and mode, or the file on the host.%s%s%s", m.point,
	    mounts_command(command, &m) != NULL ? " On a machine of your own: "
	    "\"" : "", mounts_command(command, &m) != NULL ? command : "",
	    mounts_command(command, &m) != NULL ? "\", and look again." : "");
	return 1;
}

static void
tell(struct doctor *d, const char *path, const struct stat *st,
    enum file_want want, const struct failure *why)
{
	struct finding f = { .check = is_below(path, d->scope.state) ?
	    STORE_CHECK : ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = why->code };

	finding_text(f.found, "%s.", why->text);
	finding_text(f.matters, "tokend reads no file that somebody else could "
	    "have written, or should not have seen.");
	/* What is wrong on the way of a link, the failure knows alone. */
	if (mend_mounted(&f, d, path))
		;
	else if (S_ISLNK(st->st_mode) && strchr(why->text, '"') != NULL)
		finding_text(f.fix, "%s.", strchr(why->text, '"'));
	else
		mend(&f, d, path, st, want);
	doctor_report(d, &f);
}

/* Of who looks, which is tokend's user where root has asked. */
static void
tell_unreadable(struct doctor *d, const char *path, int error)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_CONFIG };
	char user[64], group[64];

	owner_names(d, user, group);
	finding_text(f.found, "%s cannot be read by the user %s: %s.", path,
	    user, strerror(error));
	finding_text(f.matters, "tokend runs as that user, and finds no "
	    "account there.");
	if (mend_mounted(&f, d, path))
		;
	else if (d->scope.kind == SCOPE_SYSTEM &&
	    !is_below(path, d->scope.state))
		finding_text(f.fix, "\"chgrp %s %s\", then \"chmod g+rX "
		    "%s\".", group, SHELL_WORD(path), SHELL_WORD(path));
	else
		finding_text(f.fix, "\"chown %s %s\", then \"chmod u+rwX "
		    "%s\".", user, SHELL_WORD(path), SHELL_WORD(path));
	doctor_report(d, &f);
}

/* A platform's choice, and at most a reason to ask for another one. */
static void
tell_platforms(struct doctor *d, const char *path, const struct stat *st)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };

	finding_text(f.found, "%s: holds a secret, and every user here may "
	    "read it (mode %04o), as the platform has made it.", path,
	    (unsigned)st->st_mode & 07777);
	finding_text(f.matters, "tokend uses it as it is. It is no secret from "
	    "other programs that run here.");
	finding_text(f.fix, "If others do run here: in Kubernetes set "
	    "defaultMode to 0440 and fsGroup to tokend's group; in Docker and "
	    "Podman give the secret a uid and mode 0400.");
	doctor_report(d, &f);
}

/* What people and platforms put there (given.h). As check_path. */
static int
check_given_path(struct doctor *d, const char *path, enum file_want want)
{
	struct failure why;
	struct given g;
	struct stat st;
	int fd = given_open(AT_FDCWD, path, want, d->scope.owner, path, &g,
	    &why), error = errno;

	if (fd == -1 && error == ENOENT)
		return -1;
	if (fd == -1 && (error != EPERM || lstat(path, &st) == -1)) {
		tell_unreadable(d, path, error);
		return 0;
	}
	if (fd == -1) {
		tell(d, path, &st, want, &why);
		return 0;
	}
	close(fd);
	if (want == FILE_FOLDER && access(path, R_OK | X_OK) == -1) {
		tell_unreadable(d, path, errno);
		return 0;
	}
	if (want == FILE_SECRET && g.is_platforms)
		tell_platforms(d, path, &g.st);
	return 1;
}

int
check_path(struct doctor *d, const char *path, enum file_want want)
{
	struct failure why;
	struct stat st;

	if (!is_below(path, d->scope.state))
		return check_given_path(d, path, want);
	if (lstat(path, &st) == -1) {
		if (errno == ENOENT)
			return -1;
		tell_unreadable(d, path, errno);
		return 0;
	}
	if (file_judge(&st, want, d->scope.owner, path, &why) == -1) {
		tell(d, path, &st, want, &why);
		return 0;
	}
	if (access(path, want == FILE_FOLDER ? R_OK | X_OK : R_OK) == -1) {
		tell_unreadable(d, path, errno);
		return 0;
	}
	return 1;
}
