/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * write_mail.h - from standard input to the mail file that tokend takes
 * (tokend-client/PROTOCOL, verb=send).
 */
#pragma once

#include "sendmail/mail_input.h"
#include "sendmail/order.h"
#include "sendmail/spool.h"
#include "base/status.h"

/*
 * Reads the whole mail and writes it to s. With -t the recipients of its
 * header are added to o, and Bcc and Resent-Bcc are left out. Where a full name
 * was given, a From that is missing is made of it; what else a header needs,
 * the worker adds. user is the name of the user who sends, for a sender that
 * the order does not have: without its domain, and "nobody" if it is no word
 * of an address. -1 with STATUS_MESSAGE, or STATUS_LATER for what this machine
 * could not do.
 */
int write_mail(struct spool *s, struct order *o, struct mail_input *in,
    const char *user, struct failure *why);
