/* SPDX-License-Identifier: BSD-2-Clause */
#include "tunnel/local.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "lineio.h"

#define LINE_MAX_BYTES 1024

void
local_open(struct local *l, int fd, int watched, int64_t deadline)
{
	*l = (struct local){ .fd = fd, .watched = watched,
	    .deadline = deadline, .in = BUF_INIT(JOIN_BUFFER) };
	stream_open(&l->stream, fd, fd);
}

void
local_free(struct local *l)
{
	tls_close(l->tls);
	l->tls = NULL;
	buf_free(&l->in);
}

enum wait_end {
	WAIT_CANCELLED,		/* the job is over */
	WAIT_EXPIRED,
	WAIT_READY		/* the socket can be used */
};

static enum wait_end
wait_for(struct local *l, short events, int64_t until)
{
	struct pollfd p[2] = { { .fd = l->watched, .events = POLLIN },
	    { .fd = l->fd, .events = events } };
	int64_t left = 0;
	int n = 0;

	do {
		left = until - clock_ms();
		n = poll(p, 2, left > 0 ? (int)left : 0);
	} while (n == -1 && errno == EINTR);
	if (n > 0 && p[0].revents != 0)
		return WAIT_CANCELLED;
	return n > 0 ? WAIT_READY : WAIT_EXPIRED;
}

static int
fail_silent(struct failure *why)
{
	return fail(why, STATUS_LATER, "the local program says nothing: what "
	    "it was to say before it is joined with the server does not come");
}

/* More of what it says. */
static enum next_step
receive_bytes(struct local *l, struct failure *why)
{
	size_t room = l->in.max - l->in.len;
	enum wait_end end = WAIT_READY;
	ssize_t n = 0;

	if (l->in.len == l->in.max || buf_room(&l->in, 1) == -1)
		return l->in.len < l->in.max ? fail_memory(why) : fail(why,
		    STATUS_CONFIG, "the local program says a line that is "
		    "too long for its protocol");
	if (room > l->in.size - l->in.len - 1)
		room = l->in.size - l->in.len - 1;
	while ((n = l->stream.read(l->stream.of, l->in.data + l->in.len,
	    room)) == -1 && errno == EAGAIN) {
		end = wait_for(l, POLLIN, l->deadline);
		if (end == WAIT_EXPIRED)
			return fail_silent(why);
		if (end == WAIT_CANCELLED)
			return NEXT_CLOSED;
	}
	if (n <= 0)
		return NEXT_CLOSED;
	l->in.len += (size_t)n;
	l->in.data[l->in.len] = '\0';
	return NEXT_LINE;
}

enum next_step
local_receive_line(struct local *l, struct buf *line, struct failure *why)
{
	enum next_step result = NEXT_LINE;
	const char *end = NULL;
	size_t len = 0;

	buf_reset(line);
	while (l->in.len == 0 ||
	    (end = memchr(l->in.data, '\n', l->in.len)) == NULL)
		if ((result = receive_bytes(l, why)) != NEXT_LINE)
			return result;
	len = (size_t)(end - l->in.data);
	l->line = len + 1;
	if (len > 0 && end[-1] == '\r')
		len--;
	if (memchr(l->in.data, '\0', len) != NULL ||
	    memchr(l->in.data, '\r', len) != NULL)
		return fail(why, STATUS_CONFIG, "the local program says what "
		    "is no line of its protocol");
	return buf_add(line, l->in.data, len) == 0 ? NEXT_LINE :
	    fail_memory(why);
}

static void
drop_bytes(struct local *l, size_t len)
{
	size_t left = l->in.len - len;

	memmove(l->in.data, l->in.data + len, left);
	explicit_bzero(l->in.data + left, len);
	l->in.len = left;
}

void
local_drop_line(struct local *l)
{
	drop_bytes(l, l->line);
	l->line = 0;
}

enum next_step
local_receive_bytes(struct local *l, struct buf *data, size_t len,
    struct failure *why)
{
	enum next_step result = NEXT_LINE;

	while (l->in.len < len)
		if ((result = receive_bytes(l, why)) != NEXT_LINE)
			return result;
	if (buf_add(data, l->in.data, len) == -1)
		return fail_memory(why);
	drop_bytes(l, len);
	return NEXT_LINE;
}

int
local_send(struct local *l, const char *data, size_t len)
{
	ssize_t n = 0;

	while (len > 0) {
		n = l->stream.write(l->stream.of, data, len);
		if (n == -1 && errno == EAGAIN) {
			if (wait_for(l, POLLOUT, l->deadline) != WAIT_READY)
				return -1;
			continue;
		}
		if (n == -1)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

int
local_send_line(struct local *l, const char *format, ...)
{
	char line[LINE_MAX_BYTES] = "";
	size_t len = 0;
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line) - 2, format, args);
	va_end(args);
	make_printable(line, sizeof(line) - 2);
	len = strlen(line);
	memcpy(line + len, "\r\n", 2);
	return local_send(l, line, len + 2);
}

int
local_pause(struct local *l, int ms)
{
	/* Without a wish: only its end, or the job's, is told. */
	return wait_for(l, 0, clock_ms() + ms) == WAIT_EXPIRED ? 0 : -1;
}

int
local_start_tls(struct local *l, const struct buf *certificate,
    const struct buf *key, struct failure *why)
{
	if (l->in.len > 0)
		return fail(why, STATUS_CONFIG, "the local program goes on in "
		    "clear behind its wish for TLS: that is refused");
	l->tls = tls_open(l->fd, certificate, key, why);
	if (l->tls == NULL ||
	    tls_accept(l->tls, l->watched, l->deadline, why) == -1)
		return -1;
	tls_stream(l->tls, &l->stream);
	return 0;
}
