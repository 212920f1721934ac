/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_right.h - whether the scope of a sending account lets it do more than
 * send, or less.
 */
#pragma once

#include "account/account.h"
#include "account/granted_scope.h"

enum send_right {
	SEND_RIGHT_UNKNOWN,	/* not known of the provider, or an app's */
	SEND_RIGHT_ALONE,	/* sends, and no more */
	SEND_RIGHT_WIDER,	/* sends, and more */
	SEND_RIGHT_MISSING	/* does not send */
};

/*
 * True if the account is to send and do nothing else: its token is for an API
 * that sends, or it asks for the narrowest scope of its way. An account that
 * also fetches mail is none, though it sends.
 */
int send_right_is_meant(const struct account *a);

/*
 * Judges granted, the scope as the provider named it; "" where it did not:
 * then it granted what was asked (RFC 6749 5.1). words are those that are more
 * than sending, or are missing. UNKNOWN for an account that is not meant to
 * send alone.
 */
enum send_right send_right_judge(const struct account *a, const char *granted,
    char words[GRANTED_MAX + 1]);
