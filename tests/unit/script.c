/* SPDX-License-Identifier: BSD-2-Clause */
#include "script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "scratch.h"

struct plan {
	const char *path;
	const char *answer;
	uid_t uid;
	int report;
};

static void __attribute__((noreturn))
give_up(const char *what)
{
	fprintf(stderr, "script: %s: %s\n", what, strerror(errno));
	abort();
}

/* Reads a request, and tells of it before anything is answered. */
static void
serve(const struct plan *p, int fd)
{
	char request[65536];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(request) &&
	    (n = read(fd, request + len, sizeof(request) - len)) > 0) {
		len += (size_t)n;
		if (len >= 2 && memcmp(request + len - 2, "\n\n", 2) == 0)
			break;
	}
	if (write(p->report, request, len) != (ssize_t)len)
		give_up("report");
	if (p->answer == SCRIPT_CLOSE)
		return;
	if (strcmp(p->answer, SCRIPT_SILENT) == 0)
		for (;;)
			pause();
	if (send(fd, p->answer, strlen(p->answer), MSG_NOSIGNAL) == -1 &&
	    errno != EPIPE)
		give_up("answer");
}

static int
run(void *argument)
{
	const struct plan *p = argument;
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), fd;

	if (strlen(p->path) >= sizeof(a.sun_path))
		give_up(p->path);
	memcpy(a.sun_path, p->path, strlen(p->path) + 1);
	if (p->uid != (uid_t)-1 && setresuid(p->uid, p->uid, p->uid) == -1)
		give_up("uid");
	if (bind(listening, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(listening, 10) == -1)
		give_up(p->path);
	if (write(p->report, "", 1) != 1)
		give_up("report");
	while ((fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC)) != -1) {
		serve(p, fd);
		shutdown(fd, SHUT_RDWR);
		close(fd);
	}
	return 1;
}

void
script_start(struct script *s, const char *path, const char *answer,
    uid_t uid)
{
	struct plan p = { path, answer, uid, -1 };
	int fd[2];
	char ready;

	if (pipe2(fd, O_CLOEXEC) == -1)
		give_up("pipe");
	p.report = fd[1];
	s->len = 0;
	s->child = scratch_fork(run, &p);
	close(fd[1]);
	s->requests = fd[0];
	if (read(fd[0], &ready, 1) != 1)
		give_up("it does not listen");
	if (fcntl(fd[0], F_SETFL, O_NONBLOCK) == -1)
		give_up("pipe");
}

void
script_stop(struct script *s)
{
	scratch_kill(s->child);
	close(s->requests);
}

const char *
script_seen(struct script *s)
{
	ssize_t n;

	while ((n = read(s->requests, s->seen + s->len,
	    sizeof(s->seen) - 1 - s->len)) > 0)
		s->len += (size_t)n;
	s->seen[s->len] = '\0';
	return s->seen;
}

int
script_count(struct script *s)
{
	const char *at = script_seen(s);
	int count = 0;

	while ((at = strstr(at, "\n\n")) != NULL) {
		at += 2;
		count++;
	}
	return count;
}
