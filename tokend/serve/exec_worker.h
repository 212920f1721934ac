/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exec_worker.h - making a process of tokend-worker, detached from its caller.
 */
#pragma once

#include "common/descriptors.h"
#include "base/status.h"

/*
 * Starts `tokend-worker verb [--force] account` in a session of its own,
 * without a parent, so that it outlives the program that started us. All fds
 * are open, and stay the caller's. 0, or an errno.
 */
int exec_worker(const char *verb, int force, const char *account,
    const int fds[WORKER_FDS]);

/* Waits until exec closes report, its reading end. 0, or the errno from it. */
int exec_worker_wait(int report);

/*
 * Where its log goes: standard error; or null if we log to syslog, so that it
 * keeps no pipe open that the caller of a command waits for.
 */
int exec_worker_log(int null);

/* What a client is told where it could not be started; error is the errno. */
int exec_worker_failed(const char *account, int error, struct failure *why);
