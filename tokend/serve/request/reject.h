/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reject.h - answering `reject`: a mail server refused a token.
 */
#ifndef TOKEND_REJECT_H
#define TOKEND_REJECT_H

#include <stdint.h>
#include <sys/types.h>

#include "account/account.h"
#include "proto.h"

/*
 * If the token is still the current one, makes it due and keeps it from this
 * host, or, at the second fresh one, refuses the host (host_refusals.h). The other
 * hosts go on with it. a gets the code; uid is whose client says so. A
 * challenge that says of itself that it passes changes nothing.
 */
void reject_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline);

#endif
