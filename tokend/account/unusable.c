/* unusable.c - see unusable.h */
#include "account/unusable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "name.h"
#include "shell_word.h"

#define COMMAND_MAX (SHELL_WORD_MAX(SCOPE_PATH_MAX) + 64)

static const struct reason {
	int error;
	enum status code;
	const char *mend;
} reasons[] = {
	{ EROFS, STATUS_CONFIG, "it is mounted read-only: mount it writable" },
	{ EISDIR, STATUS_CONFIG, "a folder is in its place: move it away" },
	{ ELOOP, STATUS_CONFIG, "a link is in its place: remove it" },
	{ ENOSPC, STATUS_LATER, "make room there" },
	{ EDQUOT, STATUS_LATER, "make room there, or raise its quota" },
	{ EFBIG, STATUS_LATER, "raise the limit on the size of its files" },
	{ EIO, STATUS_LATER, "look at the disk, the kernel's log says more" }
};

static struct reason
find_reason(int error)
{
	const struct reason *r = reasons;
	const struct reason *end = r + sizeof(reasons) / sizeof(*r);

	while (r < end && r->error != error)
		r++;
	return r < end ? *r :
	    (struct reason){ error, status_of_errno(error), NULL };
}

/* 1 if what is at the path is neither the owner's nor missing. */
static int
is_anothers(const struct scope *s, const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && st.st_uid != s->owner;
}

/*
 * All of the store at once: what one file has, the others have too. By number,
 * since a worker looks up no names.
 */
static const char *
mend_access(char command[COMMAND_MAX], const struct scope *s,
    const char *folder_name, const char *account)
{
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];
	int wrong;

	snprintf(path, sizeof(path), "%s/%s", s->state, folder_name);
	wrong = is_anothers(s, s->state) || is_anothers(s, path);
	snprintf(path, sizeof(path), "%s/%s/%s", s->state, folder_name,
	    account);
	if (wrong || is_anothers(s, path))
		snprintf(command, COMMAND_MAX, "as root \"chown -R %lu %s\"",
		    (unsigned long)s->owner, SHELL_WORD(s->state));
	else
		snprintf(command, COMMAND_MAX, "\"chmod -R u+rwX %s\"",
		    SHELL_WORD(s->state));
	return command;
}

int
unusable(const struct scope *s, const char *folder_name, const char *account,
    int error, struct failure *why)
{
	struct reason r = find_reason(error);
	char command[COMMAND_MAX];

	if (error == EACCES || error == EPERM)
		r.mend = mend_access(command, s, folder_name, account);
	fail(why, r.code, "account \"%s\": %s/%s/%s cannot be written (%s), "
	    "so nothing is asked of the provider%s%s", account, s->state,
	    folder_name, account, strerror(error), r.mend != NULL ? ": " : "",
	    r.mend != NULL ? r.mend : "");
	errno = error;
	return -1;
}
