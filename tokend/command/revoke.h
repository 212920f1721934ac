/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * revoke.h - revoking a consent, by the worker's job of that name.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

/*
 * Revokes it at the provider, deletes the stored tokens, and prints the result.
 * 0, or -1 with why: nothing was deleted. is_forced: deletes them also if the
 * provider cannot be told.
 */
int revoke_consent(const struct scope *s, const char *name, int is_forced,
    struct failure *why);
