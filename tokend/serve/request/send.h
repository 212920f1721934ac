/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send.h - answering `send`: a mail of a client that need not have the token.
 *
 * The token is got as for any client, and given to a sender (tokend-worker, by
 * the conversation in common/message.h), with the client's open file. Until the
 * sender has leave to do the last step (event=ready), the client can go away,
 * and can be told that nothing was sent; from then on only the sender knows.
 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "account/account.h"
#include "proto.h"

struct send_request {
	const struct request *request;
	const struct scope *scope;
	const struct account *account;
	uid_t uid;		/* the client's, which may send */
	int client;		/* its connection */
	int mail;		/* its open file (send_takes_file), or -1 */
};

/* True if it can be a mail: a regular file that no process answers for. */
int send_takes_file(int fd);

/*
 * Fills a, some time after begun (clock_ms): STATUS_OK only if the provider has
 * taken the mail for each recipient. May take as long as SEND_ALARM, in
 * seconds, when the process ends. SIGTERM is blocked afterwards, if the mail
 * may have been sent: until the client knows.
 */
void answer_send(struct answer *a, const struct send_request *q,
    int64_t begun);

#define SEND_ALARM 960
