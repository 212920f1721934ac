/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - one renewal at a time: a lock for each account, lock/NAME.
 *
 * flock(2) belongs to the open file, so a process that takes it can pass it to
 * the worker that it starts. The file is never renamed, and is removed only
 * with its account: a process that opened it before cannot take it any more.
 * Its time stamp says when the work under the lock began.
 */
#pragma once

#include <stdatomic.h>
#include <stdint.h>

#include "disk/scope.h"
#include "base/status.h"

/* Opens lock/NAME. A descriptor, or -1 with why. */
int lock_open(const struct scope *s, const char *account,
    struct failure *why);

/* 1 if the lock is ours now, 0 if another process holds it, or it is gone. */
int lock_try(int fd);

/*
 * Waits until no process holds it, without taking it. -1 at the deadline, or
 * when stop (which may be NULL) is no longer 0.
 */
int lock_wait(int fd, int64_t deadline, const _Atomic(int) *stop);

/* Waits until it is ours. -1 at the deadline (clock_ms), or if it is gone. */
int lock_take(int fd, int64_t deadline);

/*
 * Opens and takes it for what a person has begun, waiting for a refresh that
 * is under way. A descriptor; -1 with why, STATUS_LATER where that lasts.
 */
int lock_acquire(const struct scope *s, const char *account,
    struct failure *why);

/*
 * Clears the time stamp, before the lock is released: a process that looks
 * after the next one has taken it, and before that has set its own, would see
 * a time that is too old.
 */
void lock_clear_time(int fd);

/* Milliseconds since the present holder took it. */
int64_t lock_age(int fd);
