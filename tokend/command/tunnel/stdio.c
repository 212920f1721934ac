/* SPDX-License-Identifier: BSD-2-Clause */
/* stdio.c - see tunnel_command.h: a program on standard input and output */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "command/tunnel/tunnel_command.h"
#include "common/join.h"

/*
 * Passes bytes on until one side is gone, and does meanwhile what the worker
 * asks for. CONVERSE_END if the worker has said its last, else CONVERSE_EVENT;
 * -1 with why.
 */
static int
pass_bytes(struct join *j, struct tunnel_session *k,
    const struct tunnel_task *t, struct failure *why)
{
	int happened = CONVERSE_EVENT;

	while (happened == CONVERSE_EVENT &&
	    join_run(j, k->c.fd) == JOIN_WATCHED)
		happened = tunnel_follow(k, t, why);
	/* What it said to the local program before is still on its way. */
	if (happened != CONVERSE_EVENT)
		(void)join_run(j, -1);
	return happened;
}

static int
connect_stdio(struct tunnel_session *k, const struct tunnel_task *t, int fd,
    struct failure *why)
{
	struct stream local, far;
	struct join j;
	int happened = -1;

	stream_open(&local, STDIN_FILENO, STDOUT_FILENO);
	stream_open(&far, fd, fd);
	if (join_open(&j, &local, &far, -1) == -1)
		fail_memory(why);
	else
		happened = pass_bytes(&j, k, t, why);
	join_free(&j);
	/* The local program has gone: the worker learns it, and ends. */
	shutdown(fd, SHUT_RDWR);
	while (happened == CONVERSE_EVENT)
		happened = tunnel_follow(k, t, why);
	return happened == -1 ? -1 : 0;
}

int
tunnel_on_stdio(const struct tunnel_task *t, struct failure *why)
{
	struct tunnel_session k = TUNNEL_SESSION_INIT;
	int ends[2], result;

	/* A program that does not read to the end is no reason to be killed. */
	signal(SIGPIPE, SIG_IGN);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1)
		return fail(why, STATUS_LATER, "account \"%s\": no socket: "
		    "%s", t->account, strerror(errno));
	result = tunnel_start(&k, t, ends[1], why);
	close(ends[1]);
	if (result == 0)
		result = connect_stdio(&k, t, ends[0], why);
	close(ends[0]);
	converse_close(&k.c);
	return result;
}
