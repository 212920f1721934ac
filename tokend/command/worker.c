/* SPDX-License-Identifier: BSD-2-Clause */
/* worker.c - see worker.h */
#include "command/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/place.h"
#include "serve/start_worker.h"

static int
no_way(const char *account, struct failure *why)
{
	return fail(why, STATUS_LATER, "account \"%s\": no way to the worker: "
	    "%s", account, strerror(errno));
}

static int
start(const struct scope *s, const char *verb, const char *account, int file,
    int channel, struct failure *why)
{
	if (place_enter(s, why) == -1)
		return -1;
	return worker_start(verb, 0, account, file, channel, NULL, why);
}

/*
 * Who has become the tokend user cannot write /etc any more: so a child
 * becomes it, starts the worker and ends, and tells what went wrong.
 */
static int
start_from_child(const struct scope *s, const char *verb, const char *account,
    int file, int channel, struct failure *why)
{
	struct failure told = { .code = STATUS_INTERNAL };
	int report[2], status = 0;
	ssize_t n;
	pid_t child;

	if (pipe2(report, O_CLOEXEC) == -1)
		return no_way(account, why);
	if ((child = fork()) == 0) {
		if (start(s, verb, account, file, channel, &told) == 0)
			_exit(0);
		while (write(report[1], &told, sizeof(told)) == -1 &&
		    errno == EINTR)
			continue;
		_exit(1);
	}
	if (child == -1)
		no_way(account, why);
	close(report[1]);
	while ((n = read(report[0], &told, sizeof(told))) == -1 &&
	    errno == EINTR)
		continue;
	close(report[0]);
	if (child == -1)
		return -1;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	if (n == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (n != (ssize_t)sizeof(told))
		return fail(why, STATUS_INTERNAL, "account \"%s\": who was to "
		    "start %s ended before it", account, TOKEND_WORKER);
	*why = told;
	return -1;
}

int
command_converse(const struct scope *s, const char *verb, const char *account,
    int file, struct failure *why)
{
	int ends[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return no_way(account, why);
	result = s->kind == SCOPE_SYSTEM && geteuid() == 0 ?
	    start_from_child(s, verb, account, file, ends[1], why) :
	    start(s, verb, account, file, ends[1], why);
	close(ends[1]);
	if (result == 0)
		return ends[0];
	close(ends[0]);
	return -1;
}
