/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/terminal/interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

#include "lineio.h"

static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define NUMBERS (sizeof(numbers) / sizeof(numbers[0]))

static volatile sig_atomic_t came;
static sigset_t before;

static void
on_signal(int number)
{
	came = number;
}

void
interrupt_block(void)
{
	struct sigaction action = { .sa_handler = on_signal }, old;
	sigset_t ours;
	size_t i;

	sigemptyset(&ours);
	for (i = 0; i < NUMBERS; i++) {
		/* What nohup(1) had ignored stays so. */
		if (sigaction(numbers[i], NULL, &old) == 0 &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaddset(&ours, numbers[i]);
		sigaction(numbers[i], &action, NULL);
	}
	sigprocmask(SIG_BLOCK, &ours, &before);
}

int
interrupt_poll(struct pollfd *p, nfds_t count, int timeout_ms)
{
	int64_t until = clock_ms() + timeout_ms, left;
	struct timespec t;
	int n;

	do {
		left = until - clock_ms();
		left = left < 0 ? 0 : left;
		t.tv_sec = (time_t)(left / 1000);
		t.tv_nsec = (long)(left % 1000) * 1000000;
		n = ppoll(p, count, timeout_ms < 0 ? NULL : &t, &before);
	} while (n == -1 && errno == EINTR && !came);
	return n;
}

int
interrupt_came(void)
{
	return came != 0;
}

int
interrupt_fail(struct failure *why)
{
	return fail(why, STATUS_INTERNAL, "interrupted; nothing was changed");
}

void
interrupt_raise(void)
{
	struct sigaction usual = { .sa_handler = SIG_DFL };
	int number = came;

	if (number == 0)
		return;
	sigaction(number, &usual, NULL);
	raise(number);
	sigprocmask(SIG_SETMASK, &before, NULL);
}
