/*
 * reject.h - answering `reject`: a mail server refused a token.
 */
#ifndef TOKEND_REJECT_H
#define TOKEND_REJECT_H

#include <stdint.h>

#include "account/account.h"
#include "proto.h"

/*
 * Drops the token if it is still the current one, or, at the second fresh one
 * in a row, refuses the host (strikes.h). a gets the code.
 */
void reject_answer(struct answer *a, const struct request *r,
    const struct scope *s, const struct account *account, int64_t deadline);

#endif
