/* SPDX-License-Identifier: BSD-2-Clause */
#include "web.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scratch.h"

#define LIFE 30			/* seconds */

struct serving {
	struct web *web;
	const struct page *pages;
};

void
web_listen(struct web *w)
{
	int port = 0;

	memset(w, 0, sizeof(*w));
	w->listener = scratch_listen(&port, 8);
	scratch_must((w->requests = tmpfile()) != NULL, "web: tmpfile");
	snprintf(w->base, sizeof(w->base), "http://127.0.0.1:%d", port);
}

/* A head, and as much of a body as its Content-Length says. */
static size_t
read_request(int fd, char *request, size_t size)
{
	size_t len = 0, want = size - 1;
	char *body = NULL, *field = NULL;
	ssize_t n = 0;

	while (len < want && (n = recv(fd, request + len, size - 1 - len,
	    0)) > 0) {
		len += (size_t)n;
		request[len] = '\0';
		if ((body = strstr(request, "\r\n\r\n")) == NULL)
			continue;
		field = strcasestr(request, "\r\nContent-Length: ");
		want = (size_t)(body - request) + 4 + (field != NULL &&
		    field < body ? strtoul(field + 18, NULL, 10) : 0);
	}
	return len;
}

static void
answer(int fd, const struct page *pages, const char *request)
{
	const char *path = strchr(request, ' ');
	size_t len = path != NULL ? strcspn(++path, " ?") : 0;
	static const struct page none = { "", 404, "text/plain", "", NULL };
	char head[512];

	while (path != NULL && pages->path != NULL &&
	    (strlen(pages->path) != len ||
	    memcmp(pages->path, path, len) != 0))
		pages++;
	if (pages->path == NULL)
		pages = &none;
	if (pages->status == 0)
		return;
	snprintf(head, sizeof(head), "HTTP/1.1 %d Said\r\nContent-Type: %s"
	    "\r\n%s%sContent-Length: %zu\r\nConnection: close\r\n\r\n",
	    pages->status, pages->type != NULL ? pages->type :
	    "application/json", pages->field != NULL ? pages->field : "",
	    pages->field != NULL ? "\r\n" : "", strlen(pages->body));
	if (send(fd, head, strlen(head), MSG_NOSIGNAL) != -1)
		send(fd, pages->body, strlen(pages->body), MSG_NOSIGNAL);
}

static int
serve(void *argument)
{
	struct serving *s = argument;
	static char request[65536];
	size_t len = 0;
	int fd = -1;

	alarm(LIFE);
	while ((fd = accept(s->web->listener, NULL, NULL)) != -1) {
		len = read_request(fd, request, sizeof(request));
		/* Written before the asker can go on. */
		scratch_must(fwrite(request, 1, len, s->web->requests) ==
		    len && fputs("\n#\n", s->web->requests) != EOF &&
		    fflush(s->web->requests) == 0, "web: write");
		answer(fd, s->pages, request);
		shutdown(fd, SHUT_WR);
		/* Not a reset, that could overtake the answer. */
		while (recv(fd, request, sizeof(request), 0) > 0)
			continue;
		close(fd);
	}
	return 1;
}

void
web_serve(struct web *w, const struct page *pages)
{
	struct serving s = { w, pages };

	w->child = scratch_fork(serve, &s);
	close(w->listener);
}

int
web_stop(struct web *w)
{
	const char *mark = w->seen;
	int count = 0;

	scratch_kill(w->child);
	rewind(w->requests);
	w->seen[fread(w->seen, 1, sizeof(w->seen) - 1, w->requests)] = '\0';
	fclose(w->requests);
	for (; (mark = strstr(mark, "\n#\n")) != NULL; mark++)
		count++;
	return count;
}
