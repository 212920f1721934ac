/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revoke.h - a consent is taken back, by the worker's job of that name.
 */
#ifndef TOKEND_REVOKE_H
#define TOKEND_REVOKE_H

#include "scope.h"
#include "status.h"

/*
 * Tells the provider and drops what is stored; prints what came of it. 0; -1
 * with why where nothing was dropped, which is_forced keeps from happening
 * where only the telling fails.
 */
int revoke_consent(const struct scope *s, const char *name, int is_forced,
    struct failure *why);

#endif
