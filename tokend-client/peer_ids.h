/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * peer_ids.h - who is at the other end of a Unix socket, from the kernel
 */
#pragma once

#include <sys/types.h>

/* The effective ids when it connected, or listened. 0, or -1 with errno. */
int peer_ids(int fd, uid_t *uid, gid_t *gid);

/*
 * Its other groups: how many of them were written. -1 with errno if there are
 * more than most, or if the kernel does not say.
 */
int peer_groups(int fd, gid_t *groups, size_t most);
