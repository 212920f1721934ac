/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * kept_senders.h - the senders that run, one for an account: so that the
 * connection to its server serves many mails.
 *
 * They are the starter's (worker_starter.h). One that has nothing to do ends by
 * itself, and is found to have ended by the next mail.
 */
#pragma once

#include <stdint.h>

#include "base/name.h"
#include "serve/start_sender.h"

/* Each takes some MB, and a connection to a mail server. */
#define SENDERS_MOST 32

struct kept_senders {
	struct kept_sender {
		char account[NAME_MAX_LEN + 1];	/* "": the place is free */
		int packets;
		int is_ending;	/* is to end after what it has */
		int64_t used;	/* clock_ms */
	} place[SENDERS_MOST];
};

/*
 * Gives a mail to the account's sender, which is started if there is none.
 * report is as sender_start has it, and closed by the caller. 0, or an errno:
 * EAGAIN if too many mails of this account wait, or all places are taken; then
 * the sender that was used least ends, so that there is one soon.
 */
int kept_senders_pass(struct kept_senders *k, const char *account,
    const int files[SENDER_FILES], int report);
