/* SPDX-License-Identifier: BSD-2-Clause */
#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "lineio.h"
#include "peer_ids.h"

#define QUEUE_FULL_PAUSE 10	/* ms; poll(2) cannot wait for it */

static int
connect_retrying(int fd, const struct sockaddr_un *address, int64_t deadline)
{
	while (connect(fd, (const struct sockaddr *)address,
	    sizeof(*address)) == -1) {
		if (errno == EISCONN)
			return 0;
		if (errno != EAGAIN && errno != EINTR)
			return -1;
		if (clock_ms() + QUEUE_FULL_PAUSE >= deadline) {
			errno = ETIMEDOUT;
			return -1;
		}
		if (errno == EAGAIN)
			poll(NULL, 0, QUEUE_FULL_PAUSE);
	}
	return 0;
}

/* Another user who took the path must not give us a token of theirs. */
static int
check_listener(int fd, uid_t listener_uid, const char *path,
    struct failure *why)
{
	uid_t uid = (uid_t)-1;
	gid_t gid;

	if (peer_ids(fd, &uid, &gid) == -1)
		return fail(why, STATUS_LATER, "%s: %m", path);
	if (uid == 0 || uid == geteuid() ||
	    (listener_uid != (uid_t)-1 && uid == listener_uid))
		return 0;
	fail(why, STATUS_CONFIG, "%s: uid %lu listens there, which is neither "
	    "root nor this program's user", path, (unsigned long)uid);
	errno = EPERM;
	return -1;
}

int
sock_connect(const char *path, uid_t listener_uid, int64_t deadline,
    struct failure *why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, saved;

	if (strlen(path) >= sizeof(address.sun_path)) {
		errno = ENAMETOOLONG;
		return fail(why, STATUS_CONFIG, "%s: longer than the %zu bytes "
		    "that a socket's path may have", path,
		    sizeof(address.sun_path) - 1);
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd == -1)
		return fail(why, STATUS_LATER, "%s: no socket: %m", path);
	if (connect_retrying(fd, &address, deadline) == -1) {
		saved = errno;
		if (saved == ETIMEDOUT)
			fail(why, STATUS_LATER, "%s: tokend's queue of "
			    "connections is full", path);
		else
			fail(why, STATUS_LATER, "%s: %m", path);
	} else if (check_listener(fd, listener_uid, path, why) == -1) {
		saved = errno;
	} else {
		return fd;
	}
	close(fd);
	errno = saved;
	return -1;
}

/*
 * By name: no other user can exchange what is in a folder that was judged. 1,
 * or 0 with errno; why is filled where the folder is at fault (EINVAL).
 */
static int
is_safe_folder(const char *path, uid_t listener_uid, struct failure *why)
{
	struct stat st;
	uid_t owner;

	if (fstatat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return 0;
	owner = listener_uid != (uid_t)-1 && st.st_uid == listener_uid ?
	    listener_uid : geteuid();
	if (file_judge(&st, FILE_FOLDER, owner, path, why) == 0)
		return 1;
	errno = EINVAL;
	return 0;
}

/* The working directory: what is wrong with it is no fault of tokend's. */
static int
may_be_relative(void)
{
	struct stat st;

	return fstatat(AT_FDCWD, ".", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    file_judge(&st, FILE_FOLDER, 0, ".", NULL) == 0;
}

/* From the working directory downwards; path is cut to what does not count. */
static int
is_safe_path(char *path, uid_t listener_uid, struct failure *why)
{
	size_t at = strcspn(path, "/");

	while (path[at] == '/') {
		path[at] = '\0';
		if (!is_safe_folder(path, listener_uid, why))
			return 0;
		path[at++] = '/';
		at += strcspn(path + at, "/");
	}
	return 1;
}

static int
connect_default(char *path, int64_t deadline, const struct client_settings *s,
    struct failure *why)
{
	if (path[0] != '/' && !is_safe_path(path, s->listener_uid, why))
		return -1;
	return sock_connect(path, s->listener_uid, deadline, why);
}

/* What is no reason to look no further: nothing is lost by trying the next. */
static int
may_skip(int error, int is_default)
{
	return error == ECONNREFUSED ||
	    (is_default && (error == EPERM || error == EINVAL));
}

int
sockets_connect(const struct client_settings *s, int64_t deadline,
    char path[SCOPE_PATH_MAX], struct failure *why)
{
	const int is_default = s->owned_sockets == NULL;
	const int skips_relative = is_default && !may_be_relative();
	const char *next = s->sockets;
	char tried[SCOPE_PATH_MAX];
	int error = ENOENT, fd;
	struct failure inner;
	size_t len;

	path[0] = '\0';
	for (;; next += len) {
		next += strspn(next, " ");
		len = strcspn(next, " ");
		if (len == 0)
			break;
		if (len >= sizeof(tried) || (skips_relative && *next != '/'))
			continue;
		memcpy(tried, next, len);
		tried[len] = '\0';
		fd = is_default ? connect_default(tried, deadline, s, &inner) :
		    sock_connect(tried, s->listener_uid, deadline, &inner);
		if (fd == -1 && (errno == ENOENT || errno == ENOTDIR ||
		    (path[0] != '\0' && may_skip(errno, is_default))))
			continue;
		memcpy(path, tried, strlen(tried) + 1);
		if (fd != -1)
			return fd;
		error = errno;
		*why = inner;
		if (!may_skip(error, is_default))
			break;
	}
	errno = error;
	return -1;
}
