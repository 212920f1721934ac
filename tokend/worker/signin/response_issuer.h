/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * response_issuer.h - whose answer to an authorization request it is (RFC
 * 9207): without it, one provider could have a person's browser bring it the
 * code that another one issued (mix-up, RFC 9700 4.4).
 */
#pragma once

#include "account/account.h"
#include "base/status.h"

/*
 * Judges the parameter iss of an answer, "" where there is none. It must be
 * response_issuer, or issuer, exactly; where the account has neither, of the
 * same origin as its authorization endpoint. is_promised: the metadata says
 * that there always is one. 0, or -1 with STATUS_SIGN_IN.
 */
int response_issuer_check(const struct account *a, const char *iss,
    int is_promised, struct failure *why);
