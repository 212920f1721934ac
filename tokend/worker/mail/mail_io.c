/* SPDX-License-Identifier: BSD-2-Clause */
/* mail_io.c - see connection.h: what is said over the connection, and heard */
#include <errno.h>
#include <poll.h>
#include <string.h>

#include "lineio.h"
#include "mail/connection_private.h"

void
mail_set_deadline(struct mail *m, int64_t deadline)
{
	m->deadline = deadline;
}

void
mail_set_task(struct mail *m, const char *task)
{
	m->task = task;
}

int
mail_fd(const struct mail *m)
{
	curl_socket_t fd = CURL_SOCKET_BAD;

	return curl_easy_getinfo(m->transfer.curl, CURLINFO_ACTIVESOCKET,
	    &fd) == CURLE_OK && fd != CURL_SOCKET_BAD ? fd : -1;
}

/* Until the socket can be read or written; -1 at the deadline. */
static int
wait_for(struct mail *m, short events)
{
	int fd = mail_fd(m);

	return fd == -1 ? -1 : io_wait(fd, events, m->deadline);
}

static int
fail_silent(const struct mail *m, struct failure *why)
{
	return fail(why, STATUS_LATER, "%s: it does not go on with %s: try "
	    "again, and see the server's log", m->server, m->task);
}

static int
fail_closed(const struct mail *m, struct failure *why)
{
	return fail(why, STATUS_LATER, "%s: it closed the connection in the "
	    "middle of %s: try again, and see the server's log", m->server,
	    m->task);
}

int
mail_send(struct mail *m, const char *data, size_t len, struct failure *why)
{
	size_t n = 0;
	CURLcode code = CURLE_OK;

	while (len > 0) {
		code = curl_easy_send(m->transfer.curl, data, len, &n);
		if (code == CURLE_AGAIN) {
			if (wait_for(m, POLLOUT) == -1)
				return fail_silent(m, why);
			continue;
		}
		if (code != CURLE_OK)
			return fail_closed(m, why);
		data += n;
		len -= n;
	}
	return 0;
}

int
mail_send_line(struct mail *m, const char *line, struct failure *why)
{
	struct buf said = BUF_INIT(strlen(line) + 2);
	int result = -1;

	/* In one piece, as servers expect it. */
	if (buf_adds(&said, line) == -1 || buf_adds(&said, "\r\n") == -1)
		fail_memory(why);
	else
		result = mail_send(m, said.data, said.len, why);
	buf_free(&said);
	return result;
}

static int
receive_bytes(struct mail *m, struct failure *why)
{
	char part[1024];
	size_t n = 0;
	CURLcode code = CURLE_OK;

	while ((code = curl_easy_recv(m->transfer.curl, part, sizeof(part),
	    &n)) == CURLE_AGAIN)
		if (wait_for(m, POLLIN) == -1)
			return fail_silent(m, why);
	if (code != CURLE_OK || n == 0)
		return fail_closed(m, why);
	if (buf_add(&m->in, part, n) == 0)
		return 0;
	return errno == ENOMEM ? fail_memory(why) : fail(why, STATUS_LATER,
	    "%s: its answer has a line without an end: see who answers there",
	    m->server);
}

int
mail_receive_line(struct mail *m, char line[MAIL_LINE_MAX], struct failure *why)
{
	char *end = NULL;
	size_t len = 0;

	while (m->in.len == 0 ||
	    (end = memchr(m->in.data, '\n', m->in.len)) == NULL)
		if (receive_bytes(m, why) == -1)
			return -1;
	len = (size_t)(end - m->in.data);
	memcpy(line, m->in.data, len < MAIL_LINE_MAX ? len :
	    MAIL_LINE_MAX - 1);
	line[len < MAIL_LINE_MAX ? len : MAIL_LINE_MAX - 1] = '\0';
	line[strcspn(line, "\r")] = '\0';
	make_printable(line, MAIL_LINE_MAX);
	m->in.len -= len + 1;
	memmove(m->in.data, end + 1, m->in.len + 1);
	return 0;
}

/*
 * Bytes
 */

static ssize_t
result_of(CURLcode code, size_t n)
{
	if (code == CURLE_OK)
		return (ssize_t)n;
	errno = code == CURLE_AGAIN ? EAGAIN : EIO;
	return -1;
}

ssize_t
mail_read(struct mail *m, void *data, size_t len)
{
	CURLcode code = CURLE_OK;
	size_t n = 0;

	if (m->in.len == 0) {
		code = curl_easy_recv(m->transfer.curl, data, len, &n);
		return result_of(code, n);
	}
	n = m->in.len < len ? m->in.len : len;
	memcpy(data, m->in.data, n);
	m->in.len -= n;
	memmove(m->in.data, m->in.data + n, m->in.len + 1);
	return (ssize_t)n;
}

ssize_t
mail_write(struct mail *m, const void *data, size_t len)
{
	size_t n = 0;
	CURLcode code = curl_easy_send(m->transfer.curl, data, len, &n);

	return result_of(code, n);
}
