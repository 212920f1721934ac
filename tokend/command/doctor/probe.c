/* probe.c - see probe.h */
#include "command/doctor/probe.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "lineio.h"
#include "proto.h"
#include "sock.h"

#define WAIT 3000	/* ms */

/* 0 if an answer came that has the protocol's first line. */
static int
exchange(int fd, int64_t deadline, struct failure *why)
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

enum probe_end
probe_socket(const char *path, uid_t listener_uid, struct failure *why)
{
	const int64_t deadline = clock_ms() + WAIT;
	struct failure none;
	int fd, result;

	if (why == NULL)
		why = &none;
	fd = sock_connect(path, listener_uid, deadline, why);
	if (fd == -1) {
		switch (errno) {
		case ENOENT:
		case ENOTDIR:
			return PROBE_ABSENT;
		case ECONNREFUSED:
			return PROBE_DEAD;
		case EACCES:
			return PROBE_DENIED;
		case EPERM:
			return PROBE_STRANGER;
		case ETIMEDOUT:
			return PROBE_SILENT;
		default:
			return PROBE_FAILED;
		}
	}
	result = exchange(fd, deadline, why);
	close(fd);
	return result == 0 ? PROBE_ANSWERS : PROBE_SILENT;
}
