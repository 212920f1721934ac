/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/visit.h"

#include <string.h>
#include <strings.h>

#include "base/number.h"

/* Bytes up to and with the empty line; 0 if it is not there yet. */
static size_t
head_end(const struct buf *head)
{
	const char *text = buf_text(head);
	const char *end = memmem(text, head->len, "\r\n\r\n", 4);

	return end != NULL ? (size_t)(end - text) + 4 : 0;
}

/* Control characters, and line ends that are none in HTTP. */
static int
has_strange_bytes(const struct buf *head)
{
	size_t i;
	unsigned char c;

	for (i = 0; i < head->len; i++) {
		c = (unsigned char)head->data[i];
		if ((c < ' ' && c != '\t' && c != '\r' && c != '\n') ||
		    c == 0x7f ||
		    (c == '\n' && (i == 0 || head->data[i - 1] != '\r')))
			return 1;
	}
	return 0;
}

/* Cuts the line at *rest off; NULL if it holds a bare CR or LF. */
static char *
next_line(char **rest)
{
	char *line = *rest, *end = strpbrk(line, "\r\n");

	if (end == NULL || end[0] != '\r' || end[1] != '\n')
		return NULL;
	*end = '\0';
	*rest = end + 2;
	return line;
}

static int
read_request_line(struct visit *v, char *line)
{
	char *target = strchr(line, ' '), *version;

	if (target == NULL || target == line)
		return 400;
	*target++ = '\0';
	version = strchr(target, ' ');
	if (version == NULL || (strcmp(version, " HTTP/1.1") != 0 &&
	    strcmp(version, " HTTP/1.0") != 0))
		return 400;
	*version = '\0';
	if (strcmp(line, "GET") != 0)
		return 405;
	/* The other forms are for proxies and servers (RFC 9112 3.2). */
	if (target[0] != '/' || strchr(target, '#') != NULL)
		return 400;
	v->path = target;
	v->query = strchr(target, '?');
	if (v->query != NULL)
		*v->query++ = '\0';
	return 200;
}

static int
read_field(struct visit *v, char *line)
{
	char *value = strchr(line, ':'), *end;

	if (value == NULL || value == line ||
	    strcspn(line, " \t") < (size_t)(value - line))
		return 400;
	*value++ = '\0';
	if (strcasecmp(line, "Host") != 0)
		return 200;
	if (v->host != NULL)
		return 400;
	value += strspn(value, " \t");
	for (end = value + strlen(value); end > value &&
	    (end[-1] == ' ' || end[-1] == '\t'); end--)
		continue;
	*end = '\0';
	v->host = value;
	return 200;
}

int
visit_read(struct visit *v, struct buf *head)
{
	size_t end = head->len > 0 ? head_end(head) : 0;
	const char *line_end = head->len > 0 ? memchr(head->data, '\n',
	    head->len) : NULL;
	char *rest = head->data, *line;
	int status;

	if (head->len == 0)
		return 0;
	if (has_strange_bytes(head))
		return 400;
	if ((line_end != NULL ? (size_t)(line_end - head->data) :
	    head->len) > VISIT_LINE_MAX)
		return 414;
	if (end == 0)
		return head->len >= VISIT_HEAD_MAX ? 431 : 0;
	if (end > VISIT_HEAD_MAX)
		return 431;
	memset(v, 0, sizeof(*v));
	if ((line = next_line(&rest)) == NULL)
		return 400;
	status = read_request_line(v, line);
	while (status == 200 && (line = next_line(&rest)) != NULL &&
	    line[0] != '\0')
		status = read_field(v, line);
	if (status == 200 && (line == NULL || v->host == NULL))
		status = 400;
	return status;
}

int
visit_is_for_us(const char *host, unsigned port)
{
	static const char *const names[] = { "127.0.0.1", "localhost",
	    "[::1]" };
	size_t i, len = 0;
	int64_t number = 80;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		len = strlen(names[i]);
		if (strncasecmp(host, names[i], len) == 0 &&
		    (host[len] == ':' || host[len] == '\0'))
			break;
	}
	if (i == sizeof(names) / sizeof(names[0]))
		return 0;
	host += len;
	if (*host == ':' && (len = number_read(host + 1, &number)) > 0)
		host += 1 + len;
	return *host == '\0' && number == (int64_t)port;
}
