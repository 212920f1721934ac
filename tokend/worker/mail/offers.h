/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * offers.h - the SASL mechanisms that a mail server offers, and of SMTP what
 * else counts, read out of what it says before AUTH: only what is in its last
 * answer, which came over TLS.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "base/buf.h"

#define OFFERS_MAX 4096

/* SMTP's, in the answer to EHLO. */
struct mail_extensions {
	int64_t size;		/* bytes of a mail (RFC 1870); 0: not said */
	int has_8bitmime;	/* RFC 6152 */
	int has_smtputf8;	/* RFC 6531 */
};

struct offers {
	enum account_server service;
	int is_over;		/* the next line begins another answer */
	struct buf names;	/* each after a blank */
	struct buf before;	/* the same of the first answer, before TLS */
	struct mail_extensions extensions;
};

#define OFFERS_INIT { .names = BUF_INIT(OFFERS_MAX), \
	.before = BUF_INIT(OFFERS_MAX) }

/* Takes one line, without its end. What is over OFFERS_MAX is left out. */
void offers_take(struct offers *o, const char *line);

/* True if the mechanism is offered; ASCII case does not count. */
int offers_has(const struct offers *o, const char *mechanism);

void offers_free(struct offers *o);
