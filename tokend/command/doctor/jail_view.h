/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * jail_view.h - tokend's socket as a client of it sees it: as that user, in
 * that folder, and in that jail.
 */
#pragma once

#include <sys/types.h>

#include "command/doctor/probe.h"
#include "disk/scope.h"
#include "base/status.h"

struct viewpoint {
	const char *folder;	/* its working directory */
	int is_jailed;		/* and its root */
	uid_t uid;
	gid_t gid;
};

/* What a process there found. */
struct jail_view {
	enum probe_end end;
	char path[SCOPE_PATH_MAX];	/* from outside; "" if PROBE_ABSENT */
	char barrier[SCOPE_PATH_MAX];	/* PROBE_DENIED: what keeps it out */
	struct failure why;
};

/*
 * Tries the sockets of the settings as the plugin does (sockets.h), in a child.
 * Needs root. 0, or -1 with why.
 */
int jail_view_probe(struct jail_view *v, const struct viewpoint *s,
    const struct client_settings *settings, struct failure *why);
