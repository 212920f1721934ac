/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve_running.h - does anything renew the tokens of a scope in time?
 */
#ifndef TOKEND_SERVE_RUNNING_H
#define TOKEND_SERVE_RUNNING_H

#include "scope.h"

/*
 * True if a tokend serve answers at the scope's socket. A helper and spawn(8)
 * renew only for a program that asks.
 */
int serve_is_running(const struct scope *s);

#endif
