/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/jail_view.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As Postfix does (chroot_uid): no groups but the one. */
static int
enter_viewpoint(const struct viewpoint *s)
{
	return chdir(s->folder) == -1 ||
	    (s->is_jailed && chroot(".") == -1) || setgroups(0, NULL) == -1 ||
	    setresgid(s->gid, s->gid, s->gid) == -1 ||
	    setresuid(s->uid, s->uid, s->uid) == -1 ? -1 : 0;
}

/* The first folder of the path that may not be entered, else the socket. */
static void
find_barrier(struct jail_view *v, const char *path)
{
	char part[SCOPE_PATH_MAX];
	size_t i, len = strlen(path);

	for (i = 1; i < len; i++) {
		if (path[i] != '/')
			continue;
		snprintf(part, sizeof(part), "%.*s", (int)i, path);
		if (access(part, X_OK) == -1)
			break;
	}
	snprintf(v->barrier, sizeof(v->barrier), "%.*s", (int)i, path);
}

/* The path as it is named outside of the jail. */
static void
make_outside_path(char path[SCOPE_PATH_MAX], const struct viewpoint *s)
{
	char inside[SCOPE_PATH_MAX];
	int is_absolute = path[0] == '/';

	if (is_absolute && !s->is_jailed)
		return;
	snprintf(inside, sizeof(inside), "%s", path);
	if (snprintf(path, SCOPE_PATH_MAX, "%s%s%s", s->folder,
	    is_absolute ? "" : "/", inside) >= SCOPE_PATH_MAX)
		snprintf(path, SCOPE_PATH_MAX, "%s", inside);
}

static void
probe_view(struct jail_view *v, const struct viewpoint *s,
    const struct client_settings *settings)
{
	v->end = probe_sockets(settings, v->path, &v->why);
	if (v->end == PROBE_ABSENT)
		return;
	if (v->end == PROBE_DENIED) {
		find_barrier(v, v->path);
		make_outside_path(v->barrier, s);
	}
	make_outside_path(v->path, s);
}

int
jail_view_probe(struct jail_view *v, const struct viewpoint *s,
    const struct client_settings *settings, struct failure *why)
{
	int report[2];
	ssize_t n;
	pid_t child;

	memset(v, 0, sizeof(*v));
	if (pipe2(report, O_CLOEXEC) == -1)
		return fail(why, STATUS_LATER, "no pipe: %s", strerror(errno));
	child = fork();
	if (child == 0) {
		if (enter_viewpoint(s) == -1) {
			v->end = PROBE_FAILED;
			fail(&v->why, STATUS_INTERNAL, "cannot become uid "
			    "%lu in %s: %s", (unsigned long)s->uid, s->folder,
			    strerror(errno));
		} else {
			probe_view(v, s, settings);
		}
		_Static_assert(sizeof(*v) <= PIPE_BUF, "in one piece");
		_exit(write(report[1], v, sizeof(*v)) != sizeof(*v));
	}
	close(report[1]);
	while ((n = read(report[0], v, sizeof(*v))) == -1 && errno == EINTR)
		continue;
	close(report[0]);
	if (child != -1)
		while (waitpid(child, NULL, 0) == -1 && errno == EINTR)
			continue;
	return n == (ssize_t)sizeof(*v) ? 0 : fail(why, STATUS_LATER,
	    "the search from %s came to nothing", s->folder);
}
