/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/accounts/mounts.h"

#include <linux/capability.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define MOUNTS "/proc/self/mountinfo"

/* proc(5): blanks and the like are "\040". In place. */
static void
unescape_text(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++, to++) {
		if (text[0] == '\\' && strspn(text + 1, "01234567") >= 3) {
			*to = (char)((text[1] - '0') * 64 +
			    (text[2] - '0') * 8 + text[3] - '0');
			text += 3;
		} else {
			*to = *text;
		}
	}
	*to = '\0';
}

static int
has_ro(const char *options)
{
	return strncmp(options, "ro", 2) == 0 &&
	    (options[2] == ',' || options[2] == '\0' || options[2] == '\n');
}

/* "ID PARENT DEVICE ROOT POINT OPTIONS [FIELD...] - TYPE SOURCE OPTIONS" */
static int
take_line(struct mounted *m, const char *line)
{
	const char *end = strstr(line, " - ");
	char options[16] = "", super[16] = "";

	if (end == NULL || sscanf(line, "%*s %*s %*s %*s %1023s %15s",
	    m->point, options) != 2 ||
	    sscanf(end + 3, "%*s %*s %15s", super) != 1)
		return -1;
	unescape_text(m->point);
	m->is_read_only = has_ro(options) || has_ro(super);
	m->is_bound_so = has_ro(options) && !has_ro(super);
	return 0;
}

static int
is_at(const char *point, const char *path)
{
	size_t len = strlen(point);

	return len == 1 || (strncmp(point, path, len) == 0 &&
	    (path[len] == '/' || path[len] == '\0'));
}

/* Without links; of what is not there, the folder above that is. */
static int
resolve_path(char real[PATH_MAX], const char *path)
{
	char part[SCOPE_PATH_MAX + 512];
	char *slash;

	snprintf(part, sizeof(part), "%s", path);
	while (realpath(part, real) == NULL) {
		if ((slash = strrchr(part, '/')) == NULL)
			return -1;
		if (slash == part)
			return realpath("/", real) != NULL ? 0 : -1;
		*slash = '\0';
	}
	return 0;
}

int
mounts_find(struct mounted *m, const char *path)
{
	struct mounted one;
	char real[PATH_MAX], *line = NULL;
	size_t size = 0;
	int result = -1;
	FILE *from;

	memset(m, 0, sizeof(*m));
	if (resolve_path(real, path) == -1 ||
	    (from = fopen(MOUNTS, "re")) == NULL)
		return -1;
	/* Of one point, the later is on top. */
	while (getline(&line, &size, from) != -1)
		if (take_line(&one, line) == 0 && is_at(one.point, real) &&
		    strlen(one.point) >= strlen(m->point)) {
			*m = one;
			result = 0;
		}
	free(line);
	fclose(from);
	return result;
}

const char *
mounts_command(char command[MOUNTS_COMMAND_MAX], const struct mounted *m)
{
	if (prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) != 1)
		return NULL;
	snprintf(command, MOUNTS_COMMAND_MAX, "mount -o remount,%srw %s",
	    m->is_bound_so ? "bind," : "", SHELL_WORD(m->point));
	return command;
}
