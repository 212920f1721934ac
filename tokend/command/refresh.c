/* SPDX-License-Identifier: BSD-2-Clause */
/* refresh.c - tokend refresh: a new token now, whatever is cached. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "account/account.h"
#include "account/granted_scope.h"
#include "account/place.h"
#include "command/command.h"
#include "command/explain.h"
#include "common/date.h"
#include "files/lock.h"
#include "lineio.h"
#include "proto.h"
#include "serve/start_worker.h"
#include "state/state.h"

#define WORKER_MS 35000		/* more than a worker takes */

/* By errno. */
static void
fail_no_answer(const char *name, struct failure *why)
{
	if (errno == ETIMEDOUT)
		fail(why, STATUS_LATER, "account \"%s\": the renewal has not "
		    "finished yet; the log will have its result", name);
	else
		fail(why, STATUS_INTERNAL, "account \"%s\": no answer from "
		    "the worker: %s", name, strerror(errno));
}

/* Runs the worker under the account's lock. 0, or -1 with a->failure. */
static int
refresh(struct answer *a, const struct scope *s, const char *name)
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
	if (worker_start("refresh", 1, name, lock, -1, &channel,
	    &a->failure) == 0) {
		if (io_receive(channel, &raw, clock_ms() + WORKER_MS) == -1)
			fail_no_answer(name, &a->failure);
		else if (answer_decode(a, &raw, &a->failure) == -1)
			failure_name(&a->failure, name);
		close(channel);
	}
	close(lock);
	buf_free(&raw);
	return a->failure.code == STATUS_OK ? 0 : -1;
}

static void
warn_of(const char *name, const char *text)
{
	if (text[0] != '\0')
		command_warn("account \"%s\": %s", name, text);
}

/* The renewal has put into the state what it found out of the consent. */
static void
warn_of_consent(const struct scope *s, const char *name)
{
	const int64_t now = (int64_t)time(NULL);
	char scopes[GRANTED_TEXT_MAX] = "", person[PERSON_TEXT_MAX] = "";
	char end[CONSENT_END_TEXT_MAX];
	struct account a;
	struct failure why;
	struct state *st = malloc(sizeof(*st));

	if (st == NULL)
		return;
	if (account_load(&a, s, name, &why) == 0) {
		state_read(st, s, name);
		if (consent_end_is_near(&st->consent, now)) {
			consent_end_text(end, &st->consent, &a, st->refreshed,
			    serve_is_running(s), now);
			command_warn("account \"%s\": the consent %s", name,
			    end);
		}
		granted_text(scopes, &a, st->scope);
		person_text(person, &a, &st->person);
	}
	warn_of(name, scopes);
	warn_of(name, person);
	account_free(&a);
	free(st);
}

int
command_refresh(int argc, char *argv[])
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1], valid[DURATION_MAX];
	struct scope s;
	int status = EX_OK;

	if (command_flags(argc, argv, none, 1) == -1)
		return EX_USAGE;
	if (place_find(&s, &a.failure) == -1 ||
	    place_enter(&s, &a.failure) == -1 ||
	    command_account(name, &s, argv[optind], &a.failure) == -1) {
		status = command_failed(&a.failure);
	} else if (refresh(&a, &s, name) == -1) {
		status = command_failed(&a.failure);
		explain_failure(&s, name, &a.failure);
	} else {
		printf("account \"%s\": a new token, good for %s\n", name,
		    duration_text(valid, a.expires - (int64_t)time(NULL)));
		warn_of_consent(&s, name);
	}
	answer_free(&a);
	return status;
}
