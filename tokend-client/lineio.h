/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lineio.h - one message over a connected socket, under one deadline.
 *
 * For use in another program's process: no signal is raised (MSG_NOSIGNAL), no
 * disposition changed, poll(2) and never select(2), EINTR is retried.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"

/* Milliseconds of CLOCK_MONOTONIC; a deadline is a value of it. */
int64_t clock_ms(void);

/* Seconds of the wall clock. */
int64_t clock_seconds(void);

/* Waits until poll(2) reports one of events on fd. */
int io_wait(int fd, short events, int64_t deadline);

/* All return 0, or -1 with errno; ETIMEDOUT when the deadline has passed. */
int io_send(int fd, const struct buf *message, int64_t deadline);

/*
 * Receives until a whole message is there, and refuses bytes after it.
 * EPROTO: not a message; ENODATA: the peer closed before its end.
 */
int io_receive(int fd, struct buf *message, int64_t deadline);

enum io_extent {
	IO_NO_MESSAGE = -1,	/* or more than one; with EPROTO */
	IO_MORE,		/* must come */
	IO_WHOLE		/* a message, and nothing after it */
};

enum io_extent io_extent(const struct buf *message);
