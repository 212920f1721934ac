/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/worker_starter.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "name.h"
#include "serve/exec_worker.h"

/* One packet. */
struct request {
	char account[NAME_MAX_LEN + 1];
};

union rights {
	struct cmsghdr head;	/* for its alignment */
	char bytes[CMSG_SPACE(STARTER_FDS * sizeof(int))];
};

static int starter_socket = -1;

void
starter_use(int fd)
{
	starter_socket = fd;
}

int
starter_fd(void)
{
	return starter_socket;
}

int
starter_ask(int fd, const char *account, const int sent[STARTER_FDS])
{
	struct request r = { .account = "" };
	struct iovec part = { .iov_base = &r, .iov_len = sizeof(r) };
	union rights rights = { .bytes = "" };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = rights.bytes,
	    .msg_controllen = sizeof(rights.bytes) };
	ssize_t n;

	snprintf(r.account, sizeof(r.account), "%s", account);
	rights.head.cmsg_level = SOL_SOCKET;
	rights.head.cmsg_type = SCM_RIGHTS;
	rights.head.cmsg_len = CMSG_LEN(STARTER_FDS * sizeof(int));
	memcpy(CMSG_DATA(&rights.head), sent, STARTER_FDS * sizeof(int));
	while ((n = sendmsg(fd, &m, MSG_NOSIGNAL)) == -1 && errno == EINTR)
		continue;
	return n == -1 ? errno : 0;
}

enum received {
	RECEIVED_REQUEST,	/* with its descriptors */
	RECEIVED_OTHER,
	RECEIVED_END
};

static enum received
receive_request(int fd, struct request *r, int got[STARTER_FDS])
{
	struct iovec part = { .iov_base = r, .iov_len = sizeof(*r) };
	union rights rights = { .bytes = "" };
	/* CMSG_SPACE has room for one more; the kernel closes what it cuts. */
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1,
	    .msg_control = rights.bytes,
	    .msg_controllen = CMSG_LEN(STARTER_FDS * sizeof(int)) };
	ssize_t n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
	int i, count = 0;

	if (n == 0 || (n == -1 && errno != EINTR))
		return RECEIVED_END;
	if (n > 0 && m.msg_controllen >= sizeof(rights.head) &&
	    rights.head.cmsg_type == SCM_RIGHTS)
		count = (int)((rights.head.cmsg_len - CMSG_LEN(0)) /
		    sizeof(int));
	memcpy(got, CMSG_DATA(&rights.head), (size_t)count * sizeof(int));
	if (n == (ssize_t)sizeof(*r) && count == STARTER_FDS &&
	    (m.msg_flags & MSG_CTRUNC) == 0)
		return RECEIVED_REQUEST;
	for (i = 0; i < count; i++)
		close(got[i]);
	return RECEIVED_OTHER;
}

/* The asking process may be under foreign control: check the name again. */
static int
is_name(struct request *r)
{
	char name[NAME_MAX_LEN + 1];

	r->account[sizeof(r->account) - 1] = '\0';
	return name_fold(name, r->account, strlen(r->account), NULL) == 0 &&
	    strcmp(name, r->account) == 0;
}

/* 0, or an errno. */
static int
start_refresh(const char *account, const int got[STARTER_FDS])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error;

	if (null == -1)
		return errno;
	error = exec_worker("refresh", 0, account, (const int[]){
	    [WORKER_STDIN] = null, [WORKER_ANSWER] = got[STARTER_ANSWER],
	    [WORKER_LOG] = exec_worker_log(null),
	    [WORKER_LOCK] = got[STARTER_LOCK],
	    [WORKER_REPORT] = got[STARTER_REPORT] });
	close(null);
	return error;
}

void
starter_run(int fd)
{
	struct request r;
	int got[STARTER_FDS] = { -1, -1, -1 }, error, i;
	enum received what;

	while ((what = receive_request(fd, &r, got)) != RECEIVED_END) {
		if (what != RECEIVED_REQUEST)
			continue;
		error = is_name(&r) ? start_refresh(r.account, got) :
		    EINVAL;
		/* No matter if the process that asked has gone. */
		if (error != 0 && write(got[STARTER_REPORT], &error,
		    sizeof(error)) == -1)
			error = 0;
		for (i = 0; i < STARTER_FDS; i++)
			close(got[i]);
	}
	_exit(0);
}
