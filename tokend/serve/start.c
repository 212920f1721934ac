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

/*
 * In the child's child: nothing but system calls until exec. Where it logs to
 * syslog it keeps nobody's standard error open: the caller of a command may
 * wait for its end.
 */
static void
become_worker(char *const argv[], int input, int answer, int error, int lock)
{
	const int from[] = { input, answer, error, lock };
	int i, high[4];

	/* Out of the way first, so that no dup2 hits one still needed. */
	for (i = 0; i < 4; i++)
		if ((high[i] = fcntl(from[i], F_DUPFD, 16)) == -1)
			_exit(127);
	for (i = 0; i < 4; i++)
		if (dup2(high[i], i) == -1)
			_exit(127);
	close_from(4);
	restore_signals();
	execv(argv[0], argv);
	_exit(127);
}

int
worker_start(const char *verb, int force, const char *account, int lock,
    int input, int *answer, struct failure *why)
{
	const char *words[7] = { TOKEND_WORKER, verb };
	int channel[2], null, i = 2, status = 0;
	pid_t child;

	if (log_where() == LOG_TO_SYSLOG)
		words[i++] = "--syslog";
	if (force)
		words[i++] = "--force";
	words[i++] = "--";
	words[i] = account;
	if ((null = open("/dev/null", O_RDWR | O_CLOEXEC)) == -1 ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == -1) {
		if (null != -1)
			close(null);
		return fail(why, STATUS_LATER, "account \"%s\": no worker: %s",
		    account, strerror(errno));
	}
	child = fork();
	if (child == 0) {
		setsid();
		if ((child = fork()) == 0)
			become_worker((char *const *)(uintptr_t)words,
			    input != -1 ? input : null,
			    answer != NULL ? channel[1] : null,
			    log_where() == LOG_TO_SYSLOG ? null :
			    STDERR_FILENO, lock);
		_exit(child == -1 ? 1 : 0);
	}
	close(channel[1]);
	close(null);
	if (child != -1)
		while (waitpid(child, &status, 0) == -1 && errno == EINTR)
			continue;
	if (child == -1 || status != 0) {
		close(channel[0]);
		return fail(why, STATUS_LATER, "account \"%s\": %s does not "
		    "start: %s", account, TOKEND_WORKER, strerror(errno));
	}
	if (answer != NULL)
		*answer = channel[0];
	else
		close(channel[0]);
	return 0;
}
