/* SPDX-License-Identifier: BSD-2-Clause */
/* start_worker.c - see start_worker.h */
#include "serve/start_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/log.h"

/* input, answer, error, lock or file (start_worker.h), and the pipe that exec closes */
#define STARTS_WITH 5

/*
 * In the child's child: nothing but system calls until exec. Where it logs to
 * syslog it keeps nobody's standard error open: the caller of a command may
 * wait for its end. What exec closes says that it came off; else errno comes.
 */
static void
become_worker(char *const argv[], const int from[STARTS_WITH])
{
	int i, high[STARTS_WITH], report = from[STARTS_WITH - 1], error;

	/* Out of the way first, so that no dup2 hits one still needed. */
	for (i = 0; i < STARTS_WITH; i++)
		if ((high[i] = fcntl(from[i], F_DUPFD, 16)) == -1)
			goto failed;
	report = high[STARTS_WITH - 1];
	for (i = 0; i < STARTS_WITH; i++)
		if (dup2(high[i], i) == -1)
			goto failed;
	report = STARTS_WITH - 1;
	close_from(STARTS_WITH);
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

/* Twice forked: no process's child. 0, or an errno. */
static int
fork_detached(char *const argv[], const int from[STARTS_WITH])
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

/* Here, or by the starter. 0 once the program runs, else an errno. */
static int
start_detached(char *const argv[], const char *account,
    const int from[STARTS_WITH], int report)
{
	int error = starter_fd() == -1 ? fork_detached(argv, from) :
	    starter_ask(starter_fd(), account, (const int[STARTER_FDS]){
	    [STARTER_LOCK] = from[WORKER_LOCK],
	    [STARTER_ANSWER] = from[WORKER_ANSWER],
	    [STARTER_REPORT] = from[STARTS_WITH - 1] });
	ssize_t n;

	close(from[STARTS_WITH - 1]);
	if (error != 0)
		return error;
	while ((n = read(report, &error, sizeof(error))) == -1 &&
	    errno == EINTR)
		continue;
	return n == (ssize_t)sizeof(error) ? error : 0;
}

static int
no_worker(struct failure *why, const char *account, int error)
{
	return fail(why, error == ENOENT || error == EACCES ? STATUS_CONFIG :
	    STATUS_LATER, "account \"%s\": %s does not start: %s", account,
	    TOKEND_WORKER, strerror(error));
}

/* The worker's words; the array is long enough for all. */
static void
write_words(const char *words[7], const char *verb, int force,
    const char *account)
{
	int i = 0;

	words[i++] = TOKEND_WORKER;
	words[i++] = verb;
	if (log_where() == LOG_TO_SYSLOG)
		words[i++] = "--syslog";
	if (force)
		words[i++] = "--force";
	words[i++] = "--";
	words[i++] = account;
	words[i] = NULL;
}

int
worker_start_with(const char *account, const int got[STARTER_FDS])
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), error;
	const char *words[7];

	if (null == -1)
		return errno;
	write_words(words, "refresh", 0, account);
	error = fork_detached((char *const *)(uintptr_t)words, (const int[]){
	    null, got[STARTER_ANSWER],
	    log_where() == LOG_TO_SYSLOG ? null : STDERR_FILENO,
	    got[STARTER_LOCK], got[STARTER_REPORT] });
	close(null);
	return error;
}

int
worker_start(const char *verb, int force, const char *account, int third,
    int input, int *answer, struct failure *why)
{
	const char *words[7];
	int channel[2], report[2], null, error;

	write_words(words, verb, force, account);
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1)
		return no_worker(why, account, errno);
	if (pipe2(report, O_CLOEXEC) == -1) {
		error = errno;
		goto no_pipe;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == -1) {
		error = errno;
		close(report[1]);
		goto no_channel;
	}
	error = start_detached((char *const *)(uintptr_t)words, account,
	    (const int[]){
	    input != -1 ? input : null, answer != NULL ? channel[1] : null,
	    log_where() == LOG_TO_SYSLOG ? null : STDERR_FILENO,
	    third != -1 ? third : null, report[1] }, report[0]);
	close(channel[1]);
	if (error == 0 && answer != NULL)
		*answer = channel[0];
	else
		close(channel[0]);
no_channel:
	close(report[0]);
no_pipe:
	close(null);
	return error == 0 ? 0 : no_worker(why, account, error);
}
