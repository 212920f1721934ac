/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * get.h - answering `get` from cache and state, and a worker where needed.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "proto.h"

/*
 * Fills a for a request that is allowed. Waits until deadline (clock_ms) at
 * most. If *renew is not -1 afterwards, it is the held lock of an account
 * whose token should be renewed after the answer: start the worker with it,
 * and close it.
 */
void get_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, int64_t deadline,
    int *renew);
