/*
 * schedule.h - renewing tokens before anybody has to wait for them.
 */
#ifndef TOKEND_SCHEDULE_H
#define TOKEND_SCHEDULE_H

#include <stdint.h>

#include "scope.h"

/*
 * One round over the accounts of the scope: starts a worker for each that
 * has had a token and is due. Returns the seconds until the next round.
 */
int64_t schedule_round(const struct scope *s);

/* Rounds without end, in a process that the listener started. */
void schedule_run(const struct scope *s) __attribute__((noreturn));

#endif
