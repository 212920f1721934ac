/* SPDX-License-Identifier: BSD-2-Clause */
/* run_check.c - a check in a process of its own, within its time */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/place.h"
#include "command/doctor/doctor.h"
#include "common/message.h"
#include "lineio.h"

static void
look(struct doctor *d, const struct check *c, int channel)
{
	struct failure why;

	d->channel = channel;
	if (c->is_tokend && d->has_scope &&
	    place_become(&d->scope, &why) == -1) {
		doctor_unknown(d, c->name, "%s", why.text);
		return;
	}
	/* If the command is killed, nobody waits for this one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c->run(d);
}

/* -1 with errno: ETIMEDOUT if it did not end within its time. */
static int
pass_on(struct doctor *d, int channel, int seconds)
{
	const int64_t deadline = clock_ms() + (int64_t)seconds * 1000;
	struct message t = MESSAGE_INIT;
	struct finding f;
	int n;

	while ((n = message_receive(channel, &t, deadline)) == 1)
		if (finding_take(&f, &t.attrs) == 0)
			doctor_report(d, &f);
	message_free(&t);
	return n;
}

static void
judge_end(struct doctor *d, const struct check *c, int was_slow, int status)
{
	if (was_slow)
		doctor_unknown(d, c->name, "The look at this was given up "
		    "after %d s.", c->seconds);
	else if (WIFSIGNALED(status))
		doctor_unknown(d, c->name, "The look at this was ended by "
		    "signal %d (%s).", WTERMSIG(status),
		    strsignal(WTERMSIG(status)));
}

void
doctor_run_check(struct doctor *d, const struct check *c)
{
	int ends[2], status = 0, was_slow;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1) {
		doctor_unknown(d, c->name, "No process for it: %s.",
		    strerror(errno));
		return;
	}
	child = fork();
	if (child == 0) {
		close(ends[0]);
		look(d, c, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (child == -1) {
		doctor_unknown(d, c->name, "No process for it: %s.",
		    strerror(errno));
	} else {
		was_slow = pass_on(d, ends[0], c->seconds) == -1;
		if (was_slow)
			kill(child, SIGKILL);
		while (waitpid(child, &status, 0) == -1 && errno == EINTR)
			continue;
		judge_end(d, c, was_slow, status);
	}
	close(ends[0]);
}
