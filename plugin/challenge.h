/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * challenge.h - what a server said of a token, passed on to tokend.
 */
#pragma once

#include <stddef.h>

#include "client.h"

#define CHALLENGE_MAX 1024	/* bytes of it that are sent to tokend */

/*
 * Reports the challenge to tokend if it is an error of these mechanisms, a
 * JSON object; does nothing for other words. r names account, id, service,
 * host and mechanism. token is the one that was shown, which no report may
 * hold. Takes CLIENT_REJECT_DEADLINE at most, and says nothing of how it went:
 * that changes nothing of what the server is answered.
 */
void challenge_report(const struct client_settings *settings,
    struct request *r, const char *challenge, size_t len, const char *token,
    size_t token_len);
