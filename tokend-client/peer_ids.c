/* SPDX-License-Identifier: BSD-2-Clause */
#include "peer_ids.h"

#include <errno.h>
#include <sys/socket.h>

int
peer_ids(int fd, uid_t *uid, gid_t *gid)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == -1)
		return -1;
	*uid = peer.uid;
	*gid = peer.gid;
	return 0;
}

int
peer_groups(int fd, gid_t *groups, size_t most)
{
#ifdef SO_PEERGROUPS
	socklen_t len = (socklen_t)(most * sizeof(groups[0]));

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == -1)
		return -1;
	return (int)(len / sizeof(groups[0]));
#else
	(void)fd;
	(void)groups;
	(void)most;
	errno = ENOSYS;
	return -1;
#endif
}
