/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - tokend's units of systemd, by which it answers and renews.
 */
#pragma once

#include "command/setup/setup.h"

#define SYSTEMCTL "/usr/bin/systemctl"

/*
 * Plans to enable and start those units that are not on, and to undo that
 * at --undo, and that alone. postfix: with the socket in Postfix's queue.
 * IS_TRUE: they answer then, or another process has their socket already;
 * IS_FALSE: systemd does not run here, or has no such units; IS_UNKNOWN with
 * why.
 */
enum truth units_plan(struct setup *s, int postfix, struct failure *why);

/* True if path is a socket. */
int is_socket(const char *path);
