/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * probe.h - whether a tokend answers at a socket
 */
#pragma once

#include <sys/types.h>

#include "disk/scope.h"
#include "settings.h"
#include "base/status.h"

enum probe_end {
	PROBE_ANSWERS,
	PROBE_ABSENT,	/* there is no such socket */
	PROBE_DEAD,	/* it is left over: no process listens */
	PROBE_DENIED,	/* this process may not connect */
	PROBE_SILENT,	/* connected, and no answer came that is tokend's */
	PROBE_OTHER_OWNER,	/* a listener that the plugin refuses */
	PROBE_UNSAFE,	/* others may write to a folder of the path */
	PROBE_FAILED	/* the machine is the reason */
};

/*
 * Connects as the plugin does (sockets.h) and asks in a version of the protocol
 * that no program speaks, which tokend answers without looking at an account. A
 * few seconds at most; why may be NULL.
 */
enum probe_end probe_socket(const char *path, uid_t listener_uid,
    struct failure *why);

/* The same of the system's sockets, in the plugin's order (sockets.h). */
enum probe_end probe_sockets(const struct client_settings *s,
    char path[SCOPE_PATH_MAX], struct failure *why);
