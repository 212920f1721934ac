/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * place.h - in which scope this process keeps tokens, and as which user.
 */
#pragma once

#include "disk/scope.h"
#include "base/status.h"

/*
 * The scope that this process serves: TOKEND_CONFIG_DIR's, the system's (as
 * root or as the tokend user), else the user's. 0, or -1 with STATUS_CONFIG.
 */
int place_find(struct scope *s, struct failure *why);

/*
 * As root in the system's scope: makes the state folder and becomes the
 * tokend user for good, guarded (sandbox.h). Else nothing.
 */
int place_enter(const struct scope *s, struct failure *why);

/* The same, but makes nothing, for a process that only reads. */
int place_become(const struct scope *s, struct failure *why);
