/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail_advice.h - what a mail server's refusal means, and what to do about it.
 *
 * By the server's own words, since no protocol has a code for most of this.
 * The worker meets them in a login of its own, the doctor in Postfix's queue.
 */
#pragma once

#include "knowledge/known.h"

/*
 * The row of said, the final words of a refusal and what its challenge decodes
 * to (sasl.h). Never NULL: the last row is for any other words. Its code is
 * STATUS_REJECTED, or STATUS_LATER if the refusal passes; why, remedy and fix
 * are there, the latter with {user}, the mailbox of the login, {account} and
 * {client}, the client_id.
 */
const struct known *mail_advice_find(const char *said);

extern const struct known mail_advice[];
extern const size_t mail_advice_count;
