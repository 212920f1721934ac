/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mail_advice.h - what a mail server's refusal means, and what to do about it.
 *
 * By the server's own words, since no protocol has a code for most of this.
 * The worker meets them in a login of its own, the doctor in Postfix's queue.
 */
#ifndef TOKEND_MAIL_ADVICE_H
#define TOKEND_MAIL_ADVICE_H

#include "status.h"

/*
 * A remedy is the half sentence for a log; meaning and steps are whole
 * sentences. In steps USER stands for the mailbox of the login, NAME for the
 * account and CLIENT for its client_id (text_fill of common/failure_text.h). No text is
 * NULL.
 */
struct mail_advice {
	const char *words;	/* in what was said; "": any */
	const char *also;	/* the same; NULL: nothing more is asked */
	enum status code;	/* STATUS_REJECTED; STATUS_LATER: it passes */
	const char *remedy;
	const char *meaning;
	const char *steps;
	const char *machine;	/* steps where no person signs in; NULL: same */
	int may_be_token;	/* another token may be taken */
};

/*
 * What is known of said, the final words of a refusal and what its challenge
 * decodes to (sasl.h). Never NULL: the last row is for whatever is not known.
 */
const struct mail_advice *mail_advice_find(const char *said);

#endif
