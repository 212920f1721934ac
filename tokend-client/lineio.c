/* SPDX-License-Identifier: BSD-2-Clause */
#include "lineio.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>

#include "base/attr.h"

#define CHUNK 4096	/* bytes asked for at a time */

int64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t
clock_seconds(void)
{
	struct timespec now;

	/* Seconds need no more than the kernel's last tick. */
	clock_gettime(CLOCK_REALTIME_COARSE, &now);
	return now.tv_sec;
}

int
io_wait(int fd, short events, int64_t deadline)
{
	struct pollfd p = { .fd = fd, .events = events };
	int64_t left;
	int n;

	for (;;) {
		left = deadline - clock_ms();
		if (left <= 0) {
			errno = ETIMEDOUT;
			return -1;
		}
		n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
		if (n > 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return -1;
	}
}

int
io_send(int fd, const struct buf *message, int64_t deadline)
{
	size_t sent = 0;
	ssize_t n;

	while (sent < message->len) {
		n = send(fd, message->data + sent, message->len - sent,
		    MSG_NOSIGNAL | MSG_DONTWAIT);
		if (n >= 0)
			sent += (size_t)n;
		else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (io_wait(fd, POLLOUT, deadline) == -1)
				return -1;
		} else if (errno != EINTR)
			return -1;
	}
	return 0;
}

enum io_extent
io_extent(const struct buf *message)
{
	long end = attrs_complete(message->data, message->len);

	if (end < 0 || (end > 0 && (size_t)end != message->len)) {
		errno = EPROTO;
		return IO_NO_MESSAGE;
	}
	return end > 0 ? IO_WHOLE : IO_MORE;
}

int
io_receive(int fd, struct buf *message, int64_t deadline)
{
	size_t room;
	ssize_t n;
	enum io_extent extent = IO_MORE;

	while (extent == IO_MORE) {
		/* All of max can be used, however the bytes come in. */
		room = message->max - message->len;
		if (room > CHUNK)
			room = CHUNK;
		if (buf_room(message, room > 0 ? room : 1) == -1)
			return -1;
		n = recv(fd, message->data + message->len, room, MSG_DONTWAIT);
		if (n > 0) {
			message->len += (size_t)n;
			message->data[message->len] = '\0';
			if ((extent = io_extent(message)) == IO_NO_MESSAGE)
				return -1;
		} else if (n == 0) {
			errno = ENODATA;
			return -1;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			if (io_wait(fd, POLLIN, deadline) == -1)
				return -1;
		} else if (errno != EINTR)
			return -1;
	}
	return 0;
}
