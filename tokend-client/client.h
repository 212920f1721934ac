/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client.h - getting a token for an account: the policy.
 *
 * Scope decides the transport, and a failure never changes the scope. Nothing
 * is kept between calls; the library is safe in threads and after fork.
 */
#pragma once

#include "proto.h"
#include "settings.h"
#include "base/status.h"

#define CLIENT_REJECT_DEADLINE 1000	/* ms */

/*
 * True if this process has an accounts/ folder of its own. A wrong environment
 * counts as one, so that the user sees the error of client_get.
 */
int client_has_own_scope(void);

/*
 * Asks for a token as r says (verb and wait are set here). On 0 a holds it;
 * on -1 a->failure says why. a is to be freed either way.
 */
int client_get(const struct client_settings *s, struct request *r,
    struct answer *a);

/*
 * Asks as r says, verb included, and waits for the answer until the deadline
 * (clock_ms). On -1 a->failure says why. a is to be freed either way.
 */
int client_ask(const struct client_settings *s, struct request *r,
    struct answer *a, int64_t deadline);

/*
 * Sends a mail by an account. mail is open for reading, a regular file as
 * PROTOCOL describes it; it stays the caller's, and its offset is not used. 0:
 * the provider has taken the mail for each of its recipients; a->said has its
 * words. -1: a->failure says why, and STATUS_MESSAGE means that it never will.
 * a is to be freed either way. May last CLIENT_SEND_DEADLINE.
 */
#define CLIENT_SEND_DEADLINE 900000	/* ms; pipe(8) of Postfix has 1000 s */
int client_send(const struct client_settings *s, const char *account, int mail,
    struct answer *a);

/* Tells tokend that a server refused the token r->id. -1 with why. */
int client_reject(const struct client_settings *s, struct request *r,
    struct failure *why);

/*
 * Tells tokend that a login with the token r->id did not succeed, for an
 * unknown reason. -1 with why.
 */
int client_doubt(const struct client_settings *s, struct request *r,
    struct failure *why);
