/*
 * peer.h - who is at the other end of a Unix socket, and may he ask.
 */
#ifndef TOKEND_PEER_H
#define TOKEND_PEER_H

#include <stddef.h>
#include <sys/types.h>

#include "status.h"

#define PEER_GROUPS_MAX 256

struct peer {
	uid_t uid;
	gid_t gid;
	gid_t groups[PEER_GROUPS_MAX];	/* supplementary */
	size_t group_count;
};

/* From the kernel, not from the peer. 0, or -1 with STATUS_INTERNAL. */
int peer_read(struct peer *p, int fd, struct failure *why);

/*
 * True for root, for the uid that serves, and for whom numbers lists: uids
 * and @gids, as allow_numbers (account/allow.h) makes them.
 */
int peer_is_allowed(const struct peer *p, const char *numbers);

/* True for root and the uid that serves: they may know what is there. */
int peer_is_trusted(const struct peer *p);

#endif
