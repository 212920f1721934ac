/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/end_with_parent.h"
#include "common/log.h"
#include "common/sandbox.h"
#include "files/folder.h"
#include "lineio.h"
#include "serve/answerer.h"
#include "serve/eviction.h"
#include "serve/renewal/schedule.h"
#include "serve/worker_starter.h"

/* ms. What dies at once is not started again and again without a pause. */
#define START_AGAIN 1000
#define MEMORY_MOST (64UL << 20)	/* bytes; an answerer takes 1 MB */
#define FILES_MOST 1024	/* as many are in flight to the starter, unix(7) */
#define FINISH_WAIT 3000
#define FINISH_LOOK 10

struct listener {
	const struct sockets *sockets;
	const struct scope *scope;
	struct board *board;
	int wake[2];			/* answerers write, we read */
	pid_t answerers[ANSWERERS_MAX];	/* 0: none at that place */
	pid_t schedule;			/* -1: none */
	int ask[2];			/* for workers; [1] is starter's */
	pid_t starter;			/* -1: none */
	int64_t start_again;		/* clock_ms; no start before it; or 0 */
};

static sigset_t while_waiting;
static volatile sig_atomic_t stopped;

static void
on_signal(int number)
{
	/* SIGCHLD only ends the wait. */
	if (number != SIGCHLD)
		stopped = 1;
}

/* The signals come during ppoll and at no other time. */
void
listener_catch_signals(void)
{
	static const int caught[] = { SIGCHLD, SIGTERM, SIGINT };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;
	size_t i;

	sigemptyset(&blocked);
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++) {
		sigaction(caught[i], &action, NULL);
		sigaddset(&blocked, caught[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, &while_waiting);
	for (i = 0; i < sizeof(caught) / sizeof(caught[0]); i++)
		sigdelset(&while_waiting, caught[i]);
	/* A terminal that goes away is no reason to end a service. */
	signal(SIGHUP, SIG_IGN);
}

/* Returns in the child too, with 0, which ends when the listener does. */
static pid_t
start_process(struct listener *l)
{
	pid_t self = getpid(), child = fork();

	if (child == -1) {
		throttle_warning(geteuid(), THROTTLE_PROCESS, "",
		    "no process can be started to answer: %s", strerror(errno));
		l->start_again = clock_ms() + START_AGAIN;
	} else if (child == 0) {
		/* So that writing to a listener that has gone fails. */
		close(l->wake[0]);
		restore_signals();
		signal(SIGHUP, SIG_IGN);
		end_with_parent(SIGTERM);
		/* It may have gone before it could be asked for. */
		if (getppid() != self)
			_exit(0);
	}
	return child;
}

static void
close_sockets(const struct sockets *all)
{
	int i;

	for (i = 0; i < all->count; i++)
		close(all->fd[i]);
}

/* It has all rights, which the worker and its programs get from it. */
static void
start_worker_starter(struct listener *l)
{
	l->starter = start_process(l);
	if (l->starter != 0)
		return;
	close_sockets(l->sockets);
	close(l->ask[0]);
	close(l->wake[1]);
	starter_run(l->ask[1]);
}

/* In a child, before it reads what others wrote. */
static void
confine_child(const struct listener *l)
{
	const struct sandbox box = { .writable = l->scope->state,
	    .memory = MEMORY_MOST, .files = FILES_MOST,
	    /* A folder that is not there can be made later, and written to. */
	    .may_write = access(l->scope->state, W_OK) == -1 };

	close(l->ask[1]);
	starter_use(l->ask[0]);
	sandbox_enter(&box);
}

static void
start_schedule(struct listener *l)
{
	l->schedule = start_process(l);
	if (l->schedule != 0)
		return;
	close_sockets(l->sockets);
	confine_child(l);
	schedule_run(l->scope, &l->board->throttle);
}

/* An answerer that is not busy was counted as idle. */
static void
free_place(struct listener *l, int place)
{
	l->answerers[place] = 0;
	if (!atomic_load(&l->board->place[place].is_busy))
		atomic_fetch_sub(&l->board->idle, 1);
	eviction_clear(l->board, place);
}

static void
start_answerer(struct listener *l)
{
	int place = 0;

	while (place < ANSWERERS_MAX && l->answerers[place] != 0)
		place++;
	if (place == ANSWERERS_MAX)
		return;
	atomic_store(&l->board->place[place].is_busy, 0);
	atomic_fetch_add(&l->board->idle, 1);
	l->answerers[place] = start_process(l);
	if (l->answerers[place] == 0) {
		confine_child(l);
		answerer_run(l->board, place, l->wake[1], l->sockets,
		    l->scope);
	}
	if (l->answerers[place] == -1)
		free_place(l, place);
}

/* After one was killed, perhaps between its two marks on the board. */
static void
recount_idle(struct listener *l)
{
	int place, idle = 0;

	for (place = 0; place < ANSWERERS_MAX; place++)
		idle += l->answerers[place] != 0 &&
		    !atomic_load(&l->board->place[place].is_busy);
	atomic_store(&l->board->idle, idle);
}

/*
 * One that did not end by itself may do so again at once: wait a little. True
 * while there are children left.
 */
static int
reap_children(struct listener *l)
{
	int place, status = 0;
	pid_t child;

	while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
			l->start_again = clock_ms() + START_AGAIN;
		if (child == l->schedule)
			l->schedule = -1;
		if (child == l->starter)
			l->starter = -1;
		for (place = 0; place < ANSWERERS_MAX; place++)
			if (l->answerers[place] == child)
				free_place(l, place);
		if (WIFSIGNALED(status))
			recount_idle(l);
	}
	return child == 0;
}

static void
start_missing(struct listener *l)
{
	int missing = IDLE_LEAST - atomic_load(&l->board->idle);

	if (l->starter == -1)
		start_worker_starter(l);
	if (l->schedule == -1)
		start_schedule(l);
	for (; missing > 0 && clock_ms() >= l->start_again; missing--)
		start_answerer(l);
}

static void
wait_for_events(struct listener *l)
{
	struct pollfd p = { .fd = l->wake[0], .events = POLLIN };
	int64_t left = l->start_again - clock_ms();
	struct timespec pause = { .tv_sec = 0 };
	char bytes[64];

	if (left > 0)
		pause = (struct timespec){ .tv_sec = left / 1000,
		    .tv_nsec = left % 1000 * 1000000 };
	if (ppoll(&p, 1, l->start_again != 0 ? &pause : NULL,
	    &while_waiting) > 0)
		while (read(l->wake[0], bytes, sizeof(bytes)) > 0)
			continue;
}

static void
end_answerers(struct listener *l, int idle_only)
{
	int place;

	for (place = 0; place < ANSWERERS_MAX; place++)
		if (l->answerers[place] != 0 && (!idle_only ||
		    !atomic_load(&l->board->place[place].is_busy)))
			kill(l->answerers[place], SIGTERM);
}

/* Idle answerers end now; busy ones have a moment to finish. */
static void
stop_children(struct listener *l)
{
	int64_t deadline = clock_ms() + FINISH_WAIT;

	atomic_store(&l->board->is_stopping, 1);
	end_answerers(l, 1);
	if (l->schedule != -1)
		kill(l->schedule, SIGTERM);
	/* The starter ends with the last that may ask it. */
	close(l->ask[0]);
	close(l->ask[1]);
	while (reap_children(l) && clock_ms() < deadline)
		poll(NULL, 0, FINISH_LOOK);
	end_answerers(l, 0);
	while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
		continue;
}

int
listener_run(const struct sockets *all, const struct scope *s,
    struct failure *why)
{
	struct listener l = { .sockets = all, .scope = s, .schedule = -1,
	    .starter = -1, .wake = { -1, -1 }, .ask = { -1, -1 } };
	struct failure ignored;
	int folder = folder_open(s, "lock", &ignored), result = -1;

	/* A confined process can write only to a folder that exists. */
	if (folder != -1)
		close(folder);
	l.board = mmap(NULL, sizeof(*l.board), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (l.board == MAP_FAILED)
		return fail_memory(why);
	if (pipe2(l.wake, O_CLOEXEC | O_NONBLOCK) == -1 || socketpair(AF_UNIX,
	    SOCK_SEQPACKET | SOCK_CLOEXEC, 0, l.ask) == -1) {
		fail(why, STATUS_INTERNAL, "no pipe or socket can be made: %m");
		goto out;
	}
	throttle_use(&l.board->throttle);
	while (!stopped) {
		if (clock_ms() >= l.start_again) {
			l.start_again = 0;
			start_missing(&l);
		}
		wait_for_events(&l);
		reap_children(&l);
	}
	stop_children(&l);
	result = 0;
out:
	close(l.wake[0]);
	close(l.wake[1]);
	munmap(l.board, sizeof(*l.board));
	return result;
}
