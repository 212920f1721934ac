/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/join.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"

#define GONE (POLLERR | POLLHUP | POLLNVAL)
/*
 * A stream may be ready for poll(2) and still have nothing: half a record of
 * TLS, or a write that waits for a read. After so many of those in a row we
 * sleep between them.
 */
#define IDLE_TURNS 50
#define IDLE_MS 10

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

int
join_open(struct join *j, struct stream *local, struct stream *far,
    int linger)
{
	*j = (struct join){ .linger = linger,
	    .out = { .from = local, .to = far, .data = malloc(JOIN_BUFFER) },
	    .back = { .from = far, .to = local,
	    .data = malloc(JOIN_BUFFER) } };
	return j->out.data != NULL && j->back.data != NULL ? 0 : -1;
}

void
join_begin_with(struct join *j, const void *data, size_t len)
{
	if (len > 0)
		memcpy(j->out.data, data, len);
	j->out.at = 0;
	j->out.len = len;
}

void
join_free(struct join *j)
{
	struct flow *both[] = { &j->out, &j->back };
	int i = 0;

	for (i = 0; i < 2; i++) {
		if (both[i]->data != NULL)
			explicit_bzero(both[i]->data, JOIN_BUFFER);
		free(both[i]->data);
		both[i]->data = NULL;
	}
}

/* The other side is closed: what is left cannot be delivered. */
static void
drop_flow(struct flow *f, int error)
{
	f->ended = 1;
	f->len = 0;
	f->error = error;
}

/* 1 if it has moved something, or ended; 0 if it has to wait. */
static int
fill_flow(struct flow *f)
{
	ssize_t n = 0;

	if (f->len > 0 || f->ended)
		return 0;
	n = f->from->read(f->from->of, f->data, JOIN_BUFFER);
	if (n == -1 && errno == EAGAIN)
		return 0;
	f->at = 0;
	f->len = n > 0 ? (size_t)n : 0;
	f->error = n == -1 ? errno : 0;
	if (n > 0)
		return 1;
	f->ended = 1;
	if (f->to->finish != NULL)
		f->to->finish(f->to->of);
	return 1;
}

/* The same; -1 if the other side is closed. */
static int
empty_flow(struct flow *f)
{
	ssize_t n = 0;

	if (f->len == 0)
		return 0;
	n = f->to->write(f->to->of, f->data + f->at, f->len);
	if (n == -1)
		return errno == EAGAIN ? 0 : -1;
	f->at += (size_t)n;
	f->len -= (size_t)n;
	return n > 0;
}

/* 1 if something moved, 0 if all has to wait, -1 if the local side is gone. */
static int
move_once(struct join *j)
{
	int moved = fill_flow(&j->out), n = empty_flow(&j->out);

	/* What the far side has said before it closed is still to be heard. */
	if (n == -1)
		drop_flow(&j->out, EPIPE);
	moved |= n != 0;
	moved |= fill_flow(&j->back);
	if ((n = empty_flow(&j->back)) == -1)
		return -1;
	return moved || n;
}

static int
is_over(const struct join *j)
{
	return j->back.ended && j->back.len == 0;
}

/* Milliseconds until the far side has been silent for too long, or -1. */
static int
time_left(struct join *j, int moved)
{
	int64_t now = clock_ms();

	if (j->linger == -1 || !j->out.ended || j->out.len > 0)
		return -1;
	if (moved || j->until == 0)
		j->until = now + j->linger;
	return j->until > now ? (int)(j->until - now) : 0;
}

enum place {
	WATCHED,
	LOCAL_IN,
	LOCAL_OUT,
	FAR_IN,
	FAR_OUT,
	PLACES
};

static int
fd_if(int is_wanted, int fd)
{
	return is_wanted ? fd : -1;
}

static void
fill_poll(const struct join *j, int watched, struct pollfd p[PLACES])
{
	int has_out = j->out.len > 0, has_back = j->back.len > 0;

	p[WATCHED] = (struct pollfd){ .fd = watched, .events = POLLIN };
	p[LOCAL_IN] = (struct pollfd){ .events = POLLIN,
	    .fd = fd_if(!has_out && !j->out.ended, j->out.from->in) };
	/* Without events it still reports that the side is closed. */
	p[LOCAL_OUT] = (struct pollfd){ .events = has_back ? POLLOUT : 0,
	    .fd = fd_if(has_back || !has_out, j->back.to->out) };
	p[FAR_IN] = (struct pollfd){ .events = POLLIN,
	    .fd = fd_if(!has_back && !j->back.ended, j->back.from->in) };
	p[FAR_OUT] = (struct pollfd){ .events = POLLOUT,
	    .fd = fd_if(has_out, j->out.to->out) };
}

/* After a turn in which nothing moved: nothing of it is left to be passed. */
static int
local_is_gone(const struct join *j, const struct pollfd p[PLACES])
{
	return (p[LOCAL_OUT].revents & GONE) != 0 && j->out.len == 0 &&
	    (p[LOCAL_IN].revents & POLLIN) == 0;
}

enum join_end
join_run(struct join *j, int watched)
{
	struct pollfd p[PLACES];
	int idle = 0, moved = 0, left = 0;

	while ((moved = move_once(j)) != -1 && !is_over(j)) {
		idle = moved ? 0 : idle + 1;
		left = time_left(j, moved);
		fill_poll(j, watched, p);
		if (idle > IDLE_TURNS)
			poll(p, 1, IDLE_MS);
		if (poll(p, PLACES, moved ? 0 : left) == -1 && errno != EINTR)
			return JOIN_BROKEN;
		if (p[WATCHED].revents != 0)
			return JOIN_WATCHED;
		if (!moved && (left == 0 || local_is_gone(j, p)))
			return JOIN_ENDED;
	}
	return moved != -1 && j->back.error != 0 ? JOIN_BROKEN :
	    JOIN_ENDED;
}
