/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * live_checks.h - the job examine (common/message.h) for the accounts that are
 * looked at; its findings pass through.
 */
#ifndef TOKEND_LIVE_CHECKS_H
#define TOKEND_LIVE_CHECKS_H

#include "command/doctor/doctor.h"

/*
 * Has the worker examine one part ("provider", "mail") of each account.
 * mechanisms is of plugin.conf, or NULL. Returns how many there were.
 */
size_t doctor_examine(struct doctor *d, const char *part,
    const char *mechanisms);

#endif
