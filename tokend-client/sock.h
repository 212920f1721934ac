/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sock.h - connecting to a tokend that listens, and checking who it is.
 */
#ifndef TOKEND_SOCK_H
#define TOKEND_SOCK_H

#include <stdint.h>
#include <sys/types.h>

#include "status.h"

/*
 * Connects to the Unix socket path. A full listen queue is waited for until
 * the deadline. The listener must be root, this process's euid, or
 * listener_uid ((uid_t)-1: nobody else). Returns a descriptor (non-blocking,
 * close-on-exec), or -1 with errno: ENOENT and ECONNREFUSED mean that no
 * process listens, EPERM that another one does; why is filled for every errno.
 */
int sock_connect(const char *path, uid_t listener_uid, int64_t deadline,
    struct failure *why);

#endif
