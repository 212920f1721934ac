/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reload.c - whether main.cf or master.cf was changed after the last
 * start or reload of Postfix.
 *
 * A reload lets master(8) run and restarts qmgr(8), which otherwise runs as
 * long as master: its start is the time of the last reload. If that cannot be
 * found, nothing is reported.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "command/doctor/postfix/check_context.h"

#define STAT_MOST 1024
#define TOLERANCE 2		/* s: a tick, and the time of a reload */
#define FIELD_PARENT 4		/* of /proc/PID/stat, see proc(5) */
#define FIELD_START 22

struct process {
	char name[32];
	long parent;
	long long start;	/* clock ticks since the machine's start */
};

static int
read_text(const char *path, char text[STAT_MOST])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	ssize_t n;

	if (fd == -1)
		return -1;
	n = read(fd, text, STAT_MOST - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	return 0;
}

/* PID (NAME) STATE PARENT ...; the name may have blanks and brackets in it. */
static int
read_process(long pid, struct process *p)
{
	char path[64], text[STAT_MOST], *name, *at;
	int field;

	snprintf(path, sizeof(path), "/proc/%ld/stat", pid);
	if (read_text(path, text) == -1 || (name = strchr(text, '(')) == NULL ||
	    (at = strrchr(name, ')')) == NULL)
		return -1;
	*at++ = '\0';
	snprintf(p->name, sizeof(p->name), "%s", name + 1);
	for (field = 3; field <= FIELD_START; field++) {
		if (*at++ != ' ')
			return -1;
		if (field == FIELD_PARENT)
			p->parent = strtol(at, NULL, 10);
		else if (field == FIELD_START)
			p->start = strtoll(at, NULL, 10);
		at += strcspn(at, " ");
	}
	return 0;
}

/* The running master's, or -1. */
static long
find_master(const struct postfix *p)
{
	char path[SCOPE_PATH_MAX], text[STAT_MOST];
	struct process master;
	long pid;

	snprintf(path, sizeof(path), "%s/pid/master.pid",
	    postfix_value(p, NULL, "queue_directory"));
	if (!postfix_runs(p) || read_text(path, text) == -1 ||
	    (pid = strtol(text, NULL, 10)) <= 1 ||
	    read_process(pid, &master) == -1 ||
	    strcmp(master.name, "master") != 0)
		return -1;
	return pid;
}

static int
is_qmgr(const char *name)
{
	return strcmp(name, "qmgr") == 0 || strcmp(name, "oqmgr") == 0;
}

/* When master's qmgr was started, in ticks; -1 if there is not just one. */
static long long
find_start(long master)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	struct process child;
	long long start = -1;
	int found = 0;

	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		if (!isdigit((unsigned char)entry->d_name[0]) ||
		    read_process(strtol(entry->d_name, NULL, 10),
		    &child) == -1 ||
		    child.parent != master || !is_qmgr(child.name))
			continue;
		start = child.start;
		found++;
	}
	if (folder != NULL)
		closedir(folder);
	return found == 1 ? start : -1;
}

/* By the clock that files have; the same, also in a container. */
static int
find_reload(const struct postfix *p, time_t *when)
{
	long master = find_master(p), ticks = sysconf(_SC_CLK_TCK);
	long long start = master != -1 ? find_start(master) : -1;
	struct timespec now, up;

	if (start == -1 || ticks <= 0 ||
	    clock_gettime(CLOCK_REALTIME, &now) == -1 ||
	    clock_gettime(CLOCK_BOOTTIME, &up) == -1)
		return -1;
	*when = now.tv_sec - (up.tv_sec - (time_t)(start / ticks));
	return 0;
}

static int
is_newer(const struct postfix *p, const char *file, time_t reload)
{
	char path[SCOPE_PATH_MAX + 16];
	struct stat st;

	snprintf(path, sizeof(path), "%s/%s", p->config, file);
	return stat(path, &st) == 0 && st.st_mtime > reload + TOLERANCE &&
	    st.st_mtime <= time(NULL);
}

void
check_reload(struct check_context *c)
{
	int is_main, is_master;
	time_t when;

	if (find_reload(c->p, &when) == -1)
		return;
	is_main = is_newer(c->p, "main.cf", when);
	is_master = is_newer(c->p, "master.cf", when);
	if (is_main || is_master)
		report_postfix(c, NOT_RELOADED, KNOWN_VALUES({ "files",
		    !is_master ? "main.cf was" : is_main ?
		    "main.cf and master.cf were" : "master.cf was" }));
}
