/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * monitor.h - `tokend status --check`: one line for a monitoring system.
 *
 * Output and exit status are those of the Monitoring Plugins guidelines: OK 0,
 * WARNING 1, CRITICAL 2, UNKNOWN 3, a line of text, and after a '|' the
 * performance data.
 */
#pragma once

#include <stdint.h>

#include "disk/scope.h"
#include "base/status.h"

#define MONITOR_UNKNOWN 3

/*
 * Seconds that the token of an account that was ever renewed has to be good
 * for; -1: not looked at.
 */
struct monitor {
	int64_t warning, critical;
};

#define MONITOR_INIT { -1, -1 }

/* "90", "90s", "15m", "2h", "3d" to seconds; -1: it is none of these. */
int64_t monitor_time(const char *text);

/* Prints the line; returns the exit status. given: one account, or NULL. */
int monitor_run(const struct monitor *m, const struct scope *s,
    const char *given);

/* Prints that nothing could be checked. MONITOR_UNKNOWN. */
int monitor_unknown(const struct failure *why);
