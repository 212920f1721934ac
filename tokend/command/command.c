/* SPDX-License-Identifier: BSD-2-Clause */
/* command.c - see command.h */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/account.h"
#include "command/command.h"
#include "command/explain.h"
#include "files/folder.h"
#include "files/lock.h"
#include "lineio.h"
#include "serve/start_worker.h"

#define WORK_WAIT 35000		/* ms, more than a worker takes */

/* One line in a log or a pipe; at a terminal as many as it takes. */
static void
say(const char *label, const char *text)
{
	if (isatty(STDERR_FILENO))
		explain_line(stderr, label, (int)strlen(label) + 1, text);
	else
		fprintf(stderr, "%s %s\n", label, text);
}

int
command_failed(const struct failure *why)
{
	say("tokend:", why->text);
	return status_exit(why->code);
}

void
command_warn(const char *format, ...)
{
	struct failure told;
	va_list args;

	va_start(args, format);
	vfail(&told, STATUS_OK, format, args);
	va_end(args);
	say("tokend: warning:", told.text);
}

int
command_account(char name[NAME_MAX_LEN + 1], const struct scope *s,
    const char *given, struct failure *why)
{
	struct names n;
	int result = -1;

	if (given != NULL)
		return name_fold(name, given, strlen(given), why);
	if (names_list(&n, s, why) == 0) {
		if (n.count == 1) {
			snprintf(name, NAME_MAX_LEN + 1, "%s", n.name[0]);
			result = 0;
		} else if (n.count == 0) {
			fail(why, STATUS_NO_ACCOUNT, "there is no account in "
			    "%s/accounts: make one by \"tokend login "
			    "NAME\"", s->config);
		} else {
			fail(why, STATUS_USAGE, "there are %zu accounts in "
			    "%s/accounts: say which", n.count, s->config);
		}
	}
	names_free(&n);
	return result;
}

/* By errno. */
static void
no_answer(const char *name, struct failure *why)
{
	if (errno == ETIMEDOUT)
		fail(why, STATUS_LATER, "account \"%s\": its token is being "
		    "renewed, and that has not ended yet: its log says why",
		    name);
	else
		fail(why, STATUS_INTERNAL, "account \"%s\": the worker gave "
		    "no answer: %s", name, strerror(errno));
}

int
command_work(struct answer *a, const struct scope *s, const char *verb,
    const char *name)
{
	struct buf raw = BUF_INIT(PROTO_MESSAGE_MAX);
	struct account account;
	int lock, channel, loaded;

	/* First, so that a mistyped name leaves no lock file. */
	loaded = account_load(&account, s, name, &a->failure);
	account_free(&account);
	if (loaded == -1 ||
	    (lock = lock_acquire(s, name, &a->failure)) == -1)
		return -1;
	if (worker_start(verb, 1, name, lock, -1, &channel,
	    &a->failure) == 0) {
		if (io_receive(channel, &raw, clock_ms() + WORK_WAIT) == -1)
			no_answer(name, &a->failure);
		else if (answer_decode(a, &raw, &a->failure) == -1)
			failure_name(&a->failure, name);
		close(channel);
	}
	close(lock);
	buf_free(&raw);
	return a->failure.code == STATUS_OK ? 0 : -1;
}
