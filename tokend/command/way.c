/* way.c - see way.h */
#include "command/way.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Could others exchange what is in the folder? /tmp's sticky bit forbids it. */
static int
is_ours(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return 0;
	if (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0)
		return 1;
	/* A user's own group is nobody else; root asks for more. */
	return (st->st_mode & (geteuid() == 0 && st->st_gid != 0 ? 022 :
	    02)) == 0;
}

int
way_is_ours(char *path)
{
	struct stat st;
	char *slash;

	for (;;) {
		if (stat(path, &st) == -1)
			return -1;
		if (!is_ours(&st))
			return 0;
		slash = strrchr(path, '/');
		if (slash[1] == '\0')
			return 1;
		slash[slash == path] = '\0';
	}
}
