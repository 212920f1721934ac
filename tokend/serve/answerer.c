/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/answerer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/eviction.h"
#include "serve/request/session.h"

/* A fresh process now and then: what leaks in libc stays small. */
#define REQUESTS_MOST 1000
#define ACCEPT_PAUSE 100	/* ms, when there are no descriptors, say */

/*
 * Each connection wakes one waiting process, not all of them: epoll(7) can do
 * that, and poll(2) cannot. -1 with errno.
 */
static int
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

/* A connection from whichever socket has one, or -1. */
static int
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

static void
answer_one(struct board *b, int place, int wake, int fd,
    const struct scope *s)
{
	atomic_store(&b->place[place].is_busy, 1);
	/* Full is as good as written: the listener is awake then. */
	if (atomic_fetch_sub(&b->idle, 1) <= IDLE_LEAST &&
	    write(wake, "", 1) == -1 && errno == EPIPE)
		atomic_store(&b->is_stopping, 1);
	session(fd, s, SESSION_PATIENCE);
	close(fd);
	atomic_store(&b->place[place].is_busy, 0);
	atomic_fetch_add(&b->idle, 1);
}

void
answerer_run(struct board *b, int place, int wake, const struct sockets *all,
    const struct scope *s)
{
	int served = 0, watched = watch_sockets(all), fd;

	if (watched == -1)
		_exit(1);
	signal(SIGPIPE, SIG_IGN);
	eviction_join(b, place);
	throttle_use(&b->throttle);
	while (served < REQUESTS_MOST && !atomic_load(&b->is_stopping) &&
	    atomic_load(&b->idle) <= IDLE_MOST) {
		if ((fd = wait_and_accept(watched)) == -1)
			continue;
		answer_one(b, place, wake, fd, s);
		served++;
	}
	_exit(0);
}
