/* SPDX-License-Identifier: BSD-2-Clause */
/* test_mail_passing.c - what a server says that passes by itself */
#include "knowledge/mail_passing.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static const struct {
	const char *challenge;
	int passes;
} challenges[] = {
	{ "{\"status\":\"503\",\"schemes\":\"bearer\"}", 1 },
	{ "{\"status\":\"500\"}", 1 },
	{ "{\"status\" : \"429\"}", 1 },
	{ "{\"status\":429}", 1 },
	{ "{\"schemes\":\"bearer\",\"status\":\"408\"}", 1 },
	{ "{\"status\":\"temporarily_unavailable\"}", 1 },
	{ "{\"status\":\"server_error\"}", 1 },
	{ "{\"status\":\"invalid_request\",\"detail\":\"Temporary failure\"}",
	    1 },
	{ "{\"status\":\"400\",\"detail\":\"please try again later\"}", 1 },
	{ "{\"status\":\"401\",\"detail\":\"[UNAVAILABLE] backend\"}", 1 },
	{ "{\"status\":\"401\",\"detail\":\"(x) [LIMIT] y\"}", 1 },
	{ "{\"status\":\"401\",\"schemes\":\"bearer\",\"scope\":\"mail\"}", 0 },
	{ "{\"status\":\"400\",\"schemes\":\"Bearer\","
	    "\"scope\":\"https://mail.google.com/\"}", 0 },
	{ "{\"status\":\"403\"}", 0 },
	{ "{\"status\":\"invalid_token\"}", 0 },
	{ "{\"status\":\"insufficient_scope\"}", 0 },
	{ "{\"status\":\"401\",\"user\":\"a@contemporary.example\"}", 0 },
	{ "{\"status\":\"401\",\"detail\":\"[UNAVAILABLES] 503\"}", 0 },
	{ "{\"status\":\"5000\"}", 0 },
	{ "{\"status\":\"50\"}", 0 },
	{ "{\"status\"", 0 },
	{ "{\"status\":", 0 },
	{ "{", 0 },
	{ "", 0 },
};

TABLE_TEST(a_challenge_that_passes, challenges)
{
	ck_assert_msg(mail_challenge_passing(challenges[_i].challenge) ==
	    challenges[_i].passes, "%s", challenges[_i].challenge);
}

static const struct {
	const char *said;
	int passes;
} refusals[] = {
	{ "535 5.7.8 no ({\"status\":\"503\"})", 1 },
	{ "NO [AUTHENTICATIONFAILED] no ({\"status\":\"429\"})", 1 },
	{ "NO [ALERT] Too many simultaneous connections. (Failure)", 1 },
	{ "NO [OVERQUOTA] Account exceeded command or bandwidth limits.", 1 },
	{ "421 4.7.0 Try again later, closing connection.", 1 },
	{ "NO Temporary authentication failure", 1 },
	{ "-ERR [SYS/TEMP] x", 1 },
	{ "535 5.7.8 no ({\"status\":\"401\"})", 0 },
	{ "NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)", 0 },
	{ "535 5.7.8 [UNAVAILABLE] is in no place of a code here", 0 },
	{ "535 5.7.8 authentication of a@contemporary.example failed", 0 },
	{ "534 5.7.14 Please log in via your web browser and then try "
	    "again.", 0 },
	{ "4545 x", 0 },
	{ "", 0 },
};

TABLE_TEST(a_refusal_that_passes, refusals)
{
	ck_assert_msg(mail_passing(refusals[_i].said) == refusals[_i].passes,
	    "%s", refusals[_i].said);
}
