/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/peer.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "number.h"

#define GROUPS_MAX 256

int
peer_read(struct peer *p, int fd, struct failure *why)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) == -1)
		return fail(why, STATUS_INTERNAL, "the peer's identity cannot "
		    "be read: %s", strerror(errno));
	p->fd = fd;
	p->uid = cred.uid;
	p->gid = cred.gid;
	return 0;
}

int
peer_is_trusted(const struct peer *p)
{
	return p->uid == 0 || p->uid == geteuid();
}

/* Old kernels do not say, and with more groups than fit none counts. */
static int
is_in_group(const struct peer *p, int64_t gid)
{
#ifdef SO_PEERGROUPS
	gid_t groups[GROUPS_MAX];
	socklen_t len = sizeof(groups);
	size_t i;

	if (p->gid != gid &&
	    getsockopt(p->fd, SOL_SOCKET, SO_PEERGROUPS, groups, &len) == 0)
		for (i = 0; i < len / sizeof(groups[0]); i++)
			if (groups[i] == gid)
				return 1;
#endif
	return p->gid == gid;
}

int
peer_is_allowed(const struct peer *p, const char *numbers)
{
	int64_t number = 0;
	size_t len;
	int is_group;

	if (peer_is_trusted(p))
		return 1;
	for (;; numbers += len) {
		numbers += strspn(numbers, " ");
		is_group = *numbers == '@';
		numbers += is_group;
		if ((len = number_read(numbers, &number)) == 0)
			return 0;
		if (is_group ? is_in_group(p, number) : p->uid == number)
			return 1;
	}
}
