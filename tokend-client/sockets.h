/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sockets.h - connecting to a tokend that listens, and checking its user.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "disk/scope.h"
#include "settings.h"
#include "base/status.h"

/*
 * Connects to the Unix socket path. A full listen queue is waited for until
 * the deadline. The listener must be root, this process's euid, or
 * listener_uid ((uid_t)-1: nobody else). Returns a descriptor (non-blocking,
 * close-on-exec), or -1 with errno: ENOENT and ECONNREFUSED mean that no
 * process listens, EPERM that another one does; why is filled for every errno.
 */
int sock_connect(const char *path, uid_t listener_uid, int64_t deadline,
    struct failure *why);

/*
 * Connects to the first socket of s->sockets on which a tokend listens.
 * Returns a descriptor as sock_connect does, with path. Or -1 with errno, path
 * and why of the first socket that is there and cannot be used (as sock_connect
 * has them; EINVAL and the folder's path for a folder that does not count); or
 * ENOENT with an empty path and no why, where there is none.
 *
 * A socket on which no process listens counts as absent if another of the
 * list answers. The default paths (no list in plugin.conf) are stricter, since
 * no administrator named them:
 *  - A relative one counts only where the working directory is root's, each
 *    folder below it belongs to root, to this process's euid or to
 *    listener_uid, none of them is writable by others, and none is a link.
 *    Else whoever may write to /tmp decides for each program that runs there.
 *  - A listener that sock_connect does not accept counts as absent, too.
 */
int sockets_connect(const struct client_settings *s, int64_t deadline,
    char path[SCOPE_PATH_MAX], struct failure *why);
