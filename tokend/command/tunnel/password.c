/* SPDX-License-Identifier: BSD-2-Clause */
/* password.c - see tunnel_command.h */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "command/tunnel/tunnel_command.h"
#include "disk/file.h"
#include "files/folder.h"
#include "files/lock.h"
#include "files/newfile.h"
#include "base/shell_word.h"

#define FOLDER "tunnel"
#define LETTERS "abcdefghijklmnopqrstuvwxyz234567"
#define LENGTH 32	/* of 5 bits each: it cannot be guessed */

static int
read_password(struct buf *password, int folder, const char *path,
    const struct scope *s, const char *account, struct failure *why)
{
	int fd = file_open(folder, account, FILE_SECRET, s->owner, path, why);

	if (fd == -1 && errno == ENOENT)
		return fail(why, STATUS_CONFIG, "account \"%s\": it has no "
		    "password for local programs: \"tokend tunnel "
		    "--new-password %s\" makes one", account,
		    SHELL_NAME(account));
	if (fd == -1)
		return -1;
	if (file_read(fd, password) == -1 || password->len == 0 ||
	    strlen(buf_text(password)) != password->len ||
	    strchr(buf_text(password), '\n') != NULL)
		fail(why, STATUS_CONFIG, "%.200s: is not one password: "
		    "\"tokend tunnel --new-password %s\" makes another",
		    path, SHELL_NAME(account));
	else
		why->code = STATUS_OK;
	close(fd);
	return why->code == STATUS_OK ? 0 : -1;
}

int
tunnel_read_password(struct buf *password, const struct scope *s,
    const char *account, struct failure *why)
{
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 16] = "";
	int folder = folder_open(s, FOLDER, why), result = -1;

	if (folder == -1)
		return -1;
	snprintf(path, sizeof(path), "%s/" FOLDER "/%s", s->state, account);
	result = read_password(password, folder, path, s, account, why);
	close(folder);
	return result;
}

static int
make_random(struct buf *password, struct failure *why)
{
	unsigned char random[LENGTH] = { 0 };
	int i = 0, result = 0;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		return fail(why, STATUS_LATER, "the system gives no random "
		    "bytes: %s", strerror(errno));
	for (i = 0; i < LENGTH; i++)
		if (buf_add(password, &LETTERS[random[i] & 31], 1) == -1)
			result = fail_memory(why);
	explicit_bzero(random, sizeof(random));
	return result;
}

static int
store_password(const struct buf *password, const struct scope *s, int folder,
    const char *account, struct failure *why)
{
	struct newfile f = NEWFILE_INIT;

	if (newfile_reserve(&f, folder, s, FOLDER, account, password->len,
	    why) == -1)
		return -1;
	if (newfile_commit(&f, password) == 0)
		return 0;
	fail(why, STATUS_LATER, "account \"%s\": its password for local "
	    "programs cannot be stored: %s", account, strerror(errno));
	newfile_abandon(&f);
	return -1;
}

int
tunnel_make_password(struct buf *password, const struct scope *s,
    const char *account, struct failure *why)
{
	int lock = lock_acquire(s, account, why), folder = -1, result = -1;

	if (lock == -1)
		return -1;
	if ((folder = folder_open(s, FOLDER, why)) != -1) {
		if (make_random(password, why) == 0)
			result = store_password(password, s, folder, account,
			    why);
		close(folder);
	}
	lock_clear_time(lock);
	close(lock);
	return result;
}
