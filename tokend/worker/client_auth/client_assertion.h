/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_assertion.h - client authentication by private_key_jwt (RFC 7523
 * 2.2, OpenID Connect Core 9), and by an assertion that others make.
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "client_auth/client_key.h"
#include "client_auth/jwt.h"
#include "store/store.h"
#include "base/status.h"

#define CLIENT_ASSERTION_TYPE \
	"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
#define CLIENT_ASSERTION_LIFE 300	/* seconds, exp - iat */

/*
 * Appends the client's assertion: made with its key, or what
 * client_assertion_file holds now. CLIENT_KEY_NONE: the account has neither. It
 * fails with a whole text: STATUS_CONFIG, _INTERNAL, or _LATER if the key does
 * not answer.
 */
enum client_key_found client_assertion_find(const struct account *a,
    const struct credential *c, struct buf *assertion, struct failure *why);
