/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/listen_sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "account/defaults.h"
#include "disk/file.h"
#include "base/number.h"

#define LISTEN_QUEUE 128
#define SYSTEMD_FIRST 3		/* sd_listen_fds(3) */

static int
make_folder(const char *path, struct failure *why)
{
	char part[SCOPE_PATH_MAX];
	size_t i;

	for (i = 1; path[i] != '\0' && i < sizeof(part); i++) {
		if (path[i] != '/')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		if (mkdir(part, 0755) == -1 && errno != EEXIST)
			return fail(why, STATUS_CONFIG, "%s: %m", part);
	}
	return 0;
}

/* A socket, and the address of a path that sockets_add has measured. */
static int
open_socket(struct sockaddr_un *address, const char *path)
{
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* 1, also if its queue is full; or 0 with errno. */
static int
is_listened_on(const char *path)
{
	struct sockaddr_un address;
	int fd = open_socket(&address, path), is_used;

	if (fd == -1)
		return 0;
	is_used = connect(fd, (const struct sockaddr *)&address,
	    sizeof(address)) == 0 || errno == EAGAIN;
	file_close(fd);
	return is_used;
}

/* A socket that a tokend left; never one that a process listens on. */
static int
remove_stale(const char *path, struct failure *why)
{
	struct stat st;

	if (lstat(path, &st) == -1)
		return errno == ENOENT ? 0 : fail(why, STATUS_CONFIG, "%s: %m",
		    path);
	if (!S_ISSOCK(st.st_mode))
		return fail(why, STATUS_CONFIG, "%s: exists and is not a "
		    "socket: move it away", path);
	if (is_listened_on(path))
		return fail(why, STATUS_CONFIG, "%s: another tokend listens "
		    "there already", path);
	if (errno != ECONNREFUSED)
		return fail(why, STATUS_CONFIG, "%s: exists, and tokend "
		    "cannot see whether a process uses it: %m", path);
	if (unlink(path) == -1)
		return fail(why, STATUS_CONFIG, "%s: %m", path);
	return 0;
}

static int
listen_on(const char *path)
{
	struct sockaddr_un address;
	int fd = open_socket(&address, path), bound;
	mode_t before;

	if (fd == -1)
		return -1;
	/*
	 * Mode 0666 from the start. chmod(2) would follow a link that the
	 * folder's owner (postfix, of private/) has put there since, as root.
	 */
	before = umask(0111);
	bound = bind(fd, (const struct sockaddr *)&address, sizeof(address));
	umask(before);
	if (bound == 0 && listen(fd, LISTEN_QUEUE) == 0)
		return fd;
	file_close(fd);
	return -1;
}

int
sockets_add(struct sockets *all, const char *path, struct failure *why)
{
	struct sockaddr_un address;
	int fd;

	if (all->count == SOCKETS_MAX)
		return fail(why, STATUS_CONFIG, "more than %d sockets",
		    SOCKETS_MAX);
	if (path[0] != '/' || strlen(path) >= sizeof(address.sun_path))
		return fail(why, STATUS_CONFIG, "socket %s: is an absolute "
		    "path of at most %zu bytes", path,
		    sizeof(address.sun_path) - 1);
	if (make_folder(path, why) == -1 || remove_stale(path, why) == -1)
		return -1;
	if ((fd = listen_on(path)) == -1)
		return fail(why, STATUS_CONFIG, "%s: cannot listen there: %m",
		    path);
	if ((all->path[all->count] = strdup(path)) == NULL) {
		close(fd);
		return fail_memory(why);
	}
	all->fd[all->count++] = fd;
	return 0;
}

int
sockets_inherit(struct sockets *all, struct failure *why)
{
	const char *pid = getenv("LISTEN_PID"), *fds = getenv("LISTEN_FDS");
	int64_t i, n = 0, number = 0;

	if (pid == NULL || fds == NULL || number_read(pid, &number) == 0 ||
	    number != getpid())
		return 0;
	number_read(fds, &n);
	if (n < 0 || n > SOCKETS_MAX)
		return fail(why, STATUS_CONFIG, "LISTEN_FDS is %s, and should "
		    "be 0 to %d", fds, SOCKETS_MAX);
	for (i = 0; i < n; i++) {
		all->fd[all->count] = (int)(SYSTEMD_FIRST + i);
		all->path[all->count] = NULL;
		if (fcntl(all->fd[all->count], F_SETFD, FD_CLOEXEC) == -1 ||
		    fcntl(all->fd[all->count], F_SETFL, O_NONBLOCK) == -1)
			return fail(why, STATUS_CONFIG, "descriptor %d, which "
			    "LISTEN_FDS names: %m", all->fd[all->count]);
		all->count++;
	}
	/* What we start must not think that they are its own. */
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	return (int)n;
}

int
sockets_add_configured(struct sockets *all, const struct scope *s,
    struct failure *why)
{
	struct defaults d;
	char *path, *next = NULL;
	int result;

	result = defaults_read(&d, s, why);
	if (result == 0 && d.socket == NULL) {
		if (s->socket[0] == '\0')
			result = fail(why, STATUS_CONFIG, "%s is not set, so "
			    "name the socket: tokend serve --socket PATH",
			    s->kind == SCOPE_GIVEN ? "TOKEND_SOCKET" :
			    "XDG_RUNTIME_DIR");
		else
			result = sockets_add(all, s->socket, why);
	} else if (result == 0) {
		for (path = strtok_r(d.socket, " ", &next);
		    result == 0 && path != NULL;
		    path = strtok_r(NULL, " ", &next))
			result = sockets_add(all, path, why);
	}
	defaults_free(&d);
	return result;
}

void
sockets_close(struct sockets *all)
{
	while (all->count > 0) {
		all->count--;
		close(all->fd[all->count]);
		if (all->path[all->count] != NULL) {
			unlink(all->path[all->count]);
			free(all->path[all->count]);
		}
	}
}
