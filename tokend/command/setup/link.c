/* link.c - see link.h */
#include "command/setup/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "command/way.h"

/* The file itself may be somebody's: it stays as it is. */
static int
judge_way(const char *path, const char *target, struct failure *why)
{
	const char *slash = strrchr(target, '/');
	char *way = strndup(target, (size_t)(slash - target) +
	    (slash == target));
	int result = way != NULL ? way_is_ours(way) : fail_memory(why);

	if (way != NULL && result == -1)
		fail(why, STATUS_CONFIG, "%s: %s", way, strerror(errno));
	if (result == 0)
		fail(why, STATUS_CONFIG, "%s: is a symbolic link to %s, and "
		    "others may write to %s: put the real file there, or "
		    "chmod go-w and chown that folder", path, target, way);
	free(way);
	return result == 1 ? 0 : -1;
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
