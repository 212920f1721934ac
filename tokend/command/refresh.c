/* SPDX-License-Identifier: BSD-2-Clause */
/* refresh.c - tokend refresh: a new token now, whatever is cached. */
#include <stdio.h>
#include <stdlib.h>
#include <sysexits.h>
#include <time.h>

#include "account/account.h"
#include "account/granted_scope.h"
#include "account/place.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/serve_running.h"
#include "common/duration.h"
#include "state/state.h"

static void
warn_end(const struct scope *s, const struct account *a,
    const struct state *st)
{
	const int64_t now = (int64_t)time(NULL);
	char text[CONSENT_END_TEXT_MAX];

	if (!consent_end_is_near(&st->consent, now))
		return;
	consent_end_text(text, &st->consent, a, st->refreshed,
	    serve_is_running(s), now);
	command_warn("account \"%s\": the consent %s", a->name, text);
}

/* What the renewal has found out of the consent is in the state. */
static void
tell_grant(const struct scope *s, const char *name)
{
	char text[GRANTED_TEXT_MAX] = "", person[PERSON_TEXT_MAX] = "";
	struct account a;
	struct failure why;
	struct state *st = malloc(sizeof(*st));

	if (st == NULL)
		return;
	if (account_load(&a, s, name, &why) == 0) {
		state_read(st, s, name);
		granted_text(text, &a, st->scope);
		warn_end(s, &a, st);
		person_text(person, &a, &st->person);
	}
	if (text[0] != '\0')
		command_warn("account \"%s\": %s", name, text);
	if (person[0] != '\0')
		command_warn("account \"%s\": %s", name, person);
	account_free(&a);
	free(st);
}

int
command_refresh(int argc, char *argv[])
{
	struct answer a = ANSWER_INIT;
	char name[NAME_MAX_LEN + 1], duration[DURATION_MAX];
	struct scope s;
	int status = EX_OK;

	if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
		return command_usage("refresh", 0);
	if (place_find(&s, &a.failure) == -1 ||
	    place_enter(&s, &a.failure) == -1 ||
	    command_account(name, &s, argv[1], &a.failure) == -1) {
		status = command_failed(&a.failure);
	} else if (command_work(&a, &s, "refresh", name) == -1) {
		status = command_failed(&a.failure);
		explain_failure(&s, name, &a.failure);
	} else {
		printf("account \"%s\": a new token, good for %s\n", name,
		    duration_text(duration, a.expires - (int64_t)time(NULL)));
		tell_grant(&s, name);
	}
	answer_free(&a);
	return status;
}
