/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt.h - Ctrl-C and the like, which take effect only during waits.
 *
 * A command that has changed the terminal or written a draft must undo that
 * before it ends. So SIGINT, SIGTERM, SIGHUP and SIGQUIT are blocked except
 * during waits. There they end the wait; the command fails as usual, and then
 * ends by the signal.
 */
#pragma once

#include <poll.h>

#include "base/status.h"

void interrupt_block(void);

/* As poll(2), but only a signal that came ends it with EINTR. */
int interrupt_poll(struct pollfd *p, nfds_t count, int timeout_ms);

/* True once one came. */
int interrupt_came(void);

/* The failure of a command that was interrupted. -1. */
int interrupt_fail(struct failure *why);

/* Ends by the signal that came; returns if none did. */
void interrupt_raise(void);
