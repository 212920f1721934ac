/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/descriptors.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WITHOUT_CLOSE_RANGE 65536	/* as far as a loop is bearable */

void
close_from(int first)
{
	long most;

#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0)
		return;
#endif
	most = sysconf(_SC_OPEN_MAX);
	if (most < 0 || most > WITHOUT_CLOSE_RANGE)
		most = WITHOUT_CLOSE_RANGE;
	for (; first < most; first++)
		close(first);
}

void
open_standard_files(void)
{
	int fd = -1;

	/* The lowest that is free is the one that open(2) takes. */
	do
		fd = open("/dev/null", O_WRONLY);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd != -1)
		close(fd);
}

void
restore_signals(void)
{
	sigset_t none;
	int number;

	/* KILL, STOP and libc's own two refuse, as they should. */
	for (number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

int
channel_from_stdin(void)
{
	int channel = 3, null;

	if (dup2(STDIN_FILENO, channel) == -1)
		return -1;
	close_from(channel + 1);
	if (fcntl(channel, F_SETFD, FD_CLOEXEC) == -1 ||
	    (null = open("/dev/null", O_RDWR)) == -1)
		return -1;
	if (dup2(null, 0) == -1 || dup2(null, 1) == -1 || dup2(null, 2) == -1)
		return -1;
	if (null > 2)
		close(null);
	return channel;
}
