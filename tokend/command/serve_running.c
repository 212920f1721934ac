/* SPDX-License-Identifier: BSD-2-Clause */
/* serve_running.c - see serve_running.h */
#include "command/serve_running.h"

#include "command/doctor/probe.h"

int
serve_is_running(const struct scope *s)
{
	return s->socket[0] != '\0' &&
	    probe_socket(s->socket, s->owner, NULL) == PROBE_ANSWERS;
}
