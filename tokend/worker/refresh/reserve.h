/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reserve.h - room on the disk for all that a refresh brings, before the
 * refresh token is spent: a full or read-only disk is found while it is still
 * good.
 */
#pragma once

#include "files/newfile.h"
#include "refresh/budget.h"
#include "disk/scope.h"
#include "base/status.h"

struct reserve {
	int folder[3];
	struct newfile credential;	/* fd -1 where the grant keeps none */
	struct newfile cache;
	struct newfile state;
};

/*
 * r->credential.mark is set or not (files/newfile.h). 0, or -1 with
 * STATUS_LATER, also where it takes so long that b has no room
 * for the rest; to be released either way.
 */
int reserve_take(struct reserve *r, const struct scope *s,
    const char *account, int with_credential, struct budget *b,
    struct failure *why);

/* Gives up what was not committed. */
void reserve_release(struct reserve *r);
