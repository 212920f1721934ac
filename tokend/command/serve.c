/* SPDX-License-Identifier: BSD-2-Clause */
/* serve.c - commands that are programs of their own; and whether serve runs */
#include <unistd.h>

#include "command/command.h"
#include "command/doctor/probe.h"

/* In place of this process; returns the exit status where that fails. */
static int
become_program(const char *path, char *name, char *argv[])
{
	struct failure why;

	argv[0] = name;
	execv(path, argv);
	fail(&why, STATUS_CONFIG, "%s cannot be started: %m. Install tokend "
	    "again", path);
	return command_failed(&why);
}

int
command_serve(int argc, char *argv[])
{
	static char name[] = "tokend-serve";

	(void)argc;
	return become_program(TOKEND_SERVE, name, argv);
}

/* tokend-sendmail is told by its name what is wanted. */
int
command_send(int argc, char *argv[])
{
	static char name[] = "tokend-send";

	(void)argc;
	return become_program(TOKEND_SENDMAIL, name, argv);
}

int
command_sendmail(int argc, char *argv[])
{
	static char name[] = "tokend-sendmail";

	(void)argc;
	return become_program(TOKEND_SENDMAIL, name, argv);
}

int
serve_is_running(const struct scope *s)
{
	return s->socket[0] != '\0' &&
	    probe_socket(s->socket, s->owner, NULL) == PROBE_ANSWERS;
}
