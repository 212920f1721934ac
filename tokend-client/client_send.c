/* SPDX-License-Identifier: BSD-2-Clause */
/* client_send.c - not in client.c, because the plugin does not link it */
#include "client.h"

#include "lineio.h"
#include "passing.h"

int
client_send(const struct client_settings *s, const char *account, int mail,
    struct answer *a)
{
	struct request r = { .verb = VERB_SEND, .account = account,
	    .pass = passing_send_message, .mail = mail };

	return client_ask(s, &r, a, clock_ms() + CLIENT_SEND_DEADLINE);
}
