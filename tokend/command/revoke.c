/* SPDX-License-Identifier: BSD-2-Clause */
/* revoke.c - tokend revoke: revokes a consent, here and at the provider. */
#include <stdio.h>
#include <sysexits.h>

#include "account/account.h"
#include "account/place.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/revoke.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"
#include "base/shell_word.h"

#define EVENT_MS 60000

/* Before any question, so that a mistyped name is reported first. */
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
confirm_revocation(const char *name, struct failure *why)
{
	enum truth yes;

	fprintf(stderr, "account \"%s\": this deletes its tokens.\n", name);
	if ((yes = ask_yes("Revoke it?", why)) == IS_FALSE)
		return fail(why, STATUS_INTERNAL, "account \"%s\": nothing "
		    "was changed", name);
	return yes == IS_TRUE ? 0 : -1;
}

int
revoke_consent(const struct scope *s, const char *name, int is_forced,
    struct failure *why)
{
	const struct converse_job job = { .job = "revoke", .account = name,
	    .name = "forget", .value = is_forced ? "yes" : "no",
	    .how = WAIT_UNINTERRUPTED, .timeout_ms = EVENT_MS,
	    .from = "the provider", .on_event = converse_print_note };

	return converse_run(&job, s, why);
}

int
command_revoke(int argc, char *argv[])
{
	int is_sure = !ask_is_possible(), is_forced = 0, status = EX_OK;
	const struct option options[] = {
		{ "yes", no_argument, &is_sure, 1 },
		{ "forget", no_argument, &is_forced, 1 },
		{ NULL, 0, NULL, 0 } };
	char name[NAME_MAX_LEN + 1];
	struct failure why;
	struct scope s;

	if (command_flags(argc, argv, options, 1) == -1)
		return EX_USAGE;
	interrupt_block();
	if (find_account(name, &s, argv[optind], &why) == -1 ||
	    (!is_sure && confirm_revocation(name, &why) == -1) ||
	    revoke_consent(&s, name, is_forced, &why) == -1) {
		status = command_failed(&why);
		interrupt_raise();
	} else {
		printf("account \"%s\": its tokens are deleted. To sign in "
		    "again:\n    tokend login %s\n", name, SHELL_NAME(name));
	}
	return status;
}
