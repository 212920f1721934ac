/* SPDX-License-Identifier: BSD-2-Clause */
#include "common/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "lineio.h"

/* ms between two looks whether it ended, where its pipes stay open. */
#define LOOK 50
#define STARTS_WITH 4
#define DRAIN_MOST 64		/* reads in a row: over RUN_OUTPUT_MAX */

struct running {
	pid_t child;
	int out;		/* -1 once it has ended */
	int err;
	int report;		/* exec closes it; else errno comes */
	int status;
};

/* In the child: nothing but system calls until exec. */
static void
exec_program(char *const argv[], char *const env[], const int from[STARTS_WITH])
{
	int i = 0, error = 0, high[STARTS_WITH], report = from[3];

	setsid();
	/* Out of the way first, so that no dup2 hits one still needed. */
	for (i = 0; i < STARTS_WITH; i++)
		if ((high[i] = fcntl(from[i], F_DUPFD, 16)) == -1)
			goto failed;
	report = high[3];
	for (i = 0; i < STARTS_WITH; i++)
		if (dup2(high[i], i) == -1)
			goto failed;
	report = 3;
	close_from(STARTS_WITH);
	if (chdir("/") == 0 && fcntl(3, F_SETFD, FD_CLOEXEC) == 0) {
		restore_signals();
		execve(argv[0], argv, env);
	}
failed:
	error = errno;
	while (write(report, &error, sizeof(error)) == -1 && errno == EINTR)
		continue;
	_exit(127);
}

static void
close_pair(const int pair[2])
{
	if (pair[0] != -1)
		close(pair[0]);
	if (pair[1] != -1)
		close(pair[1]);
}

/* 0, or an errno. */
static int
start_program(struct running *r, char *const argv[], char *const env[])
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 }, report[2] = { -1, -1 };
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC), error = 0;

	if (null == -1 || pipe2(out, O_CLOEXEC) == -1 ||
	    pipe2(err, O_CLOEXEC) == -1 || pipe2(report, O_CLOEXEC) == -1 ||
	    fcntl(out[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(err[0], F_SETFL, O_NONBLOCK) == -1 ||
	    (r->child = fork()) == -1) {
		error = errno;
		close_pair(out);
		close_pair(err);
		close_pair(report);
	} else if (r->child == 0) {
		exec_program(argv, env, (const int[]){ null, out[1], err[1],
		    report[1] });
	} else {
		close(out[1]);
		close(err[1]);
		close(report[1]);
		r->out = out[0];
		r->err = err[0];
		r->report = report[0];
	}
	if (null != -1)
		close(null);
	return error;
}

/*
 * Reads what is there, and not for ever; closes *fd at its end. -1: more than
 * b can hold, where it is not to be cut.
 */
static int
drain_pipe(int *fd, struct buf *b, int is_cut)
{
	char part[4096];
	ssize_t n = 0;
	int result = 0, times = 0;

	while (*fd != -1 && result == 0 && times++ < DRAIN_MOST) {
		n = read(*fd, part, sizeof(part));
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && errno == EAGAIN)
			break;
		if (n <= 0) {
			close(*fd);
			*fd = -1;
			break;
		}
		if (is_cut && (size_t)n > b->max - b->len)
			n = (ssize_t)(b->max - b->len);
		result = buf_add(b, part, (size_t)n);
	}
	explicit_bzero(part, sizeof(part));
	return result;
}

static int
has_ended(struct running *r)
{
	pid_t pid = 0;

	while ((pid = waitpid(r->child, &r->status, WNOHANG)) == -1 &&
	    errno == EINTR)
		continue;
	return pid == r->child;
}

/* Until it has ended, or may not go on; true in the first case. */
static int
wait_for_end(struct running *r, struct run_result *result, int64_t deadline)
{
	struct pollfd p[2];
	int64_t left = 0;
	int ended = 0;

	for (;;) {
		/* Asked before reading: all that it printed is then there. */
		ended = has_ended(r);
		if (drain_pipe(&r->out, &result->output, 0) == -1) {
			result->end = RUN_TOO_LONG;
			return ended;
		}
		(void)drain_pipe(&r->err, &result->errors, 1);
		if (ended)
			return 1;
		if ((left = deadline - clock_ms()) <= 0) {
			result->end = RUN_TIMED_OUT;
			return 0;
		}
		p[0] = (struct pollfd){ .fd = r->out, .events = POLLIN };
		p[1] = (struct pollfd){ .fd = r->err, .events = POLLIN };
		/* Pipes that ended wake nobody; the exit comes right after. */
		(void)poll(p, 2, r->out == -1 && r->err == -1 ? 1 :
		    left < LOOK ? (int)left : LOOK);
	}
}

static void
read_end(struct running *r, struct run_result *result)
{
	int error = 0;
	ssize_t n = 0;

	while ((n = read(r->report, &error, sizeof(error))) == -1 &&
	    errno == EINTR)
		continue;
	if (n == (ssize_t)sizeof(error)) {
		result->end = RUN_NOT_STARTED;
		result->number = error;
	} else if (WIFEXITED(r->status)) {
		result->end = RUN_EXITED;
		result->number = WEXITSTATUS(r->status);
	} else {
		result->end = RUN_SIGNALLED;
		result->number = WTERMSIG(r->status);
	}
}

void
run_program(struct run_result *result, char *const argv[], char *const env[],
    int64_t deadline)
{
	struct running r = { .child = -1, .out = -1, .err = -1, .report = -1 };
	int error = start_program(&r, argv, env);

	if (error != 0) {
		result->end = RUN_NOT_STARTED;
		result->number = error;
		return;
	}
	result->end = RUN_EXITED;
	if (wait_for_end(&r, result, deadline)) {
		if (result->end == RUN_EXITED)
			read_end(&r, result);
	} else {
		/* The group's id, as its leader is not reaped. */
		kill(-r.child, SIGKILL);
		kill(r.child, SIGKILL);
		while (waitpid(r.child, NULL, 0) == -1 && errno == EINTR)
			continue;
	}
	if (r.out != -1)
		close(r.out);
	if (r.err != -1)
		close(r.err);
	close(r.report);
}

void
run_result_free(struct run_result *r)
{
	buf_free(&r->output);
	buf_free(&r->errors);
}
