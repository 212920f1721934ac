/* SPDX-License-Identifier: BSD-2-Clause */
#include "serve/peer.h"

#include <string.h>
#include <unistd.h>

#include "base/number.h"
#include "peer_ids.h"

#define GROUPS_MAX 256

int
peer_read(struct peer *p, int fd, struct failure *why)
{
	if (peer_ids(fd, &p->uid, &p->gid) == -1)
		return fail(why, STATUS_INTERNAL, "the peer's identity cannot "
		    "be read: %m");
	p->fd = fd;
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
	gid_t groups[GROUPS_MAX];
	int count, i;

	if (p->gid == gid)
		return 1;
	count = peer_groups(p->fd, groups, GROUPS_MAX);
	for (i = 0; i < count; i++)
		if (groups[i] == gid)
			return 1;
	return 0;
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
