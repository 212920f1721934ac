/* SPDX-License-Identifier: BSD-2-Clause */
/* rekey.c - tokend rekey: credentials by the key that tokend.conf names. */
#include <stdio.h>
#include <sysexits.h>

#include "account/place.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/terminal/interrupt.h"

#define REKEY_MOST 3600000	/* ms until the first thing is told */

static int
rekey(const struct scope *s, struct failure *why)
{
	struct converse talk = CONVERSE_INIT;
	int happened = -1;

	if (converse_open(&talk, s, "rekey", "-", why) == 0 &&
	    converse_say_one(&talk, "all", "yes", why) == 0)
		while ((happened = converse_wait(&talk, WAIT_EVENT,
		    REKEY_MOST, why)) == HAPPENED_EVENT)
			if (converse_is(&talk, "note"))
				explain_line(stdout, "", 0,
				    converse_value(&talk, "text"));
	converse_close(&talk);
	if (happened == HAPPENED_NOTHING)
		return fail(why, STATUS_LATER, "no answer came in time: try "
		    "again");
	return happened == HAPPENED_END ? 0 : -1;
}

int
command_rekey(int argc, char *argv[])
{
	struct failure why;
	struct scope s;
	int status = EX_OK;

	(void)argv;
	if (argc > 1)
		return command_usage("rekey", 0);
	interrupt_block();
	if (place_find(&s, &why) == -1 || rekey(&s, &why) == -1)
		status = command_failed(&why);
	interrupt_raise();
	return status;
}
