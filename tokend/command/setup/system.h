/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * system.h - what the machine's mail servers need alike.
 */
#pragma once

#include "command/setup/setup.h"

/* The file of all trusted CAs. NULL with why: there is none. */
const char *system_ca_file(struct failure *why);

/*
 * plugin.conf, which is there: by that the plugin is switched on, for programs
 * that start as root. NULL with why.
 */
struct setup_file *system_switch_on(struct setup *s, struct failure *why);

/*
 * Has tokend answer at its usual socket: by systemd's units, or a note says
 * what has to run. -1 with why.
 */
int system_answer(struct setup *s, struct failure *why);
