/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sending_advice.h - what a mail server means that accepts the login and
 * refuses the mail, and what to do about it.
 *
 * By the server's own words, as in mail_advice.h, which is for refusals of the
 * login itself. The numbers are those that providers document for submission.
 */
#pragma once

#include "knowledge/known.h"

/*
 * The row of what was said. Never NULL: the last one, SENDING_UNKNOWN, is for
 * what is not known. why and remedy are there. Its code is STATUS_LATER, with
 * KNOWN_PASSES for a limit that holds for all mail of the account, else
 * STATUS_REJECTED.
 */
const struct known *sending_advice_find(const char *said);

/*
 * True if the server of that name is of a provider that refuses a sender that
 * is not the mailbox's own, such as cron's root@MACHINE. (Gmail puts the
 * mailbox in its place.)
 */
int sending_is_held(const char *host);

extern const struct known sending_advice[];
extern const size_t sending_advice_count;
