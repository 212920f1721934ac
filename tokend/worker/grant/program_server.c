/* SPDX-License-Identifier: BSD-2-Clause */
#include "grant/program_server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/log.h"
#include "grant/run_program.h"
#include "lineio.h"

#define ANSWER_MS (PROGRAM_MS + 5000)
#define PACKET_ROOM 262144	/* bytes; a program's output is one packet */

/* One packet each; the texts follow the answer where they are not empty. */
struct question {
	int is_command;
	enum program program;	/* else: to start for why */
	struct failure why;
};

struct reply {
	int result;
	struct failure why;
	enum run_end end;
	int number;
	size_t output;
	size_t complaint;
};

static int server = -1;		/* our end of the conversation; -1: none */

/*
 * In the child
 */

static int
send_text(int fd, const struct buf *b)
{
	return b->len == 0 || send(fd, b->data, b->len, MSG_NOSIGNAL) ==
	    (ssize_t)b->len ? 0 : -1;
}

static void
answer_command(int fd, const struct account *a)
{
	struct run_result ran = RUN_RESULT_INIT;
	struct reply r;

	memset(&r, 0, sizeof(r));
	r.result = program_command(a, &ran, &r.why);
	r.end = ran.end;
	r.number = ran.number;
	r.output = ran.output.len;
	r.complaint = ran.errors.len;
	if (send(fd, &r, sizeof(r), MSG_NOSIGNAL) == (ssize_t)sizeof(r) &&
	    send_text(fd, &ran.output) == 0)
		send_text(fd, &ran.errors);
	run_result_free(&ran);
}

/* Nothing but this conversation and the log is open here, the lock neither. */
static int
leave_descriptors(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || dup2(fd, 3) == -1)
		return -1;
	close_from(4);
	return fcntl(3, F_SETFD, FD_CLOEXEC);
}

/* Until the worker has gone, whatever signal a whole service gets. */
static void
serve_questions(int fd, const struct account *a)
{
	static const int ignored[] = { SIGTERM, SIGINT, SIGHUP };
	struct question q;
	size_t i;

	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		signal(ignored[i], SIG_IGN);
	if (leave_descriptors(fd) == -1)
		_exit(1);
	while (recv(3, &q, sizeof(q), 0) == (ssize_t)sizeof(q)) {
		q.why.text[sizeof(q.why.text) - 1] = '\0';
		if (!q.is_command)
			program_start(a, q.program, &q.why);
		else if (a->command != NULL)
			answer_command(3, a);
	}
	_exit(0);
}

/*
 * In the worker
 */

int
programs_start(const struct account *a, struct failure *why)
{
	const int room = PACKET_ROOM;
	int ends[2];
	pid_t pid;

	if (a->on_error == NULL && a->on_warning == NULL && a->command == NULL)
		return 0;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return fail(why, STATUS_LATER, "account \"%s\": its programs "
		    "cannot be started: %s", a->name, strerror(errno));
	setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	if ((pid = fork()) == 0) {
		close(ends[0]);
		serve_questions(ends[1], a);
	}
	close(ends[1]);
	if (pid == -1) {
		close(ends[0]);
		return fail(why, STATUS_LATER, "account \"%s\": its programs "
		    "cannot be started: %s", a->name, strerror(errno));
	}
	server = ends[0];
	return 0;
}

static int
receive_reply(void *out, size_t len)
{
	return io_wait(server, POLLIN, clock_ms() + ANSWER_MS) == 0 &&
	    recv(server, out, len, 0) == (ssize_t)len ? 0 : -1;
}

static int
receive_text(struct buf *b, size_t len)
{
	if (len == 0)
		return 0;
	if (len > b->max || buf_room(b, len) == -1 ||
	    receive_reply(b->data + b->len, len) == -1)
		return -1;
	b->len += len;
	b->data[b->len] = '\0';
	return 0;
}

static int
send_question(const struct question *q)
{
	return send(server, q, sizeof(*q), MSG_NOSIGNAL) ==
	    (ssize_t)sizeof(*q) ? 0 : -1;
}

int
programs_command(const struct account *a, struct run_result *ran,
    struct failure *why)
{
	struct question q;
	struct reply r;

	memset(&q, 0, sizeof(q));
	q.is_command = 1;
	if (server == -1)
		return program_command(a, ran, why);
	if (send_question(&q) == -1 || receive_reply(&r, sizeof(r)) == -1)
		return fail(why, STATUS_LATER, "account \"%s\": the process "
		    "that runs its command has ended", a->name);
	if (r.result == -1)
		*why = r.why;
	ran->end = r.end;
	ran->number = r.number;
	if (receive_text(&ran->output, r.output) == -1 ||
	    receive_text(&ran->errors, r.complaint) == -1)
		return fail(why, STATUS_LATER, "account \"%s\": what command "
		    "printed did not arrive", a->name);
	return r.result;
}

void
programs_start_one(const struct account *a, enum program which,
    const struct failure *why)
{
	const char *program = which == ON_ERROR ? a->on_error : a->on_warning;
	struct question q;

	if (program == NULL)
		return;
	if (server == -1) {
		program_start(a, which, why);
		return;
	}
	memset(&q, 0, sizeof(q));
	q.program = which;
	q.why = *why;
	if (send_question(&q) == -1)
		log_warning("account \"%s\": %s: the process that starts %s "
		    "has ended", a->name, program_setting(which), program);
}
