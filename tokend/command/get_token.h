/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * get_token.h - what a command asks tokend for, as any program would.
 */
#pragma once

#include "proto.h"
#include "disk/scope.h"

/*
 * Asks as r says (verb; wait is set here), for 15 s at most: for an account of
 * the scope s, whose owner this process is (place_enter), by the same session
 * that a helper would hold; for a user who has none of that name, or who has
 * no scope (NULL), by the system's sockets, as the plugin does. 0, or -1 with
 * a->failure; a is to be freed either way.
 */
int get_token_answer(struct answer *a, const struct scope *s,
    struct request *r);
