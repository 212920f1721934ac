/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * units.h - tokend's units of systemd, by which it answers and renews.
 */
#pragma once

#include "command/setup/setup.h"

#define SYSTEMCTL "/usr/bin/systemctl"

/*
 * Plans to enable and start those units that are not on, and to undo that
 * at --undo, and that alone. postfix: with the socket in Postfix's queue. 1:
 * they answer then, or another process has their socket already; 0: systemd
 * does not run here, or has no such units; -1 with why.
 */
int units_plan(struct setup *s, int postfix, struct failure *why);
