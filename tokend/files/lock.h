/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lock.h - single flight: one lock an account, lock/NAME (DESIGN 5).
 *
 * flock(2) belongs to the open file, so the one who takes it can hand it to
 * the worker that he starts. The file is never renamed, and removed only with
 * its account: who had opened it before that cannot take it any more. Its time
 * stamp says when the work under the lock began.
 */
#ifndef TOKEND_LOCK_H
#define TOKEND_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "scope.h"
#include "status.h"

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
 * Says that the work under the lock has ended, before it is let go. Else who
 * comes between the next holder's taking and his time stamp would see the
 * last one's, and take him for one who has been at it since then.
 */
void lock_clear_time(int fd);

/* Milliseconds for which the present holder has had it. */
int64_t lock_age(int fd);

#endif
