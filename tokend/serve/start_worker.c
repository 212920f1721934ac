/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/start_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/log.h"
#include "serve/worker_starter.h"

/* Here, or by the starter; then waits for the report: 0, or an errno. */
static int
start_and_wait(const char *verb, int force, const char *account,
    const int fds[WORKER_FDS], int report)
{
	int error = starter_fd() == -1 ? exec_worker(verb, force, account,
	    fds) : starter_ask(starter_fd(), STARTER_REFRESH, account,
	    (const int[]){
	    [STARTER_LOCK] = fds[WORKER_LOCK],
	    [STARTER_ANSWER] = fds[WORKER_ANSWER],
	    [STARTER_REPORT] = fds[WORKER_REPORT] });

	close(fds[WORKER_REPORT]);
	return error != 0 ? error : exec_worker_wait(report);
}

int
worker_start(const char *verb, int force, const char *account, int third,
    int input, int *answer, struct failure *why)
{
	int channel[2] = { -1, -1 }, report[2] = { -1, -1 }, error;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || pipe2(report, O_CLOEXEC) == -1 || (answer != NULL &&
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0,
	    channel) == -1)) {
		error = errno;
		close(report[1]);
	} else {
		error = start_and_wait(verb, force, account, (const int[]){
		    [WORKER_STDIN] = input != -1 ? input : null,
		    [WORKER_ANSWER] = answer != NULL ? channel[1] : null,
		    [WORKER_LOG] = exec_worker_log(null),
		    [WORKER_LOCK] = third != -1 ? third : null,
		    [WORKER_REPORT] = report[1] }, report[0]);
	}
	close(null);
	close(report[0]);
	close(channel[1]);
	if (error == 0) {
		if (answer != NULL)
			*answer = channel[0];
		return 0;
	}
	close(channel[0]);
	return exec_worker_failed(account, error, why);
}

void
worker_renew(const char *account, int lock)
{
	struct failure why;

	if (worker_start("refresh", 0, account, lock, -1, NULL, &why) == -1)
		log_warning("%s", why.text);
	close(lock);
}
