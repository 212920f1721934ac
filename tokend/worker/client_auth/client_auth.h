/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * client_auth.h - how a client proves to the token endpoint who it is: by a
 * secret (RFC 6749 2.3.1), or by an assertion (RFC 7523 2.2).
 */
#pragma once

#include "account/account.h"
#include "base/buf.h"
#include "net/form.h"
#include "net/mask.h"
#include "base/status.h"
#include "store/store.h"

#define AUTHORIZATION_MAX (2 * FORM_MAX)

/*
 * Adds to form what the account's client authenticates with, or for a secret
 * that goes into the header fills authorization instead; never both. What is
 * typed at login goes before what the account says. What the issuer takes
 * (a->auth_methods) decides between a key and a secret and where a secret goes,
 * unless client_auth is set; where it takes nothing that the account has, that
 * is a failure. A client that has nothing is a public one, and is named in the
 * form; none at all where the account names no client. All secrets that form
 * and authorization then hold are in mask. Returns 0, or -1 with a whole text:
 * STATUS_CONFIG or _INTERNAL.
 */
int client_authenticate(const struct account *a, const struct credential *c,
    struct buf *form, struct buf *authorization, struct mask *mask,
    struct failure *why);

/*
 * Finds the client's secret: the one typed at login, else client_secret, else
 * what client_secret_file holds now. Empty if there is none. 0, or -1 as above.
 */
int client_secret_find(const struct account *a, const struct credential *c,
    struct buf *secret, struct failure *why);
