/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.c - tokend serve: another program, which has nothing else in it. */
#include <unistd.h>

#include "command/command.h"

int
command_serve(int argc, char *argv[])
{
	static char name[] = "tokend-serve";
	struct failure why;

	(void)argc;
	argv[0] = name;
	execv(TOKEND_SERVE, argv);
	fail(&why, STATUS_CONFIG, "%s does not start: %m; install tokend "
	    "again", TOKEND_SERVE);
	return command_failed(&why);
}
