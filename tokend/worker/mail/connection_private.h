/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * connection_private.h - what a connection to a mail server consists of: for
 * connection.c, which opens it, and mail_io.c, which talks over it.
 */
#pragma once

#include "mail/connection.h"
#include "mail/offers.h"
#include "net/transfer.h"
#include "net/url.h"

#define MAIL_SHOWN_MAX 160	/* bytes of a server's line in texts */

struct mail {
	struct transfer transfer;
	const struct mail_settings *settings;	/* until mail_open returns */
	enum account_server service;
	struct url url;
	int port;
	int has_greeted;
	const char *task;	/* mail_set_task */
	int64_t deadline;
	char server[MAIL_SERVER_MAX];
	char address[TRANSFER_ADDRESS_MAX];
	char last[MAIL_SHOWN_MAX];	/* of what it said before AUTH */
	struct offers offers;
	struct buf in;			/* what came and was not heard yet */
};
