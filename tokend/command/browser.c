/* browser.c - see browser.h */
#include "command/browser.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/find_in_path.h"
#include "descriptors.h"

#define PROGRAM "xdg-open"

static int
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0';
}

static void
become_browser(const char *path, const char *url)
{
	const char *const argv[] = { PROGRAM, url, NULL };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || dup2(null, STDERR_FILENO) == -1)
		_exit(127);
	close_from(STDERR_FILENO + 1);
	restore_signals();
	execv(path, (char *const *)(uintptr_t)argv);
	_exit(127);
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

int
browser_open(const char *url)
{
	char path[FOUND_MAX];
	int status = 0;
	pid_t child;

	if (find_browser(path) == -1)
		return -1;
	if ((child = fork()) == 0) {
		setsid();
		/* Nobody's child: xdg-open may live as long as the browser. */
		if ((child = fork()) == 0)
			become_browser(path, url);
		_exit(child == -1);
	}
	if (child == -1)
		return -1;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	return status == 0 ? 0 : -1;
}
