/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * reason.h - why a mail waits or was returned: because of a login, or of what
 * the relay said to a client that had logged in.
 */
#pragma once

#include "knowledge/sending_advice.h"
#include "status.h"

struct reason {
	const char *words;	/* a part of Postfix's text */
	enum status code;
	int is_ours;		/* the plugin's text is in the log */
	const char *matters;
	const char *fix;	/* a half sentence */
	enum sending_kind kind;	/* whose refusal it is */
};

/*
 * Fills r with what fits best: what a server said to a login
 * (mail_advice.h), or after one (sending_advice.h), else the first of our own.
 * 0; -1 if it is unknown, or nothing that this machine or its account could
 * change.
 */
int reason_find(struct reason *r, const char *text);

/*
 * The same for a mail that the relay has refused for good: 0, also for words
 * that are not known; -1 if it is the recipient's business.
 */
int reason_find_refusal(struct reason *r, const char *text);

/*
 * The words of tokend-sendmail, which pipe(8) of Postfix ran and quotes; NULL:
 * the mail took another way.
 */
const char *reason_of_sendmail(const char *text);

/*
 * True for a refused login where another token may be taken. The
 * plugin does not learn of a refusal with no challenge, so the token stays.
 */
int reason_may_be_token(const char *text);

/* True if both are the same one. */
int reason_equal(const struct reason *a, const struct reason *b);
