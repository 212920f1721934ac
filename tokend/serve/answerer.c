/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/answerer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "serve/eviction.h"
#include "serve/request/session.h"
#include "serve/watched_sockets.h"

/* A fresh process now and then: what leaks in libc stays small. */
#define REQUESTS_MOST 1000

static void
answer_one(struct board *b, int place, int wake, int fd,
    const struct scope *s)
{
	atomic_store(&b->place[place].is_busy, 1);
	/* Full is as good as written: the listener is awake then. */
	if (atomic_fetch_sub(&b->idle, 1) <= IDLE_LEAST &&
	    write(wake, "", 1) == -1 && errno == EPIPE)
		atomic_store(&b->is_stopping, 1);
	/* The place is freed by the listener. */
	if (session(fd, s, SESSION_PATIENCE))
		_exit(0);
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
