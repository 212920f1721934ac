/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule.h - renewing tokens before a client has to wait for them.
 *
 * Rounds over the accounts of the scope. Each account that has had a token and
 * is due gets a worker, as far as there are places (running_workers.h); what
 * finds none is next in turn when one ends. A failure that is not on the disk
 * is remembered here, and logged (failure_memory.h).
 */
#pragma once

#include "disk/scope.h"
#include "serve/log_throttle.h"

/*
 * Rounds without end, in a process that the listener started. Between them t
 * is flushed: the answerers have no time of their own.
 */
void schedule_run(const struct scope *s, struct throttle *t)
    __attribute__((noreturn));
