/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * passing.h - open files that go over a Unix socket (SCM_RIGHTS, unix(7)).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

#define PASSING_MOST 4

/*
 * Sends data, at least a byte, and with the first byte count open files, which
 * stay the caller's. flags are sendmsg's; no signal is raised. The bytes that
 * were sent, or -1 with errno.
 */
ssize_t passing_send(int fd, const void *data, size_t size, const int files[],
    int count, int flags);

/*
 * Receives at most size bytes, and the files that came with them, close-on-exec
 * and the caller's: *count of them, most at most. The number of bytes, 0 at
 * the end, or -1 with errno; then no file is left open. EPROTO: more files came
 * than most, or than this process could open.
 */
ssize_t passing_receive(int fd, void *data, size_t size, int files[], int most,
    int *count, int flags);

/* io_send of a message, with one file. */
int passing_send_message(int fd, const struct buf *message, int file,
    int64_t deadline);
