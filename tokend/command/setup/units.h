/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - tokend's units of systemd, by which it answers and renews, and
 * those of mail servers.
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

/* Plans to restart a mail server's unit, if it runs. -1 with why. */
int units_restart(struct setup *s, const char *unit, struct failure *why);

/* True if path is a socket. */
int is_socket(const char *path);
