/* SPDX-License-Identifier: BSD-2-Clause */
/* tunnel_listen.c - see tunnel_command.h: for programs that only connect */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command/terminal/interrupt.h"
#include "command/tunnel/tunnel_command.h"
#include "common/descriptors.h"
#include "common/log.h"
#include "lineio.h"

#define PLACES_MOST 32		/* local programs at a time */
#define BREATH_MS 500		/* before the next try, where one failed */

struct place {
	pid_t child;		/* 0: free */
	int report;		/* a byte: joined; its end: so is the child's */
	int is_joined;
	int64_t since;
};

struct listener {
	const struct tunnel_task *task;
	int fd;
	struct place places[PLACES_MOST];
};

static void
free_place(struct place *p)
{
	close(p->report);
	while (waitpid(p->child, NULL, 0) == -1 && errno == EINTR)
		continue;
	p->child = 0;
}

static void
end_child(struct place *p)
{
	kill(p->child, SIGTERM);
	free_place(p);
}

/*
 * One local program's process: it may wait for a token without making others
 * wait. When it ends, its worker ends too.
 */
static int
serve_program(const struct tunnel_task *task, int fd, int report,
    struct failure *why)
{
	struct tunnel_session k = TUNNEL_SESSION_INIT;
	struct tunnel_task t = *task;
	int happened = -1;

	t.password = (struct buf)BUF_INIT(TUNNEL_PASSWORD_MAX);
	if (tunnel_read_password(&t.password, &t.scope, t.account, why) == 0 &&
	    tunnel_start(&k, &t, fd, why) == 0)
		happened = CONVERSE_EVENT;
	close(fd);
	while (happened == CONVERSE_EVENT) {
		happened = tunnel_follow(&k, &t, why);
		if (happened == CONVERSE_EVENT &&
		    converse_is(&k.c, "joined")) {
			(void)!write(report, "", 1);
			log_info("account \"%s\": a local program is joined "
			    "with %s by %s", t.account,
			    converse_value(&k.c, "server"),
			    converse_value(&k.c, "mechanism"));
		}
	}
	converse_close(&k.c);
	buf_free(&t.password);
	return happened == -1 ? -1 : 0;
}

static void
become_server(const struct listener *l, int fd, int report)
{
	struct failure why = { .code = STATUS_OK };
	int i = 0;

	restore_signals();
	close(l->fd);
	for (i = 0; i < PLACES_MOST; i++)
		if (l->places[i].child != 0)
			close(l->places[i].report);
	if (serve_program(l->task, fd, report, &why) == -1)
		log_warning("%s", why.text);
	_exit(0);
}

/* A free place; in a full house, of who has not come to log in for longest. */
static struct place *
find_place(struct listener *l)
{
	struct place *found = NULL, *p = l->places;

	for (; p < l->places + PLACES_MOST; p++) {
		if (p->child == 0)
			return p;
		if (!p->is_joined && (found == NULL ||
		    p->since < found->since))
			found = p;
	}
	if (found != NULL)
		end_child(found);
	return found;
}

static void
start_child(struct listener *l, int fd)
{
	struct place *p = find_place(l);
	int report[2] = { -1, -1 };

	if (p == NULL) {
		log_warning("account \"%s\": %d local programs are joined "
		    "already: another one is sent away", l->task->account,
		    PLACES_MOST);
		return;
	}
	if (pipe2(report, O_CLOEXEC) == -1 || (p->child = fork()) == -1) {
		log_warning("account \"%s\": no process for a local program: "
		    "%s", l->task->account, strerror(errno));
		p->child = 0;
		if (report[0] != -1) {
			close(report[0]);
			close(report[1]);
		}
		return;
	}
	if (p->child == 0) {
		close(report[0]);
		become_server(l, fd, report[1]);
	}
	close(report[1]);
	p->report = report[0];
	p->is_joined = 0;
	p->since = clock_ms();
}

static void
accept_program(struct listener *l)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);

	if (fd != -1) {
		start_child(l, fd);
		close(fd);
	} else if (errno != EAGAIN && errno != EINTR &&
	    errno != ECONNABORTED) {
		log_warning("no local program can be taken: %s",
		    strerror(errno));
		(void)interrupt_poll(NULL, 0, BREATH_MS);
	}
}

static void
read_report(struct place *p)
{
	char byte = 0;

	if (read(p->report, &byte, 1) == 1)
		p->is_joined = 1;
	else
		free_place(p);
}

int
tunnel_listen(const struct tunnel_task *t, int listener, struct failure *why)
{
	struct listener l = { .task = t, .fd = listener };
	struct pollfd p[PLACES_MOST + 1];
	int i = 0, result = 0;

	interrupt_block();
	while (result == 0 && !interrupt_came()) {
		p[PLACES_MOST] = (struct pollfd){ .fd = listener,
		    .events = POLLIN };
		for (i = 0; i < PLACES_MOST; i++)
			p[i] = (struct pollfd){ .events = POLLIN,
			    .fd = l.places[i].child != 0 ?
			    l.places[i].report : -1 };
		if (interrupt_poll(p, PLACES_MOST + 1, -1) == -1) {
			if (!interrupt_came())
				result = fail(why, STATUS_INTERNAL, "poll: "
				    "%s", strerror(errno));
			break;
		}
		for (i = 0; i < PLACES_MOST; i++)
			if (p[i].revents != 0)
				read_report(&l.places[i]);
		if (p[PLACES_MOST].revents != 0)
			accept_program(&l);
	}
	for (i = 0; i < PLACES_MOST; i++)
		if (l.places[i].child != 0)
			end_child(&l.places[i]);
	return result;
}
