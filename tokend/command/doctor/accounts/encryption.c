/* SPDX-License-Identifier: BSD-2-Clause */
/* encryption.c - the key of credentials that are encrypted: is it there, and ours */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/defaults.h"
#include "account/key_path.h"
#include "command/doctor/accounts/accounts.h"

static const char clear[] = "tokend-credential=1\n";

static void
tell_missing(struct doctor *d, const char *setting, const char *path,
    int is_systemd)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_CONFIG };

	finding_text(f.found, "%s/tokend.conf: %s: there is no %s.",
	    d->scope.config, setting, path);
	finding_text(f.matters, "Without the key no refresh token can be read "
	    "or stored, and no token is renewed.");
	if (is_systemd)
		finding_text(f.fix, "\"systemctl restart tokend.service\", "
		    "with a line LoadCredential= or LoadCredentialEncrypted= "
		    "of that name in the unit.");
	else
		finding_text(f.fix, "Put the key back there. If it is lost, "
		    "the refresh tokens are, too: \"tokend revoke --forget "
		    "NAME\" for each account, a new key, and \"tokend login "
		    "NAME\".");
	doctor_report(d, &f);
}

/* The first line alone: what follows may be a secret, and is not read. */
static int
is_clear(int folder, const char *name)
{
	char line[sizeof(clear) - 1];
	int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW |
	    O_NONBLOCK);
	int result = fd != -1 && read(fd, line, sizeof(line)) ==
	    (ssize_t)sizeof(line) && memcmp(line, clear, sizeof(line)) == 0;

	if (fd != -1)
		close(fd);
	return result;
}

static int
count_clear(const struct doctor *d)
{
	char path[SCOPE_PATH_MAX + 16];
	struct dirent *entry = NULL;
	DIR *dir = NULL;
	int count = 0;

	snprintf(path, sizeof(path), "%s/credentials", d->scope.state);
	if ((dir = opendir(path)) == NULL)
		return 0;
	while ((entry = readdir(dir)) != NULL)
		count += entry->d_name[0] != '.' &&
		    is_clear(dirfd(dir), entry->d_name);
	closedir(dir);
	return count;
}

static void
tell_clear(struct doctor *d, int count)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };

	finding_text(f.found, "%d of the files in %s/credentials %s not "
	    "encrypted, though tokend.conf has credentials_key.", count,
	    d->scope.state, count == 1 ? "is" : "are");
	finding_text(f.matters, "Whoever gets a copy of the disk or of a "
	    "backup has the refresh tokens in them.");
	finding_text(f.fix, "Run \"tokend rekey\".");
	doctor_report(d, &f);
}

static void
tell_unfinished(struct doctor *d)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };

	finding_text(f.found, "%s/tokend.conf has credentials_key_before: the "
	    "change of the key is not finished.", d->scope.config);
	finding_text(f.matters, "The old key still opens what it closed.");
	finding_text(f.fix, "Run \"tokend rekey\"; when it says that no "
	    "credential needs the old key, remove that line, then the key.");
	doctor_report(d, &f);
}

static int
look_at_key(struct doctor *d, const char *setting, const char *value)
{
	char path[KEY_PATH_MAX];
	int found = 0;

	key_path_find(path, value);
	found = check_path(d, path, FILE_SECRET);
	if (found == -1)
		tell_missing(d, setting, path, key_path_is_systemd(value));
	return found == 1;
}

int
check_encryption(struct doctor *d)
{
	struct defaults set;
	int is_good = 1, count = 0;

	/* What is wrong with tokend.conf itself each account's check says. */
	if (defaults_read(&set, &d->scope, NULL) == 0) {
		if (set.credentials_key != NULL) {
			is_good = look_at_key(d, "credentials_key",
			    set.credentials_key);
			if ((count = count_clear(d)) > 0)
				tell_clear(d, count);
		}
		if (set.credentials_key_before != NULL && look_at_key(d,
		    "credentials_key_before", set.credentials_key_before))
			tell_unfinished(d);
	}
	defaults_free(&set);
	return is_good;
}
