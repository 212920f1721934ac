/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * test_examine.c - what is said of a token's claims, and of what mail servers
 * say, without a network.
 */
#include <stdio.h>
#include <string.h>

#include "base/base64.h"
#include "examine/examine.h"
#include "knowledge/mail_advice.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define NOW 1800000000
#define ENDS "\"exp\":1800003600"
#define OFFICE "\"aud\":\"https://outlook.office.com\","
#define ALL "\"scp\":\"IMAP.AccessAsUser.All POP.AccessAsUser.All " \
	"SMTP.Send\","
#define MAILBOX "office@example.com"
#define PERSON "bob@example.com"

static struct examination x;
static struct scope scope;
static int is_accepted;

/* The names of an account do not change what they point to. */
#define TEXT(literal) ((char *)(uintptr_t)(literal))

static void
setup(void)
{
	x = (struct examination){ .scope = &scope, .name = MAILBOX };
	snprintf(x.account.name, sizeof(x.account.name), MAILBOX);
	snprintf(x.account.path, sizeof(x.account.path), "/a/office.conf");
	x.account.provider = TEXT("microsoft");
	x.account.client_id = TEXT("app-1");
	x.account.server[SERVER_SMTP] = TEXT("smtp.office365.com:587");
	x.account.server[SERVER_IMAP] = TEXT("outlook.office365.com:993");
	x.account.min_valid = 60;
	is_accepted = 0;
}

FIXTURE(setup, NULL);

/* Judges the claims of a token that the cache says lives for an hour. */
static void
claim(const char *claims)
{
	struct buf token = BUF_INIT(ID_TOKEN_MAX), none = BUF_INIT(0);
	struct cache c = { .issued = NOW, .expires = NOW + 3600 };
	struct identity who;

	ck_assert_int_eq(buf_adds(&token, "eyJhbGciOiJub25lIn0."), 0);
	ck_assert_int_eq(base64url_add(&token, claims, strlen(claims)), 0);
	ck_assert_int_eq(buf_adds(&token, ".c2lnbmF0dXJl"), 0);
	identity_read(&who, &none, &token);
	x.count = 0;
	examine_claims(&x, &who, &c, NOW);
	who.person.is_accepted = is_accepted;
	examine_person(&x, &who.person);
	buf_free(&token);
}

/* Those of a verdict, and the first of them. */
static int
count(enum verdict verdict, const struct finding **first)
{
	size_t i = 0;
	int n = 0;

	for (i = 0; i < x.count; i++)
		if (x.finding[i].verdict == verdict && n++ == 0)
			*first = &x.finding[i];
	return n;
}

static void
finds_one(enum verdict verdict, const char *found, const char *fix)
{
	const struct finding *f = NULL;
	enum verdict other = verdict == VERDICT_WARNING ? VERDICT_FAULT :
	    VERDICT_WARNING;

	ck_assert_int_eq(count(verdict, &f), 1);
	ck_assert_ptr_nonnull(strstr(f->found, MAILBOX ": "));
	ck_assert_msg(strstr(f->found, found) != NULL, "%s", f->found);
	ck_assert_msg(strstr(f->fix, fix) != NULL, "%s", f->fix);
	ck_assert_str_ne(f->matters, "");
	ck_assert_msg(count(other, &f) == 0, "%s", f->found);
}

static void
finds_none(void)
{
	const struct finding *f = NULL;

	ck_assert_msg(count(VERDICT_FAULT, &f) == 0, "%s", f->found);
	ck_assert_msg(count(VERDICT_WARNING, &f) == 0, "%s", f->found);
}

TEST(good_token_is_reported_and_no_more)
{
	claim("{" OFFICE ALL ENDS ",\"upn\":\"Office@Example.com\","
	    "\"tid\":\"tenant-1\",\"appid\":\"APP-1\"}");
	finds_none();
	ck_assert_ptr_nonnull(strstr(x.finding[0].found,
	    "https://outlook.office.com"));
	ck_assert_ptr_nonnull(strstr(x.finding[0].found, "tenant-1"));
	ck_assert_ptr_nonnull(strstr(x.finding[0].found, "SMTP.Send"));
}

TEST(opaque_token_says_so)
{
	struct identity who;
	struct cache c = { .issued = NOW, .expires = NOW + 3600 };

	memset(&who, 0, sizeof(who));
	examine_claims(&x, &who, &c, NOW);
	ck_assert_int_eq(x.finding[0].verdict, VERDICT_UNKNOWN);
	ck_assert_ptr_nonnull(strstr(x.finding[0].found, "opaque"));
	finds_none();
}

/* Claims behind those of a good token's audience and end. */
static const struct {
	const char *claims;
	enum verdict verdict;
	const char *found, *fix;
} cases[] = {
	{ "\"aud\":\"https://graph.microsoft.com\",\"scp\":\"SMTP.Send\","
	    ENDS, VERDICT_FAULT, "Microsoft Graph", "\"tokend login " MAILBOX },
	{ "\"aud\":\"00000003-0000-0000-c000-000000000000\"," ENDS,
	    VERDICT_FAULT, "Microsoft Graph", "Remove the line \"scope" },
	{ "\"aud\":\"https://management.azure.com/\"," ENDS, VERDICT_WARNING,
	    "none of Exchange", "scope" },
	{ OFFICE "\"scp\":\"User.Read\"," ENDS, VERDICT_FAULT, "does not "
	    "cover SMTP, IMAP", "SMTP.Send IMAP.AccessAsUser.All" },
	{ OFFICE "\"scp\":\"IMAP.AccessAsUser.All\"," ENDS, VERDICT_WARNING,
	    "does not cover SMTP:", "Put SMTP.Send into scope" },
	/* The end of a word is not the word. */
	{ OFFICE "\"scp\":\"NoSMTP.Send IMAP.AccessAsUser.All\"," ENDS,
	    VERDICT_WARNING, "does not cover SMTP:", "SMTP.Send" },
	{ OFFICE "\"roles\":[\"IMAP.AccessAsApp\"]," ENDS, VERDICT_WARNING,
	    "not SMTP.SendAsApp", "Grant admin consent" },
	{ OFFICE "\"roles\":[\"Mail.Send\"]," ENDS, VERDICT_FAULT,
	    "SMTP.SendAsApp IMAP.AccessAsApp", "tokend refresh " MAILBOX },
	{ OFFICE ALL ENDS ",\"appid\":\"app-2\"", VERDICT_WARNING, "app-2",
	    "tokend login" },
	{ OFFICE ALL "\"exp\":1800003300", VERDICT_WARNING, "300 s ahead of",
	    "timedatectl set-ntp true" },
	{ OFFICE ALL "\"exp\":1800004400", VERDICT_FAULT, "800 s behind",
	    "timedatectl set-ntp true" }
};

TABLE_TEST(names_what_is_wrong, cases)
{
	char claims[512] = "";

	snprintf(claims, sizeof(claims), "{%s}", cases[_i].claims);
	claim(claims);
	finds_one(cases[_i].verdict, cases[_i].found, cases[_i].fix);
}

TEST(other_person_by_service)
{
	const struct finding *f = NULL;

	claim("{" OFFICE ALL ENDS ",\"upn\":\"" PERSON "\"}");
	ck_assert_int_eq(count(VERDICT_FAULT, &f), 1);
	ck_assert_ptr_nonnull(strstr(f->found, "SMTP logs in as " MAILBOX));
	ck_assert_ptr_nonnull(strstr(f->fix, "\"user_smtp = " PERSON "\""));
	ck_assert_int_eq(count(VERDICT_WARNING, &f), 1);
	ck_assert_ptr_nonnull(strstr(f->fix, "\"Add-MailboxPermission "
	    "-Identity " MAILBOX " -User " PERSON));
	/* As the first mend says, and with a mailbox that is meant. */
	x.account.users.smtp = PERSON;
	x.account.users.imap = MAILBOX;
	claim("{" OFFICE ALL ENDS ",\"upn\":\"" PERSON "\"}");
	finds_none();
}

TEST(other_person_elsewhere)
{
	x.account.server[SERVER_SMTP] = TEXT("smtp.example.net");
	x.account.server[SERVER_IMAP] = NULL;
	claim("{\"aud\":\"mail\"," ENDS ",\"email\":\"" PERSON "\"}");
	finds_one(VERDICT_FAULT, "is of " PERSON, "\"user = " PERSON "\"");
	/* One that is meant, as was said at the sign-in. */
	is_accepted = 1;
	claim("{\"aud\":\"mail\"," ENDS ",\"email\":\"" PERSON "\"}");
	finds_none();
	/* A user that is no address leaves the name, if that is one. */
	is_accepted = 0;
	x.account.users.user = "office";
	claim("{\"aud\":\"mail\"," ENDS ",\"email\":\"" PERSON "\"}");
	finds_one(VERDICT_FAULT, "is of " PERSON ", and the account is for "
	    MAILBOX, "tokend login " MAILBOX);
	snprintf(x.account.name, sizeof(x.account.name), "work");
	claim("{\"aud\":\"mail\"," ENDS ",\"email\":\"" PERSON "\"}");
	finds_none();
}

/* A line that makes no mailbox of it is never given. */
TEST(no_user_of_a_bare_name)
{
	const struct finding *f = NULL;

	x.account.server[SERVER_SMTP] = TEXT("smtp.example.net");
	x.account.server[SERVER_IMAP] = NULL;
	claim("{\"aud\":\"mail\"," ENDS ",\"preferred_username\":\"ann\"}");
	finds_none();
	x.account.users.user = "office";
	claim("{\"aud\":\"mail\"," ENDS ",\"preferred_username\":\"ann\"}");
	finds_one(VERDICT_FAULT, "is of ann, and the account is for office",
	    "tokend login");
	ck_assert_int_eq(count(VERDICT_FAULT, &f), 1);
	ck_assert_ptr_null(strstr(f->fix, "user ="));
	/* Nor where it would not be the mailbox of all services. */
	x.account.users.user = NULL;
	x.account.users.smtp = MAILBOX;
	claim("{\"aud\":\"mail\"," ENDS ",\"email\":\"" PERSON "\"}");
	ck_assert_int_eq(count(VERDICT_FAULT, &f), 1);
	ck_assert_ptr_null(strstr(f->fix, "user ="));
}

TEST(high_volume_email)
{
	x.account.server[SERVER_SMTP] = TEXT("smtp.hve.mx.microsoft:587");
	x.account.server[SERVER_IMAP] = NULL;
	claim("{" OFFICE "\"roles\":[\"Mail.Send\"]," ENDS "}");
	finds_none();
	examine_settings(&x);
	finds_one(VERDICT_FAULT, "High Volume Email", "\"min_valid = 10m\"");
	x.count = 0;
	x.account.min_valid = 600;
	examine_settings(&x);
	ck_assert_uint_eq(x.count, 0);
}

TEST(keeps_as_many_findings_as_fit)
{
	size_t i = 0;

	for (i = 0; i < EXAMINE_MOST + 3; i++)
		examine_found(&x, "claims", TOKEN_NONE, NULL);
	ck_assert_uint_eq(x.count, EXAMINE_MOST);
}

static const struct {
	const char *said, *meaning;
	enum status code;
} words[] = {
	{ "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication "
	    "is disabled for the Tenant. Visit https://aka.ms/x",
	    "switched off", STATUS_REJECTED },
	{ "535 5.7.139 Authentication unsuccessful, user is locked by your "
	    "organization's security defaults policy.", "security defaults",
	    STATUS_REJECTED },
	{ "535 5.7.139 Authentication unsuccessful, the request did not meet "
	    "the criteria to be authenticated successfully.",
	    "Conditional Access", STATUS_REJECTED },
	{ "535 5.7.139 Authentication unsuccessful", "by a rule",
	    STATUS_REJECTED },
	{ "535 5.7.3 Authentication unsuccessful [X.PROD.OUTLOOK.COM]",
	    "no SMTP.Send", STATUS_REJECTED },
	{ "550 5.7.30 Basic authentication is not supported", "password",
	    STATUS_REJECTED },
	{ "501 5.5.127 Token will expire soon", "last ten minutes",
	    STATUS_REJECTED },
	{ "501 5.5.124 Invalid XOAUTH2 auth data - User address provided is "
	    "not valid.", "whom this login is for", STATUS_REJECTED },
	{ "BAD User is authenticated but not connected.",
	    "does not open this mailbox", STATUS_REJECTED },
	{ "NO AUTHENTICATE failed.", "IMAP is off", STATUS_REJECTED },
	{ "-ERR Authentication failure: unknown user name or bad password.",
	    "POP is off", STATUS_REJECTED },
	{ "535 5.7.8 Username and Password not accepted. ({\"status\": \"400\""
	    ",\"schemes\":\"Bearer\",\"scope\":\"https://mail.google.com/\"})",
	    "answers 400", STATUS_REJECTED },
	{ "535 5.7.8 Username and Password not accepted. For more",
	    "of tokens as of passwords", STATUS_REJECTED },
	{ "534 5.7.9 Application-specific password required.",
	    "in a browser", STATUS_REJECTED },
	{ "NO [AUTHENTICATIONFAILED] AUTHENTICATE Invalid credentials or "
	    "IMAP is disabled", "IMAP switched off", STATUS_REJECTED },
	{ "454 4.7.0 Temporary authentication failure", "passes by itself",
	    STATUS_LATER },
	{ "432 4.3.2 Concurrent connections limit exceeded", "passes by "
	    "itself", STATUS_LATER },
	{ "421 5.7.3 closing", "passes by itself", STATUS_LATER },
	{ "NO [UNAVAILABLE] AUTHENTICATE failed.", "passes by itself",
	    STATUS_LATER },
	{ "NO [inuse] busy", "passes by itself", STATUS_LATER },
	{ "NO [LIMIT] Too many", "passes by itself", STATUS_LATER },
	{ "[UNAVAILABLE] x", "passes by itself", STATUS_LATER },
	{ "-ERR [SYS/TEMP] unknown user name or bad password", "passes by "
	    "itself", STATUS_LATER },
	{ "-ERR [IN-USE] locked", "passes by itself", STATUS_LATER },
	{ "-ERR [LOGIN-DELAY 30] soon", "passes by itself", STATUS_LATER },
	{ "-ERR [SYS/PERM] no", "does not take this token",
	    STATUS_REJECTED },
	{ "NO [LIMITED] no", "does not take this token", STATUS_REJECTED },
	{ "NO no ({\"status\":\"insufficient_scope\"})", "not for this "
	    "service", STATUS_REJECTED },
	{ "", "does not take this token", STATUS_REJECTED }
};

TABLE_TEST(knows_what_servers_say, words)
{
	const struct known *a = mail_advice_find(words[_i].said);

	ck_assert_msg(strstr(a->why, words[_i].meaning) != NULL, "%s",
	    a->why);
	ck_assert_int_eq(a->code, words[_i].code);
	ck_assert_uint_le(strlen(a->remedy), 120);
}

TEST(advice_names_user_and_client)
{
	x.count = 0;
	examine_refused(&x, SERVER_SMTP, "server", "XOAUTH2", words[0].said);
	ck_assert_ptr_nonnull(strstr(x.finding[0].fix, "\"Set-CASMailbox "
	    "-Identity " MAILBOX
	    " -SmtpClientAuthenticationDisabled $false\""));
	/* Where no person signs in, none is asked to. */
	x.account.grant = GRANT_CLIENT_CREDENTIALS;
	examine_refused(&x, SERVER_SMTP, "server", "XOAUTH2", words[4].said);
	ck_assert_ptr_nonnull(strstr(x.finding[1].fix, "-AppId app-1 "));
	ck_assert_ptr_null(strstr(x.finding[1].fix, "tokend login"));
}
