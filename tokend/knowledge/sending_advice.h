/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sending_advice.h - what a mail server means that accepts the login and
 * refuses the mail, and what to do about it.
 *
 * By the server's own words, as in mail_advice.h, which is for refusals of the
 * login itself. The numbers are those that providers document for submission.
 */
#pragma once

#include "status.h"

enum sending_kind {
	SENDING_AT_LOGIN,	/* of the login: none of these */
	SENDING_UNKNOWN,
	SENDING_SENDER,		/* the mailbox may not send as that address */
	SENDING_NO_LOGIN,	/* the mail came without a login */
	SENDING_LIMIT,		/* a quota: it passes */
	SENDING_BLOCKED,	/* the provider has blocked the sender */
	SENDING_CONTENT,	/* this one mail: too large, taken for spam */
	SENDING_RECIPIENT	/* nothing that this machine could change */
};

/* meaning is whole sentences, remedy a half sentence. No text is NULL. */
struct sending_advice {
	const char *words;	/* in what was said; "": any */
	const char *also;	/* the same; NULL: nothing more is asked */
	enum sending_kind kind;
	const char *meaning;
	const char *remedy;
};

/* Never NULL: the last row, SENDING_UNKNOWN, is for what is not known. */
const struct sending_advice *sending_advice_find(const char *said);

/*
 * True if the server of that name is of a provider that refuses a sender that
 * is not the mailbox's own, such as cron's root@MACHINE. (Gmail puts the
 * mailbox in its place.)
 */
int sending_is_held(const char *host);
