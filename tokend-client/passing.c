/* SPDX-License-Identifier: BSD-2-Clause */
#include "passing.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lineio.h"

union rights {
	struct cmsghdr head;	/* for its alignment */
	char bytes[CMSG_SPACE(PASSING_MOST * sizeof(int))];
};

static size_t
size_of_files(int count)
{
	return (size_t)count * sizeof(int);
}

ssize_t
passing_send(int fd, const void *data, size_t size, const int files[],
    int count, int flags)
{
	struct iovec part = { .iov_base = (void *)(uintptr_t)data,
	    .iov_len = size };
	union rights rights = { .bytes = "" };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = rights.bytes,
	    .msg_controllen = CMSG_SPACE(size_of_files(count)) };
	ssize_t n;

	rights.head.cmsg_level = SOL_SOCKET;
	rights.head.cmsg_type = SCM_RIGHTS;
	rights.head.cmsg_len = CMSG_LEN(size_of_files(count));
	memcpy(CMSG_DATA(&rights.head), files, size_of_files(count));
	while ((n = sendmsg(fd, &m, MSG_NOSIGNAL | flags)) == -1 &&
	    errno == EINTR)
		continue;
	return n;
}

static int
count_files(const struct msghdr *m, const union rights *rights)
{
	if (m->msg_controllen < sizeof(rights->head) ||
	    rights->head.cmsg_level != SOL_SOCKET ||
	    rights->head.cmsg_type != SCM_RIGHTS)
		return 0;
	return (int)((rights->head.cmsg_len - CMSG_LEN(0)) / sizeof(int));
}

ssize_t
passing_receive(int fd, void *data, size_t size, int files[], int most,
    int *count, int flags)
{
	struct iovec part = { .iov_base = data, .iov_len = size };
	union rights rights = { .bytes = "" };
	/* CMSG_SPACE has room for one more; the kernel closes what it cuts. */
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = rights.bytes,
	    .msg_controllen = CMSG_LEN(size_of_files(most)) };
	ssize_t n;

	*count = 0;
	while ((n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC | flags)) == -1 &&
	    errno == EINTR)
		continue;
	if (n == -1)
		return -1;
	*count = count_files(&m, &rights);
	memcpy(files, CMSG_DATA(&rights.head), size_of_files(*count));
	if (n > 0 && (m.msg_flags & MSG_CTRUNC) == 0)
		return n;
	while (*count > 0)
		close(files[--*count]);
	errno = EPROTO;
	return n == 0 ? 0 : -1;
}

int
passing_send_message(int fd, const struct buf *message, int file,
    int64_t deadline)
{
	struct buf rest = *message;
	ssize_t n;

	while ((n = passing_send(fd, message->data, message->len, &file, 1,
	    MSG_DONTWAIT)) == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
		if (io_wait(fd, POLLOUT, deadline) == -1)
			return -1;
	if (n == -1)
		return -1;
	rest.data += n;
	rest.len -= (size_t)n;
	return io_send(fd, &rest, deadline);
}
