/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lineio.h"
#include "proto.h"
#include "sockets.h"

#define WAIT 3000	/* ms */

/* 0 if an answer came that has the protocol's first line. */
static int
exchange_messages(int fd, int64_t deadline, struct failure *why)
{
	static const char question[] = "tokend=0\nverb=get\n\n";
	static const char answer[] = "tokend=";
	struct buf message = BUF_INIT(PROTO_MESSAGE_MAX);
	int result = -1;

	if (buf_adds(&message, question) == -1)
		fail_memory(why);
	else if (io_send(fd, &message, deadline) == -1)
		fail(why, STATUS_LATER, "%s", strerror(errno));
	else {
		buf_reset(&message);
		if (io_receive(fd, &message, deadline) == -1)
			fail(why, STATUS_LATER, "%s", strerror(errno));
		else if (strncmp(buf_text(&message), answer,
		    sizeof(answer) - 1) != 0)
			fail(why, STATUS_VERSION, "it is not tokend that "
			    "answers");
		else
			result = 0;
	}
	buf_free(&message);
	return result;
}

static enum probe_end
end_of_errno(int error)
{
	switch (error) {
	case ENOENT:
	case ENOTDIR:
		return PROBE_ABSENT;
	case ECONNREFUSED:
		return PROBE_DEAD;
	case EACCES:
		return PROBE_DENIED;
	case EPERM:
		return PROBE_OTHER_OWNER;
	case EINVAL:
		return PROBE_UNSAFE;
	case ETIMEDOUT:
		return PROBE_SILENT;
	default:
		return PROBE_FAILED;
	}
}

static enum probe_end
ask_version(int fd, int64_t deadline, struct failure *why)
{
	int result;

	if (fd == -1)
		return end_of_errno(errno);
	result = exchange_messages(fd, deadline, why);
	close(fd);
	return result == 0 ? PROBE_ANSWERS : PROBE_SILENT;
}

enum probe_end
probe_socket(const char *path, uid_t listener_uid, struct failure *why)
{
	const int64_t deadline = clock_ms() + WAIT;
	struct failure none;

	if (why == NULL)
		why = &none;
	return ask_version(sock_connect(path, listener_uid, deadline, why),
	    deadline, why);
}

enum probe_end
probe_sockets(const struct client_settings *s, char path[SCOPE_PATH_MAX],
    struct failure *why)
{
	const int64_t deadline = clock_ms() + WAIT;

	return ask_version(sockets_connect(s, deadline, path, why), deadline,
	    why);
}
