/* SPDX-License-Identifier: BSD-2-Clause */
/* run_check.c - a check in a process of its own, within its time */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/place.h"
#include "command/doctor/doctor.h"
#include "common/message.h"
#include "knowledge/findings.h"
#include "lineio.h"

static void
run_in_child(struct doctor *d, const struct check *c, int channel)
{
	struct failure why;

	d->channel = channel;
	if (c->is_tokend && d->has_scope &&
	    place_become(&d->scope, &why) == -1) {
		doctor_found(d, c->name, &check_findings[CHECK_FAILED],
		    KNOWN_VALUES({ "failure", why.text }));
		return;
	}
	/* If the command is killed, no process waits for this one. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	c->run(d);
}

/* -1 with errno: ETIMEDOUT if it did not end within its time. */
static int
pass_findings(struct doctor *d, int channel, int seconds)
{
	const int64_t deadline = clock_ms() + (int64_t)seconds * 1000;
	struct message t = MESSAGE_INIT;
	struct finding f;
	int n;

	while ((n = message_receive(channel, &t, deadline)) == 1)
		if (finding_parse(&f, &t.attrs) == 0)
			doctor_report(d, &f);
	message_free(&t);
	return n;
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
	int ends[2] = { -1, -1 }, status = 0, was_slow;
	pid_t child = -1;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0)
		child = fork();
	if (child == 0) {
		close(ends[0]);
		run_in_child(d, c, ends[1]);
		_exit(0);
	}
	if (child == -1) {
		doctor_found(d, c->name, &check_findings[CHECK_NO_PROCESS],
		    KNOWN_VALUES({ "error", strerror(errno) }));
	} else {
		close(ends[1]);
		ends[1] = -1;
		was_slow = pass_findings(d, ends[0], c->seconds) == -1;
		if (was_slow)
			kill(child, SIGKILL);
		while (waitpid(child, &status, 0) == -1 && errno == EINTR)
			continue;
		report_end(d, c, was_slow, status);
	}
	if (ends[1] != -1)
		close(ends[1]);
	if (ends[0] != -1)
		close(ends[0]);
}
