/* link.c - see link.h */
#include "command/setup/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Could others exchange what is in the folder? /tmp's sticky bit forbids it. */
static int
is_safe(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return 0;
	if ((st->st_mode & S_ISVTX) != 0)
		return 1;
	/* A user's own group is nobody else; root's programs ask for more. */
	return (st->st_mode & (geteuid() == 0 && st->st_gid != 0 ? 022 :
	    02)) == 0;
}

static int
judge_way(const char *path, const char *target, struct failure *why)
{
	char *part = strdup(target), *slash;
	struct stat st;
	int result = 0;

	if (part == NULL)
		return fail_memory(why);
	while (result == 0 && (slash = strrchr(part, '/')) != NULL) {
		slash[slash == part] = '\0';
		if (stat(part, &st) == -1)
			result = fail(why, STATUS_CONFIG, "%s: %s", part,
			    strerror(errno));
		else if (!is_safe(&st))
			result = fail(why, STATUS_CONFIG, "%s: is a symbolic "
			    "link to %s, and others may write to %s: put the "
			    "real file there, or chmod go-w and chown that "
			    "folder", path, target, part);
		if (slash == part)
			break;
	}
	free(part);
	return result;
}

char *
link_follow(const char *path, struct failure *why)
{
	struct stat st;
	char *target;

	if (lstat(path, &st) == -1 || !S_ISLNK(st.st_mode))
		target = strdup(path);
	else if ((target = realpath(path, NULL)) == NULL && errno != ENOMEM) {
		fail(why, STATUS_CONFIG, "%s: is a symbolic link that leads "
		    "nowhere (%s): mend or remove it", path, strerror(errno));
		return NULL;
	}
	if (target == NULL)
		fail_memory(why);
	else if (lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
	    judge_way(path, target, why) == -1) {
		free(target);
		target = NULL;
	}
	return target;
}
