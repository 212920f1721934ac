/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * deliver.h - hands a mail file to tokend, and reports what became of it.
 */
#pragma once

#include "base/status.h"

#define SAID_MAX FAILURE_TEXT_MAX

/*
 * Sends the mail file by an account; NULL: the sendmail_account of plugin.conf.
 * 0: the provider has taken it, and said has its words, printable. -1 with why,
 * whose text names the account.
 */
int deliver_mail(const char *account, int mail, char said[SAID_MAX + 1],
    struct failure *why);

/*
 * The exit status, for those who queue and try again: EX_UNAVAILABLE for a mail
 * that will never be taken, EX_USAGE for a wrong command line, and EX_TEMPFAIL
 * for all else, what a person has to fix included: the mail then stays in the
 * queue until that is done.
 */
int deliver_exit(enum status code);
