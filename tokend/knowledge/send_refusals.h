/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * send_refusals.h - what a provider's API means that refuses a mail, and what
 * to do about it.
 *
 * By the name that the API gives the error (Google's `reason`, Graph's `code`)
 * and its words, else by the status of its answer. A mail server's refusals are
 * in sending_advice.h.
 */
#pragma once

#include "knowledge/known.h"

enum send_api { SEND_API_GMAIL, SEND_API_GRAPH };

/*
 * The row of an answer of that status. name and said may be NULL. Never NULL:
 * the last row is for any other. Its code is
 *
 *	STATUS_REJECTED	the token is refused; another may be accepted
 *	STATUS_MESSAGE	no later try helps this mail
 *	STATUS_CONFIG	a person has to change something
 *	STATUS_LATER	it passes; with KNOWN_PASSES it is a limit of the
 *			provider's, with KNOWN_OF_DAY as well one of a day
 *
 * why, remedy (a half sentence) and fix are there, the latter two with
 * {account}, {user} (the mailbox) and {client}.
 */
const struct known *send_refusal_find(enum send_api api, long status,
    const char *name, const char *said);

extern const struct known send_refusals_gmail[];
extern const size_t send_refusals_gmail_count;
extern const struct known send_refusals_graph[];
extern const size_t send_refusals_graph_count;
extern const struct known send_refusals_any[];
extern const size_t send_refusals_any_count;
