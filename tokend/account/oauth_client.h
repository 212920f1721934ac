/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * oauth_client.h - whose client (RFC 6749 section 2) an account is.
 */
#pragma once

#include "account/account.h"
#include "disk/scope.h"

/*
 * True if both are for the same client of the same provider: what is stored
 * for one is of use for the other, and no secret to it.
 */
int account_same_client(const struct account *a, const struct account *b);

/*
 * True if the account's file as it is, and its draft a, are for the same
 * client, so that the secrets that are stored are a's. A file that cannot be
 * loaded is taken for that.
 */
int account_keeps_client(const struct account *a, const struct scope *s);
