/* SPDX-License-Identifier: BSD-2-Clause */
/* stream.c - see stream.h */
#include "common/stream.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

static int
is_ready(int fd, short events)
{
	struct pollfd p = { .fd = fd, .events = events };

	if (poll(&p, 1, 0) > 0)
		return 1;
	errno = EAGAIN;
	return 0;
}

static ssize_t
read_plain(void *of, void *data, size_t len)
{
	const struct stream *s = of;
	ssize_t n = 0;

	do {
		n = recv(s->in, data, len, MSG_DONTWAIT);
		if (n == -1 && errno == ENOTSOCK)
			n = is_ready(s->in, POLLIN) ? read(s->in, data, len) :
			    -1;
	} while (n == -1 && errno == EINTR);
	return n;
}

/* A pipe that poll(2) calls writable takes PIPE_BUF bytes at once. */
static ssize_t
write_plain(void *of, const void *data, size_t len)
{
	const struct stream *s = of;
	ssize_t n = 0;

	do {
		n = send(s->out, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n == -1 && errno == ENOTSOCK)
			n = is_ready(s->out, POLLOUT) ? write(s->out, data,
			    len < PIPE_BUF ? len : PIPE_BUF) : -1;
	} while (n == -1 && errno == EINTR);
	return n;
}

static void
finish_plain(void *of)
{
	const struct stream *s = of;

	shutdown(s->out, SHUT_WR);
}

void
stream_open(struct stream *s, int in, int out)
{
	*s = (struct stream){ .read = read_plain, .write = write_plain,
	    .finish = finish_plain, .of = s, .in = in, .out = out };
}
