/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_account.h - what a mail server of the machine is told of an account
 * that sends: it hands mail over, and gets no token.
 */
#pragma once

#include "account/account.h"
#include "command/setup/setup.h"

/*
 * The address that mail of this machine's programs is sent from, which points
 * into the account; NULL with why: the account does not send, or no table and
 * no line can have the address as it is.
 */
const char *send_account_from(const struct account *a, struct failure *why);

/* The mailbox, which mail to root goes to. The same. */
const char *send_account_mailbox(const struct account *a, struct failure *why);

/*
 * True if the program is set up for the account, with --send if sends is not 0.
 */
int setup_fits(const struct setup_program *p, const struct account *a,
    int sends);
