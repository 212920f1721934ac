/* start.c - see start.h */
#include "serve/start.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptors.h"
#include "log.h"

/* input, answer, error, lock or file (start.h), and the pipe that exec closes */
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

/* Twice forked: nobody's child. 0 once the program runs, else an errno. */
static int
start_detached(char *const argv[], const int from[STARTS_WITH], int report)
{
	int status = 0, error = 0;
	pid_t child = fork();
	ssize_t n;

	if (child == 0) {
		setsid();
		if ((child = fork()) == 0)
			become_worker(argv, from);
		_exit(child == -1 ? errno : 0);
	}
	error = child == -1 ? errno : 0;
	close(from[STARTS_WITH - 1]);
	if (child == -1)
		return error;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	if (status != 0)
		return WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
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

int
worker_start(const char *verb, int force, const char *account, int third,
    int input, int *answer, struct failure *why)
{
	const char *words[7] = { TOKEND_WORKER, verb };
	int channel[2], report[2], null, i = 2, error;

	if (log_where() == LOG_TO_SYSLOG)
		words[i++] = "--syslog";
	if (force)
		words[i++] = "--force";
	words[i++] = "--";
	words[i] = account;
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
	error = start_detached((char *const *)(uintptr_t)words, (const int[]){
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
