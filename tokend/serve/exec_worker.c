/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/exec_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log.h"

/*
 * In the child's child: nothing but system calls until exec. exec closes the
 * report; if it fails, errno is written there.
 */
static void
become_worker(char *const argv[], const int from[WORKER_FDS])
{
	int i, high[WORKER_FDS], report = from[WORKER_REPORT], error;

	/* To high numbers first: no dup2 replaces one that is needed. */
	for (i = 0; i < WORKER_FDS; i++)
		if ((high[i] = fcntl(from[i], F_DUPFD, 16)) == -1)
			goto failed;
	report = high[WORKER_REPORT];
	for (i = 0; i < WORKER_FDS; i++)
		if (dup2(high[i], i) == -1)
			goto failed;
	report = WORKER_REPORT;
	close_from(WORKER_FDS);
	if (fcntl(report, F_SETFD, FD_CLOEXEC) == 0) {
		restore_signals();
		execv(argv[0], argv);
	}
failed:
	error = errno;
	while (write(report, &error, sizeof(error)) == -1 && errno == EINTR)
		continue;
	_exit(127);
}

/* Forked twice, so that no process is its parent. 0, or an errno. */
static int
fork_detached(char *const argv[], const int from[WORKER_FDS])
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		setsid();
		if ((child = fork()) == 0)
			become_worker(argv, from);
		_exit(child == -1 ? errno : 0);
	}
	if (child == -1)
		return errno;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	if (status != 0)
		return WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
	return 0;
}

int
exec_worker(const char *verb, int force, const char *account,
    const int fds[WORKER_FDS])
{
	const char *words[7] = { TOKEND_WORKER, verb };
	int i = 2;

	if (log_where() == LOG_TO_SYSLOG)
		words[i++] = "--syslog";
	if (force)
		words[i++] = "--force";
	words[i++] = "--";
	words[i] = account;
	return fork_detached((char *const *)(uintptr_t)words, fds);
}

int
exec_worker_wait(int report)
{
	int error = 0;
	ssize_t n;

	while ((n = read(report, &error, sizeof(error))) == -1 &&
	    errno == EINTR)
		continue;
	return n == (ssize_t)sizeof(error) ? error : 0;
}

int
exec_worker_log(int null)
{
	return log_where() == LOG_TO_SYSLOG ? null : STDERR_FILENO;
}

int
exec_worker_failed(const char *account, int error, struct failure *why)
{
	return fail(why, error == ENOENT || error == EACCES ? STATUS_CONFIG :
	    STATUS_LATER, "account \"%s\": %s does not start: %s", account,
	    TOKEND_WORKER, strerror(error));
}
