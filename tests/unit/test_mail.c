/* SPDX-License-Identifier: BSD-2-Clause */
/* test_mail.c - what mail servers offer, and what is sent to them */
#include <string.h>

#include "mail/offers.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const struct {
	enum account_server service;
	const char *lines[12];
	int xoauth2, oauthbearer;
} servers[] = {
	{ SERVER_SMTP, { "220 mail ESMTP", "250-mail", "250-AUTH LOGIN XOAUTH2",
	    "250 SIZE", NULL }, 1, 0 },
	{ SERVER_SMTP, { "220 mail", "250-mail", "250 auth=plain oauthbearer",
	    NULL }, 0, 1 },
	/* What was offered before TLS is what anybody may have said. */
	{ SERVER_SMTP, { "220 mail", "250-mail", "250 AUTH XOAUTH2",
	    "220 go ahead", "250-mail", "250 AUTH PLAIN", NULL }, 0, 0 },
	{ SERVER_SMTP, { "220 mail", "250-mail", "250-AUTH", "250 AUTHXOAUTH2",
	    NULL }, 0, 0 },
	{ SERVER_SMTP, { "250 AUTH XOAUTH XOAUTH22 2XOAUTH2", NULL }, 0, 0 },
	{ SERVER_IMAP, { "* OK [CAPABILITY IMAP4rev1 AUTH=OAUTHBEARER] hi",
	    "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2 SASL-IR", "A1 OK", NULL },
	    1, 1 },
	{ SERVER_IMAP, { "* CAPABILITY IMAP4rev1 AUTH=XOAUTH2", "A1 OK",
	    "A2 OK begin", "* CAPABILITY IMAP4rev1 auth=oauthbearer", "A3 OK",
	    NULL }, 0, 1 },
	{ SERVER_IMAP, { "* CAPABILITY XOAUTH2 XAUTH=XOAUTH2 AUTH=", "A1 OK",
	    NULL }, 0, 0 },
	{ SERVER_POP, { "+OK hi", "+OK", "USER", "SASL PLAIN XOAUTH2", ".",
	    NULL }, 1, 0 },
	{ SERVER_POP, { "+OK hi", "+OK", "SASL XOAUTH2", ".", "+OK begin",
	    "+OK", "SASL PLAIN OAUTHBEARER", ".", NULL }, 0, 1 },
	{ SERVER_POP, { "+OK hi", "-ERR what", NULL }, 0, 0 },
	{ SERVER_POP, { "", NULL }, 0, 0 }
};

TABLE_TEST(reads_what_is_offered_last, servers)
{
	struct offers o = OFFERS_INIT;
	int i = 0;

	o.service = servers[_i].service;
	for (i = 0; servers[_i].lines[i] != NULL; i++)
		offers_take(&o, servers[_i].lines[i]);
	ck_assert_int_eq(offers_has(&o, "XOAUTH2"), servers[_i].xoauth2);
	ck_assert_int_eq(offers_has(&o, "OAUTHBEARER"),
	    servers[_i].oauthbearer);
	offers_free(&o);
}

TEST(keeps_apart_what_was_before_tls)
{
	struct offers o = OFFERS_INIT;

	o.service = SERVER_SMTP;
	offers_take(&o, "220 mail");
	offers_take(&o, "250 AUTH PLAIN");
	offers_take(&o, "220 go ahead");
	offers_take(&o, "250 AUTH XOAUTH2");
	ck_assert_str_eq(buf_text(&o.before), " PLAIN");
	ck_assert_str_eq(buf_text(&o.names), " XOAUTH2");
	offers_free(&o);
}

TEST(bears_endless_offers)
{
	struct offers o = OFFERS_INIT;
	int i = 0;

	o.service = SERVER_SMTP;
	for (i = 0; i < 100000; i++)
		offers_take(&o, "250-AUTH XOAUTH2 PLAIN LOGIN");
	ck_assert_uint_le(o.names.len, OFFERS_MAX);
	ck_assert_int_eq(offers_has(&o, "XOAUTH2"), 1);
	offers_free(&o);
}
