/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * report.h - answering `reject` and `doubt`: what became of a token's login.
 *
 * reject: a mail server refused the token. If it is still the current one, it
 * becomes due and is kept from this host, or, at the second fresh one, the host
 * is refused (host_refusals.h). The other hosts go on with it. A challenge
 * that says of itself that it passes changes nothing.
 *
 * doubt: a login did not succeed, and why is not known. The server may have
 * refused the token without a challenge; or it was busy, or the connection was
 * lost. So no host is kept from the token, which goes on being given. But it is
 * renewed, for all doubts together once an hour at most, or a token that is
 * worth nothing would be used until it expires.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "account/account.h"
#include "proto.h"

/*
 * a gets the code; uid is the client's. *renew is the held lock where the
 * caller must start a renewal after the answer, as get_answer's; else -1.
 */
void report_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, uid_t uid,
    int64_t deadline, int *renew);
