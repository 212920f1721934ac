/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * doubt.h - answering `doubt`: a login did not succeed, and why is not known.
 *
 * The server may have refused the token without a challenge; or it was busy,
 * or the connection was lost. So this is no refusal: no host is kept from the
 * token, which goes on being given. But it is renewed, for all doubts together
 * once an hour at most, as a token that is worth nothing would else be shown
 * until it expires.
 */
#ifndef TOKEND_DOUBT_H
#define TOKEND_DOUBT_H

#include <stdint.h>
#include <sys/types.h>

#include "account/account.h"
#include "proto.h"

/*
 * a gets the code. *renew is the held lock where the caller is to start a
 * renewal after the answer, as get_answer's; else -1.
 */
void doubt_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline, int *renew);

#endif
