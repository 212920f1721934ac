/* SPDX-License-Identifier: BSD-2-Clause */
/* encryption.c - the key that credentials are encrypted with */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/defaults.h"
#include "account/key_path.h"
#include "command/doctor/accounts/accounts.h"

static const char clear[] = "tokend-credential=1\n";

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

static int
check_key(struct doctor *d, const char *setting, const char *value)
{
	char path[KEY_PATH_MAX];
	enum path_state found;

	key_path_find(path, value);
	found = check_path(d, path, FILE_SECRET);
	if (found == PATH_MISSING)
		report_account(d, key_path_is_systemd(value) ?
		    KEY_MISSING_SYSTEMD : KEY_MISSING, KNOWN_VALUES(
		    { "folder", d->scope.config }, { "setting", setting },
		    { "file", path }));
	return found == PATH_GOOD;
}

int
check_encryption(struct doctor *d)
{
	struct defaults set;
	int is_good = 1, count = 0;

	/* What is wrong with tokend.conf itself each account's check says. */
	if (defaults_read(&set, &d->scope, NULL) == 0) {
		if (set.credentials_key != NULL) {
			is_good = check_key(d, "credentials_key",
			    set.credentials_key);
			if ((count = count_clear(d)) > 0)
				report_account(d, CREDENTIALS_CLEAR,
				    KNOWN_VALUES(
				    { "count", KNOWN_NUMBER(count) },
				    { "folder", d->scope.state }));
		}
		if (set.credentials_key_before != NULL && check_key(d,
		    "credentials_key_before", set.credentials_key_before))
			report_account(d, REKEY_UNFINISHED, KNOWN_VALUES(
			    { "folder", d->scope.config }));
	}
	defaults_free(&set);
	return is_good;
}
