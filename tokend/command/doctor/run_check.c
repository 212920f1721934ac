/* SPDX-License-Identifier: BSD-2-Clause */
/* run_check.c - a check in a process of its own, within its time */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/place.h"
#include "command/doctor/doctor.h"
#include "common/end_with_parent.h"
#include "common/message.h"
#include "knowledge/findings/findings.h"
#include "lineio.h"

int
doctor_fork(struct doctor *d, struct check_child *c)
{
	int ends[2];

	*c = (struct check_child){ .pid = -1, .channel = -1 };
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return -1;
	c->pid = fork();
	if (c->pid == 0) {
		/* If its parent is killed, no process waits for this one. */
		end_with_parent(SIGKILL);
		d->channel = ends[1];
		close(ends[0]);
		return 0;
	}
	close(ends[1]);
	if (c->pid == -1)
		close(ends[0]);
	else
		c->channel = ends[0];
	return c->pid == -1 ? -1 : 1;
}

int
doctor_wait(const struct check_child *c)
{
	int status = 0;

	close(c->channel);
	while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR)
		continue;
	return status;
}

static void
run_in_child(struct doctor *d, const struct check *c)
{
	struct failure why;

	if (c->is_tokend && d->has_scope &&
	    place_become(&d->scope, &why) == -1) {
		doctor_found(d, c->name, &check_findings[CHECK_FAILED],
		    KNOWN_VALUES({ "failure", why.text }));
		return;
	}
	/* A change of the user has cleared it. */
	end_with_parent(SIGKILL);
	c->run(d);
}

/* 0 once it has ended; -1: not within its time. */
static int
pass_findings(struct doctor *d, int channel, int seconds)
{
	const int64_t deadline = clock_ms() + (int64_t)seconds * 1000;
	struct message t = MESSAGE_INIT;
	struct finding f;
	int result;

	while (message_receive(channel, &t, deadline) == 0)
		if (finding_parse(&f, &t.attrs) == 0)
			doctor_report(d, &f);
	result = errno == ENODATA ? 0 : -1;
	message_free(&t);
	return result;
}

static void
report_end(struct doctor *d, const struct check *c, int was_slow, int status)
{
	char signal[64];

	snprintf(signal, sizeof(signal), "%d (%s)", WTERMSIG(status),
	    strsignal(WTERMSIG(status)));
	if (was_slow || WIFSIGNALED(status))
		doctor_found(d, c->name, &check_findings[was_slow ?
		    CHECK_SLOW : CHECK_SIGNAL], KNOWN_VALUES(
		    { "seconds", KNOWN_NUMBER(c->seconds) },
		    { "signal", signal }));
}

void
doctor_run_check(struct doctor *d, const struct check *c)
{
	struct check_child child;
	int was_slow, forked = doctor_fork(d, &child);

	if (forked == 0) {
		run_in_child(d, c);
		_exit(0);
	}
	if (forked == -1) {
		doctor_found(d, c->name, &check_findings[CHECK_NO_PROCESS],
		    KNOWN_VALUES({ "error", strerror(errno) }));
		return;
	}
	was_slow = pass_findings(d, child.channel, c->seconds) == -1;
	if (was_slow)
		kill(child.pid, SIGKILL);
	report_end(d, c, was_slow, doctor_wait(&child));
}
