/* answerer.c - see answerer.h */
#include "serve/answerer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/session.h"

/* A fresh process now and then: what leaks in libc stays small. */
#define REQUESTS_MOST 1000

int
board_count(struct board *b, enum place_state state)
{
	int i, n = 0;

	for (i = 0; i < ANSWERERS_MAX; i++)
		n += atomic_load(&b->state[i]) == (int)state;
	return n;
}

/* A connection from whichever socket has one, or -1. */
static int
wait_and_accept(const struct sockets *all)
{
	struct pollfd ready[SOCKETS_MAX];
	int i, fd;

	for (i = 0; i < all->count; i++)
		ready[i] = (struct pollfd){ .fd = all->fd[i],
		    .events = POLLIN };
	if (poll(ready, (nfds_t)all->count, -1) <= 0)
		return -1;
	for (i = 0; i < all->count; i++) {
		if (ready[i].revents == 0)
			continue;
		/* The sockets do not block: another may have been quicker. */
		fd = accept4(all->fd[i], NULL, NULL, SOCK_CLOEXEC);
		if (fd != -1)
			return fd;
		if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED)
			poll(NULL, 0, 100);	/* out of descriptors, say */
	}
	return -1;
}

static void
answer_one(struct board *b, int place, int wake, int fd,
    const struct scope *s)
{
	atomic_store(&b->state[place], PLACE_BUSY);
	/* Full is as good as written: the listener is awake then. */
	if (board_count(b, PLACE_IDLE) < IDLE_LEAST &&
	    write(wake, "", 1) == -1 && errno == EPIPE)
		atomic_store(&b->is_stopping, 1);
	alarm(SESSION_ALARM);
	session(fd, s);
	alarm(0);
	close(fd);
	atomic_store(&b->state[place], PLACE_IDLE);
}

void
answerer_run(struct board *b, int place, int wake, const struct sockets *all,
    const struct scope *s)
{
	int served = 0, fd;

	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	while (served < REQUESTS_MOST && !atomic_load(&b->is_stopping) &&
	    board_count(b, PLACE_IDLE) <= IDLE_MOST) {
		if ((fd = wait_and_accept(all)) == -1)
			continue;
		answer_one(b, place, wake, fd, s);
		served++;
	}
	_exit(0);
}
