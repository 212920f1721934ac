/* SPDX-License-Identifier: BSD-2-Clause */
/* sock.c - see sock.h */
#include "sock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lineio.h"

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
	struct ucred peer = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return fail(why, STATUS_LATER, "%s: %m", path);
	if (peer.uid == 0 || peer.uid == geteuid() ||
	    (listener_uid != (uid_t)-1 && peer.uid == listener_uid))
		return 0;
	fail(why, STATUS_CONFIG, "%s: uid %lu listens there, which is neither "
	    "root nor this program's user", path, (unsigned long)peer.uid);
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
