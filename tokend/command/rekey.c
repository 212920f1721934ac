/* SPDX-License-Identifier: BSD-2-Clause */
/* rekey.c - tokend rekey: encrypts credentials with the key of tokend.conf. */
#include <sysexits.h>

#include "account/place.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/terminal/interrupt.h"

#define FIRST_NOTE_MS 3600000	/* all accounts may be done before it */

int
command_rekey(int argc, char *argv[])
{
	static const struct option none[] = { { NULL, 0, NULL, 0 } };
	static const struct converse_job job = { .job = "rekey",
	    .account = "-", .name = "all", .value = "yes",
	    .how = WAIT_EVENT, .timeout_ms = FIRST_NOTE_MS,
	    .from = "the worker", .on_event = converse_print_note };
	struct failure why;
	struct scope s;
	int status = EX_OK;

	if (command_flags(argc, argv, none, 0) == -1)
		return EX_USAGE;
	interrupt_block();
	if (place_find(&s, &why) == -1 || converse_run(&job, &s, &why) == -1)
		status = command_failed(&why);
	interrupt_raise();
	return status;
}
