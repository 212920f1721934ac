/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/terminal/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/find_in_path.h"
#include "command/terminal/interrupt.h"
#include "common/descriptors.h"

#define PROGRAM "xdg-open"
#define FAILS_WITHIN 3000	/* ms */

static int
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0';
}

static int
leave_terminal(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	return null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 ||
	    dup2(null, STDERR_FILENO) == -1 ? -1 : 0;
}

static void
become_browser(const char *path, const char *url)
{
	const char *const argv[] = { PROGRAM, url, NULL };

	close_from(STDERR_FILENO + 1);
	restore_signals();
	execv(path, (char *const *)(uintptr_t)argv);
	_exit(127);
}

/* Reports how it ended, if the command still listens. */
static void
watch_browser(const char *path, const char *url, int to)
{
	int status = 0;
	pid_t child;
	char failed;

	setsid();
	if (leave_terminal() == -1 || (child = fork()) == -1)
		_exit(1);
	if (child == 0)
		become_browser(path, url);
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	failed = status != 0;
	signal(SIGPIPE, SIG_IGN);
	_exit(write(to, &failed, 1) != 1);
}

static int
find_browser(char path[FOUND_MAX])
{
	if (geteuid() == 0 || is_set("SSH_CONNECTION") ||
	    (!is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY")))
		return -1;
	return find_in_path(path, PROGRAM);
}

int
browser_is_there(void)
{
	char path[FOUND_MAX];

	return find_browser(path) == 0;
}

/* A process of its own: xdg-open may live as long as the browser. */
static int
start(const char *path, const char *url, int to)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if ((child = fork()) == 0)
			watch_browser(path, url, to);
		_exit(child == -1);
	}
	if (child == -1)
		return -1;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	return status == 0 ? 0 : -1;
}

int
browser_open(const char *url)
{
	char path[FOUND_MAX];
	int fd[2], result;

	if (find_browser(path) == -1 || pipe2(fd, O_CLOEXEC) == -1)
		return -1;
	result = start(path, url, fd[1]);
	close(fd[1]);
	if (result == 0)
		return fd[0];
	close(fd[0]);
	return -1;
}

int
browser_failed(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char failed = 0;

	/* A watcher that ended without a report could not start it. */
	if (interrupt_poll(&p, 1, FAILS_WITHIN) == 1 &&
	    read(fd, &failed, 1) != 1)
		failed = 1;
	close(fd);
	return failed != 0;
}
