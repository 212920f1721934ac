/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.h - why a mail waits or was returned: because of a login, or of what
 * the relay said to a client that had logged in. Of the rows that are found,
 * code, why and remedy count; two reasons are the same if their rows are.
 */
#pragma once

#include "knowledge/known.h"

/*
 * What fits best: what a server said to a login (mail_advice.h), else our own
 * reasons (findings.h), else what it said after one (sending_advice.h). NULL if
 * it is unknown, or nothing that this machine or its account could change.
 */
const struct known *reason_find(const char *text);

/*
 * The same for a mail that the relay has refused for good, also for words that
 * are not known; NULL if it is the recipient's business.
 */
const struct known *reason_find_refusal(const char *text);

/*
 * The words of tokend-sendmail, which pipe(8) of Postfix ran and quotes; NULL:
 * the mail took another way.
 */
const char *reason_of_sendmail(const char *text);
