/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer.h - the user at the other end of a Unix socket, and its rights.
 */
#pragma once

#include <sys/types.h>

#include "base/status.h"

struct peer {
	int fd;		/* the connection, borrowed */
	uid_t uid;
	gid_t gid;
};

/* From the kernel, not from the peer. 0, or -1 with STATUS_INTERNAL. */
int peer_read(struct peer *p, int fd, struct failure *why);

/*
 * True for root, for the uid that serves, and for those in numbers: uids
 * and @gids, as allow_numbers (account/allow.h) makes them. The kernel is asked
 * for the peer's other groups only where the list names one.
 */
int peer_is_allowed(const struct peer *p, const char *numbers);

/* True for root and the uid that serves: they may know what is there. */
int peer_is_trusted(const struct peer *p);
