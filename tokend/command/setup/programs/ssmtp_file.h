/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ssmtp_file.h - ssmtp.conf of a patched sSMTP, edited (ssmtp.conf(5)).
 */
#ifndef TOKEND_SETUP_SSMTP_FILE_H
#define TOKEND_SETUP_SSMTP_FILE_H

#include "buf.h"
#include "command/setup/programs/mailbox.h"
#include "status.h"

/*
 * Makes m's server the hub, and logs in there by Cyrus SASL. A password goes,
 * as the plugin would refuse it. -1 with why.
 */
int ssmtp_edit(struct buf *text, const struct mailbox *m,
    struct failure *why);

#endif
