/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/converse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/place.h"
#include "command/explain.h"
#include "command/terminal/interrupt.h"
#include "lineio.h"
#include "serve/start_worker.h"

/* By errno. */
static int
fail_start(const char *account, struct failure *why)
{
	return fail(why, STATUS_LATER, "account \"%s\": the worker cannot be "
	    "started: %s", account, strerror(errno));
}

static int
start_worker(const struct scope *s, const char *job, const char *account,
    int file, int channel, struct failure *why)
{
	if (place_enter(s, why) == -1)
		return -1;
	return worker_start(job, 0, account, file, channel, NULL, why);
}

/* The child becomes the tokend user, and reports only a failure. */
static void
report_start(int to, const struct scope *s, const char *job,
    const char *account, int file, int channel)
{
	struct failure why = { .code = STATUS_INTERNAL };

	if (start_worker(s, job, account, file, channel, &why) == 0)
		_exit(0);
	while (write(to, &why, sizeof(why)) == -1 && errno == EINTR)
		continue;
	_exit(1);
}

/*
 * A process that has become the tokend user cannot write /etc any more, and
 * the command may have to: so a child does that and starts the worker.
 */
static int
start_from_child(const struct scope *s, const char *job, const char *account,
    int file, int channel, struct failure *why)
{
	struct failure reported;
	int report[2], status = 0;
	ssize_t n;
	pid_t child;

	if (pipe2(report, O_CLOEXEC) == -1)
		return fail_start(account, why);
	if ((child = fork()) == 0)
		report_start(report[1], s, job, account, file, channel);
	if (child == -1)
		fail_start(account, why);
	close(report[1]);
	while ((n = read(report[0], &reported, sizeof(reported))) == -1 &&
	    errno == EINTR)
		continue;
	close(report[0]);
	if (child == -1)
		return -1;
	while (waitpid(child, &status, 0) == -1 && errno == EINTR)
		continue;
	if (n == (ssize_t)sizeof(reported)) {
		*why = reported;
		return -1;
	}
	return status == 0 ? 0 : fail(why, STATUS_INTERNAL, "account "
	    "\"%s\": the process that was starting %s has ended", account,
	    TOKEND_WORKER);
}

int
converse_open(struct converse *c, const struct scope *s, const char *job,
    const char *account, int file, struct failure *why)
{
	int ends[2], result;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return fail_start(account, why);
	result = (s->kind == SCOPE_SYSTEM && geteuid() == 0 ?
	    start_from_child : start_worker)(s, job, account, file, ends[1],
	    why);
	close(ends[1]);
	if (result == 0) {
		c->fd = ends[0];
		return 0;
	}
	close(ends[0]);
	return -1;
}

int
converse_send(struct converse *c, struct buf *message, struct failure *why)
{
	int result = message_send(c->fd, message);

	/* A worker that has ended may have said why: that can still be read. */
	if (result == -1 && (errno == EPIPE || errno == ECONNRESET))
		result = 0;
	if (result == -1)
		fail(why, STATUS_INTERNAL, "no message can be sent to the "
		    "worker: %s", strerror(errno));
	buf_free(message);
	return result;
}

int
converse_send_one(struct converse *c, const char *name, const char *value,
    struct failure *why)
{
	struct buf message = BUF_INIT(MESSAGE_BYTES_MAX);

	if (attrs_add(&message, name, value) == 0)
		return converse_send(c, &message, why);
	if (errno == ENOMEM)
		fail_memory(why);
	else
		fail(why, STATUS_CONFIG, "%s: is too long, or not one line",
		    name);
	buf_free(&message);
	return -1;
}

static enum converse_result
take_end(struct converse *c, struct failure *why)
{
	enum status code;
	int64_t again = 0;

	if (status_parse(converse_value(c, "code"), &code) == -1)
		return fail(why, STATUS_INTERNAL, "the worker ended with an "
		    "unknown code. Is it of another version? Fix: install "
		    "tokend again");
	if (code == STATUS_OK)
		return CONVERSE_END;
	fail(why, code, "%s", converse_value(c, "text"));
	if (attrs_number(&c->event.attrs, "retry_after", &again) == 0)
		why->retry_after = again;
	return CONVERSE_FAILED;
}

static enum converse_result
take_event(struct converse *c, struct failure *why)
{
	size_t i;
	int result = message_receive(c->fd, &c->event, clock_ms() + 1000);

	if (result == -1 && errno == ENODATA)
		return fail(why, STATUS_INTERNAL, "the worker ended without a "
		    "result; the system log may say why");
	if (result == -1)
		return fail(why, STATUS_INTERNAL, "no message can be read "
		    "from the worker: %s", strerror(errno));
	for (i = 0; i < c->event.attrs.count; i++)
		make_printable(c->event.attrs.attr[i].value,
		    strlen(c->event.attrs.attr[i].value) + 1);
	return converse_is(c, "end") ? take_end(c, why) : CONVERSE_EVENT;
}

enum converse_result
converse_wait(struct converse *c, enum converse_wait how, int timeout_ms,
    struct failure *why)
{
	struct pollfd p[2] = { { .fd = c->fd, .events = POLLIN },
	    { .fd = STDIN_FILENO, .events = POLLIN } };
	int n;

	/* The signals of interrupt.h are blocked, and end no poll(2). */
	if (how == WAIT_UNINTERRUPTED)
		n = poll(p, 1, timeout_ms);
	else
		n = interrupt_poll(p, how == WAIT_INPUT ? 2 : 1, timeout_ms);
	if (n == -1)
		return interrupt_came() ? interrupt_fail(why) : fail(why,
		    STATUS_INTERNAL, "poll: %s", strerror(errno));
	if (p[0].revents != 0)
		return take_event(c, why);
	return n > 0 ? CONVERSE_INPUT : CONVERSE_TIMEOUT;
}

const char *
converse_value(struct converse *c, const char *name)
{
	const char *value = attrs_get(&c->event.attrs, name);

	return value != NULL ? value : "";
}

int
converse_is(struct converse *c, const char *event)
{
	return strcmp(converse_value(c, "event"), event) == 0;
}

void
converse_close(struct converse *c)
{
	if (c->fd != -1)
		close(c->fd);
	c->fd = -1;
	message_free(&c->event);
}

int
converse_run(const struct converse_job *j, const struct scope *s,
    struct failure *why)
{
	struct converse c = CONVERSE_INIT;
	enum converse_result r = CONVERSE_FAILED;

	if (converse_open(&c, s, j->job, j->account, -1, why) == 0 &&
	    converse_send_one(&c, j->name, j->value, why) == 0)
		while ((r = converse_wait(&c, j->how, j->timeout_ms, why)) ==
		    CONVERSE_EVENT)
			j->on_event(&c, j->with);
	converse_close(&c);
	if (r == CONVERSE_TIMEOUT)
		fail(why, STATUS_LATER, "no answer from %s within %d s. Try "
		    "again later", j->from, j->timeout_ms / 1000);
	return r == CONVERSE_END ? 0 : -1;
}

void
converse_print_note(struct converse *c, void *with)
{
	(void)with;
	if (converse_is(c, "note"))
		explain_line(stdout, "", 0, converse_value(c, "text"));
}
