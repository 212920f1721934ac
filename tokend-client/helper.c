/* SPDX-License-Identifier: BSD-2-Clause */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lineio.h"
#include "base/name.h"

#ifndef __GLIBC__	/* where this name costs its hosts one more look-up */
#define __environ environ
#endif

/* Milliseconds. */
#define HELPER_END_WAIT 1000	/* between its answer and its end */
#define WITHOUT_PIDFD_PAUSE 10

/*
 * The pid could be somebody else's by the time of a kill: the host may have
 * reaped our child. A descriptor cannot.
 */
static int
open_pidfd(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)syscall(SYS_pidfd_open, pid, 0);
#else
	(void)pid;
	errno = ENOSYS;
	return -1;
#endif
}

static void
kill_pidfd(int pidfd)
{
#ifdef SYS_pidfd_send_signal
	syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
#else
	(void)pidfd;
#endif
}

static int
starts_with(const char *s, const char *prefix)
{
	for (; *prefix != '\0'; s++, prefix++)
		if (*s != *prefix)
			return 0;
	return 1;
}

/* What finding the files and reaching the provider may depend on. */
static int
passes_on(const char *variable)
{
	static const char proxy[] = "_proxy";
	size_t name = strcspn(variable, "="), len = sizeof(proxy) - 1;

	return starts_with(variable, "HOME=") ||
	    starts_with(variable, "XDG_") ||
	    starts_with(variable, "TOKEND_") || (name >= len &&
	    equal_folded(variable + name - len, proxy, len));
}

static char **
clean_environment(void)
{
	static char lang[] = "LANG=C", path[] = "PATH=/usr/bin:/bin";
	char **from, **to;
	size_t n = 0;

	for (from = __environ; from != NULL && *from != NULL; from++)
		n++;
	if ((to = malloc((n + 3) * sizeof(*to))) == NULL)
		return NULL;
	n = 0;
	for (from = __environ; from != NULL && *from != NULL; from++)
		if (passes_on(*from))
			to[n++] = *from;
	to[n++] = lang;
	to[n++] = path;
	to[n] = NULL;
	return to;
}

/* A host may have closed 0 to 2: what we get there would be overwritten. */
static int
socketpair_above_2(int fd[2])
{
	int low[2], saved;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) == -1)
		return -1;
	fd[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
	fd[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 3);
	saved = errno;
	close(low[0]);
	close(low[1]);
	if (fd[0] != -1 && fd[1] != -1)
		return 0;
	if (fd[0] != -1)
		close(fd[0]);
	if (fd[1] != -1)
		close(fd[1]);
	errno = saved;
	return -1;
}

/*
 * The channel goes to 0, 1 and 2, as Postfix's spawn(8) has it. The rest the
 * helper does for itself at start (descriptors.h): it closes what the host
 * left open, and restores the signals that the host blocked or ignores.
 */
static int
spawn_on(pid_t *pid, const char *program, int channel)
{
	posix_spawn_file_actions_t actions;
	char name[] = "tokend-serve", mode[] = "--stdio";
	char *argv[] = { name, mode, NULL }, **env;
	int error, fd;

	if ((env = clean_environment()) == NULL)
		return ENOMEM;
	if ((error = posix_spawn_file_actions_init(&actions)) == 0) {
		for (fd = 0; fd <= 2 && error == 0; fd++)
			error = posix_spawn_file_actions_adddup2(&actions,
			    channel, fd);
		if (error == 0)
			error = posix_spawn(pid, program, &actions, NULL,
			    argv, env);
		posix_spawn_file_actions_destroy(&actions);
	}
	free(env);
	return error;
}

int
helper_start(struct helper *h, const char *program, struct failure *why)
{
	int fd[2], error;

	if (socketpair_above_2(fd) == -1)
		return fail(why, STATUS_LATER, "no socket for %s: %m",
		    program);
	error = spawn_on(&h->pid, program, fd[1]);
	close(fd[1]);
	if (error != 0) {
		close(fd[0]);
		errno = error;
		return fail(why, error == EAGAIN || error == ENOMEM ?
		    STATUS_LATER : STATUS_CONFIG, "%s does not start: %m%s",
		    program, error == ENOENT ?
		    " (a jailed program cannot reach it: give it a socket, "
		    "tokend(8))" : "");
	}
	h->fd = fd[0];
	h->pidfd = open_pidfd(h->pid);
	return 0;
}

/*
 * 1 once it is gone, 0 at the deadline. The host's signals do not end the
 * wait, least of all the SIGCHLD of this very child.
 */
static int
is_gone(const struct helper *h, int64_t deadline)
{
	struct pollfd p = { .fd = h->pidfd, .events = POLLIN };
	int64_t left;
	pid_t pid;

	for (;;) {
		pid = waitpid(h->pid, NULL, WNOHANG);
		/* ECHILD: the host was quicker, or ignores SIGCHLD. */
		if (pid == h->pid || (pid == -1 && errno != EINTR))
			return 1;
		if ((left = deadline - clock_ms()) <= 0)
			return 0;
		/* poll(2) passes over a pidfd that is -1. */
		poll(&p, 1, h->pidfd != -1 ? (int)left : WITHOUT_PIDFD_PAUSE);
	}
}

void
helper_end(struct helper *h, int answered)
{
	int64_t deadline = clock_ms() + (answered ? HELPER_END_WAIT : 0);

	close(h->fd);
	if (!is_gone(h, deadline)) {
		if (h->pidfd != -1)
			kill_pidfd(h->pidfd);
		/* One that cannot be killed is not waited for any longer. */
		is_gone(h, clock_ms() + HELPER_END_WAIT);
	}
	if (h->pidfd != -1)
		close(h->pidfd);
}
