/* SPDX-License-Identifier: BSD-2-Clause */
/* revoke.c - tokend revoke: takes a consent back, here and at the provider. */
#include <getopt.h>
#include <stdio.h>
#include <sysexits.h>

#include "account/account.h"
#include "account/place.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/revoke.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"
#include "shell_word.h"

#define REVOKE_MOST 60000	/* ms for one event of the job */

/* A mistyped name is told before any question. */
static int
find_account(char name[NAME_MAX_LEN + 1], struct scope *s, const char *given,
    struct failure *why)
{
	struct account a;
	int result;

	if (place_find(s, why) == -1 ||
	    command_account(name, s, given, why) == -1)
		return -1;
	result = account_load(&a, s, name, why);
	account_free(&a);
	return result;
}

static int
confirm(const char *name, struct failure *why)
{
	int yes;

	fprintf(stderr, "account \"%s\": its tokens will be gone.\n",
	    name);
	if ((yes = ask_yes("Revoke it?", why)) == 0)
		return fail(why, STATUS_INTERNAL, "account \"%s\": nothing "
		    "was changed", name);
	return yes == 1 ? 0 : -1;
}

int
revoke_consent(const struct scope *s, const char *name, int is_forced,
    struct failure *why)
{
	struct converse talk = CONVERSE_INIT;
	int happened = -1;

	if (converse_open(&talk, s, "revoke", name, why) == 0 &&
	    converse_say_one(&talk, "forget", is_forced ? "yes" : "no",
	    why) == 0)
		while ((happened = converse_wait(&talk, WAIT_FIRMLY,
		    REVOKE_MOST, why)) == HAPPENED_EVENT)
			if (converse_is(&talk, "note"))
				explain_line(stdout, "", 0,
				    converse_value(&talk, "text"));
	converse_close(&talk);
	if (happened == HAPPENED_NOTHING)
		return fail(why, STATUS_LATER, "account \"%s\": no answer "
		    "came in time: try again", name);
	return happened == HAPPENED_END ? 0 : -1;
}

int
command_revoke(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "yes", no_argument, NULL, 'y' },
		{ "forget", no_argument, NULL, 'f' }, { NULL, 0, NULL, 0 } };
	static char program[] = "tokend revoke";
	char name[NAME_MAX_LEN + 1];
	struct failure why;
	struct scope s;
	int option, is_sure = !ask_is_possible(), is_forced = 0;

	argv[0] = program;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option != 'y' && option != 'f')
			return command_usage("revoke", 0);
		is_sure |= option == 'y';
		is_forced |= option == 'f';
	}
	if (argc - optind > 1)
		return command_usage("revoke", 0);
	interrupt_block();
	if (find_account(name, &s, argv[optind], &why) == -1 ||
	    (!is_sure && confirm(name, &why) == -1) ||
	    revoke_consent(&s, name, is_forced, &why) == -1) {
		option = command_failed(&why);
		interrupt_raise();
		return option;
	}
	printf("account \"%s\": its tokens are dropped; to sign in again:\n"
	    "    tokend login %s\n", name, SHELL_NAME(name));
	return EX_OK;
}
