/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/message.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>

#include "lineio.h"

int
message_send(int fd, struct buf *message)
{
	ssize_t n;

	if (attrs_end(message) == -1)
		return -1;
	while ((n = send(fd, message->data, message->len, MSG_NOSIGNAL)) ==
	    -1 && errno == EINTR)
		continue;
	return n == -1 ? -1 : 0;
}

int
message_receive(int fd, struct message *t, int64_t deadline)
{
	ssize_t n;

	buf_reset(&t->raw);
	if (buf_room(&t->raw, MESSAGE_BYTES_MAX) == -1 ||
	    io_wait(fd, POLLIN, deadline) == -1)
		return -1;
	while ((n = recv(fd, t->raw.data, MESSAGE_BYTES_MAX, 0)) == -1 &&
	    errno == EINTR)
		continue;
	if (n == 0 || (n == -1 && errno == ECONNRESET))
		errno = ENODATA;
	if (n <= 0)
		return -1;
	t->raw.len = (size_t)n;
	t->raw.data[n] = '\0';
	if (attrs_complete(t->raw.data, t->raw.len) != (long)n ||
	    attrs_parse(&t->attrs, &t->raw, NULL) == -1) {
		errno = EPROTO;
		return -1;
	}
	return 0;
}

void
message_free(struct message *t)
{
	buf_free(&t->raw);
}
