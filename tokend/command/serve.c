/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.c - tokend serve: a program of its own; and whether it runs. */
#include <unistd.h>

#include "command/command.h"
#include "command/doctor/probe.h"

int
command_serve(int argc, char *argv[])
{
	static char name[] = "tokend-serve";
	struct failure why;

	(void)argc;
	argv[0] = name;
	execv(TOKEND_SERVE, argv);
	fail(&why, STATUS_CONFIG, "%s cannot be started: %m. Install tokend "
	    "again", TOKEND_SERVE);
	return command_failed(&why);
}

int
serve_is_running(const struct scope *s)
{
	return s->socket[0] != '\0' &&
	    probe_socket(s->socket, s->owner, NULL) == PROBE_ANSWERS;
}
