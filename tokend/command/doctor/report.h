/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - `tokend doctor --report`: all that a bug report needs, in one
 * text, and no secret.
 */
#pragma once

#include <stdio.h>

#include "command/doctor/doctor.h"
#include "base/status.h"

/*
 * Opens path ("-": standard output), which must not be there yet, with mode
 * 0600. NULL with why.
 */
FILE *report_open(const char *path, struct failure *why);

/*
 * Writes the bundle around findings, the doctor's own text (which is cut
 * into lines), and closes `to`.
 * 0, or -1 with why.
 */
int report_write(const struct doctor *d, char *findings, FILE *to,
    struct failure *why);
