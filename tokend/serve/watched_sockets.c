/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/watched_sockets.h"

#include <errno.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ACCEPT_PAUSE 100	/* ms, when there are no descriptors, say */

int
watch_sockets(const struct sockets *all)
{
	struct epoll_event event = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	int fd = epoll_create1(EPOLL_CLOEXEC), i;

	for (i = 0; fd != -1 && i < all->count; i++) {
		event.data.fd = all->fd[i];
		if (epoll_ctl(fd, EPOLL_CTL_ADD, all->fd[i], &event) == -1) {
			close(fd);
			fd = -1;
		}
	}
	return fd;
}

int
wait_and_accept(int watched)
{
	struct epoll_event event;
	int fd;

	if (epoll_wait(watched, &event, 1, -1) != 1)
		return -1;
	/* The sockets do not block: another may have been quicker. */
	fd = accept4(event.data.fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd == -1 && errno != EAGAIN && errno != EINTR &&
	    errno != ECONNABORTED)
		poll(NULL, 0, ACCEPT_PAUSE);
	return fd;
}
