/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/safe_path.h"
#include "base/shell_word.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINKS_MOST 40		/* as the kernel has it */
/*
 * Debian's /etc/mail, and m4/ in it. The last one is opened without following
 * a link, and the one above is in a folder of root's: so neither can be
 * exchanged meanwhile.
 */
#define DAEMON_FOLDERS 2
#define SYSTEM_UID_MOST 999	/* of daemons; people's begin at 1000 */

static int
owner_is_ours(const struct stat *st)
{
	return st->st_uid == 0 || st->st_uid == geteuid();
}

/* Could others exchange what is in the folder? /tmp's sticky bit forbids it. */
static int
others_may_write(const struct stat *st)
{
	if (S_ISDIR(st->st_mode) && (st->st_mode & S_ISVTX) != 0)
		return 0;
	/*
	 * A user's own group has no other member; root does not rely on that.
	 */
	return (st->st_mode & (geteuid() == 0 && st->st_gid != 0 ? 022 :
	    02)) != 0;
}

enum truth
safe_path_is_ours(char *path)
{
	struct stat st;
	char *slash;

	for (;;) {
		if (stat(path, &st) == -1)
			return IS_UNKNOWN;
		if (!owner_is_ours(&st) || others_may_write(&st))
			return IS_FALSE;
		slash = strrchr(path, '/');
		if (slash[1] == '\0')
			return IS_TRUE;
		slash[slash == path] = '\0';
	}
}

enum truth
safe_path_home_is_ours(const char *home, unsigned *owner)
{
	struct stat st;

	if (stat(home, &st) == -1)
		return IS_UNKNOWN;
	*owner = (unsigned)st.st_uid;
	return geteuid() != 0 || st.st_uid == 0 ? IS_TRUE : IS_FALSE;
}

/* A walk: what was checked, without links, and what is still to come. */
struct walk {
	const char *path;		/* as it was given */
	char done[PATH_MAX];		/* "" for the root folder */
	char rest[PATH_MAX];
	int links;
	int is_shared;			/* done is sticky */
	int is_daemons;			/* done is a system user's */
	enum path_trust trust;
};

static int
fail_long(const struct walk *w, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%.200s: too long a path", w->path);
}

/* done with a component more. -1: too long. */
static int
append_name(char part[PATH_MAX], const char *done, const char *name, size_t len)
{
	return snprintf(part, PATH_MAX, "%s/%.*s", done, (int)len, name) <
	    PATH_MAX ? 0 : -1;
}

static int
fail_owner(const struct walk *w, const char *part, const struct stat *st,
    struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%s: %s%.200s belongs to uid %lu, "
	    "which could redirect what is written there; nothing was changed. "
	    "Fix: run this as that user, or have %.200s belong to uid %lu",
	    w->path, S_ISLNK(st->st_mode) ? "the link " : "", part,
	    (unsigned long)st->st_uid, part, (unsigned long)geteuid());
}

/* The folder at part, which the walk goes on in. */
static int
enter_folder(struct walk *w, const char *part, const struct stat *st,
    size_t folders, struct failure *why)
{
	int is_daemons = folders < DAEMON_FOLDERS && !w->is_shared &&
	    w->trust == TRUST_DAEMON && st->st_uid <= SYSTEM_UID_MOST;

	if (!S_ISDIR(st->st_mode))
		return fail(why, STATUS_CONFIG, "%s: %.200s is not a folder",
		    w->path, part);
	if (!owner_is_ours(st) && !is_daemons)
		return fail_owner(w, part, st, why);
	if (others_may_write(st))
		return fail(why, STATUS_CONFIG, "%s: others may write to "
		    "%.200s (mode %04o); nothing was changed. Fix: \"chmod "
		    "go-w %s\"", w->path, part,
		    (unsigned)st->st_mode & 07777, SHELL_WORD(part));
	w->is_shared = (st->st_mode & S_ISVTX) != 0;
	w->is_daemons = !owner_is_ours(st);
	memcpy(w->done, part, strlen(part) + 1);
	return 0;
}

/* Replaces the link by its text, before what is left of the path. */
static int
follow_link(struct walk *w, const char *part, const struct stat *st,
    const char *left, struct failure *why)
{
	char text[PATH_MAX], joined[PATH_MAX];
	ssize_t n = readlink(part, text, sizeof(text) - 1);

	if (n == -1)
		return fail(why, STATUS_CONFIG, "%.200s: %s", part,
		    strerror(errno));
	text[n] = '\0';
	if (!owner_is_ours(st) || w->is_daemons)
		return fail_owner(w, part, st, why);
	if (++w->links > LINKS_MOST)
		return fail(why, STATUS_CONFIG, "%s: %s", w->path,
		    strerror(ELOOP));
	if (snprintf(joined, sizeof(joined), "%s/%s", text, left) >=
	    (int)sizeof(joined))
		return fail_long(w, why);
	memcpy(w->rest, joined, strlen(joined) + 1);
	if (text[0] == '/')
		w->done[0] = '\0';
	return 0;
}

/* ".." of a path without links is the folder above; it was checked before. */
static void
go_up(struct walk *w)
{
	char *slash = strrchr(w->done, '/');
	struct stat st;

	if (slash != NULL)
		*slash = '\0';
	w->is_shared = lstat(w->done, &st) == 0 &&
	    (st.st_mode & S_ISVTX) != 0;
	w->is_daemons = 0;
}

/* How many folders are still to come before the file. */
static size_t
folders_left(const char *rest)
{
	size_t count = 0;

	for (;;) {
		rest += strspn(rest, "/");
		rest += strcspn(rest, "/");
		if (rest[strspn(rest, "/")] == '\0')
			return count;
		count++;
	}
}

/* The rest does not exist yet, and will be made by these names. */
static int
end_missing(struct walk *w, const char *part, const char *left,
    struct failure *why)
{
	size_t len = strlen(part);

	if (w->links > 0 && *left == '\0')
		return fail(why, STATUS_CONFIG, "%s: is a symbolic link that "
		    "leads nowhere (%.200s does not exist). Fix or remove it",
		    w->path, part);
	if (strstr(left, "..") != NULL)
		return fail(why, STATUS_CONFIG, "%s: %.200s: %s", w->path,
		    part, strerror(ENOENT));
	if (snprintf(w->done, sizeof(w->done), "%s%s%s", part,
	    *left != '\0' ? "/" : "", left) >= (int)sizeof(w->done))
		return fail_long(w, why);
	for (len = strlen(w->done); len > 0 && w->done[len - 1] == '/'; len--)
		w->done[len - 1] = '\0';
	w->rest[0] = '\0';
	return 0;
}

/* One component of the path. 0, or -1 with why. */
static int
walk_component(struct walk *w, struct failure *why)
{
	char part[PATH_MAX], left[PATH_MAX];
	const char *name = w->rest + strspn(w->rest, "/"), *after;
	size_t len = strcspn(name, "/");
	struct stat st;

	after = name + len + strspn(name + len, "/");
	memcpy(left, after, strlen(after) + 1);
	if (len == 1 && name[0] == '.') {
		memcpy(w->rest, left, strlen(left) + 1);
		return 0;
	}
	if (len == 2 && name[0] == '.' && name[1] == '.') {
		go_up(w);
		memcpy(w->rest, left, strlen(left) + 1);
		return 0;
	}
	if (append_name(part, w->done, name, len) == -1)
		return fail_long(w, why);
	if (lstat(part, &st) == -1)
		return errno == ENOENT ? end_missing(w, part, left, why) :
		    fail(why, STATUS_CONFIG, "%s: %.200s: %s", w->path, part,
		    strerror(errno));
	if (w->is_shared && !owner_is_ours(&st))
		return fail_owner(w, part, &st, why);
	if (S_ISLNK(st.st_mode))
		return follow_link(w, part, &st, left, why);
	if (*left != '\0' && enter_folder(w, part, &st, folders_left(left),
	    why) == -1)
		return -1;
	memcpy(w->done, part, strlen(part) + 1);
	memcpy(w->rest, left, strlen(left) + 1);
	return 0;
}

char *
safe_path_absolute(const char *path)
{
	char *here = NULL, *absolute = NULL;

	if (path[0] == '/')
		return strdup(path);
	if ((here = getcwd(NULL, 0)) == NULL ||
	    asprintf(&absolute, "%s/%s", here, path) == -1)
		absolute = NULL;
	free(here);
	return absolute;
}

char *
safe_path_resolve(const char *path, enum path_trust trust, struct failure *why)
{
	struct walk *w = calloc(1, sizeof(*w));
	char *target = NULL;
	int result = 0;

	if (w == NULL) {
		fail_memory(why);
		return NULL;
	}
	w->path = path;
	w->trust = trust;
	if (strlen(path) >= sizeof(w->rest))
		result = fail_long(w, why);
	else
		memcpy(w->rest, path, strlen(path) + 1);
	while (result == 0 && w->rest[strspn(w->rest, "/")] != '\0')
		result = walk_component(w, why);
	if (result == 0 && (target = strdup(w->done[0] != '\0' ? w->done :
	    "/")) == NULL)
		fail_memory(why);
	free(w);
	return target;
}
