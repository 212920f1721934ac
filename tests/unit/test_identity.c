/* SPDX-License-Identifier: BSD-2-Clause */
/* test_identity.c - who signed in, as tokens of a stranger say it */
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "oauth/identity.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct identity who;
static struct buf id_token, access_token;

static void
setup(void)
{
	id_token = (struct buf)BUF_INIT(ID_TOKEN_MAX);
	access_token = (struct buf)BUF_INIT(ID_TOKEN_MAX);
}

static void
teardown(void)
{
	buf_free(&id_token);
	buf_free(&access_token);
}

FIXTURE(setup, teardown);

static void
make_jwt(struct buf *token, const char *claims)
{
	buf_reset(token);
	ck_assert_int_eq(buf_adds(token, "eyJhbGciOiJub25lIn0."), 0);
	ck_assert_int_eq(base64url_add(token, claims, strlen(claims)), 0);
	ck_assert_int_eq(buf_adds(token, ".c2lnbmF0dXJl"), 0);
}

/* The names by blanks, which none of them has. */
static void
names(const char *expected)
{
	char all[PERSON_NAMES * PERSON_NAME_MAX] = "";
	size_t i = 0;

	identity_read(&who, &id_token, &access_token);
	for (i = 0; i < PERSON_NAMES && who.person.name[i][0] != '\0'; i++) {
		strcat(all, i > 0 ? " " : "");
		strcat(all, who.person.name[i]);
	}
	ck_assert_str_eq(all, expected);
}

static const struct {
	const char *claims, *names;
} cases[] = {
	/* Google's; Microsoft's v2.0 and v1.0; a guest; Keycloak's. */
	{ "{\"iss\":\"https://accounts.google.com\",\"email\":\"a@b\","
	    "\"email_verified\":true,\"sub\":\"1\"}", "a@b" },
	{ "{\"preferred_username\":\"ada@corp.example\",\"email\":"
	    "\"ada@home.example\",\"tid\":\"t\"}",
	    "ada@corp.example ada@home.example" },
	{ "{\"upn\":\"ada@corp.example\",\"unique_name\":\"a@x\"}",
	    "ada@corp.example a@x" },
	{ "{\"unique_name\":\"live.com#ada@outlook.com\"}",
	    "ada@outlook.com" },
	{ "{\"upn\":\"ada_home.example#EXT#@corp.onmicrosoft.com\","
	    "\"email\":\"Ada@home.example\"}", "ada@home.example" },
	{ "{\"preferred_username\":\"ada\",\"email\":\"ada@b.example\"}",
	    "ada@b.example ada" },
	{ "{\"preferred_username\":\"ada\"}", "ada" },
	/* What an administrator may add, and others. */
	{ "{\"emails\":[\"a@b\",7,\"ada\",\"c@d\"]}", "a@b c@d ada" },
	{ "{\"verified_primary_email\":[\"a@b\"],"
	    "\"verified_secondary_email\":[\"c@d\"]}", "a@b c@d" },
	{ "{\"mail\":\"a@b\",\"winaccountname\":\"CORP\\\\ada\"}",
	    "a@b ada" },
	{ "{\"username\":\"ada\",\"user_name\":\"a@b\"}", "a@b ada" },
	{ "{\"login_hint\":\"O.CiRkYzE0ZTQ\"}", "" },
	{ "{\"login_hint\":\"a@b\"}", "a@b" },
	{ "{\"sub\":\"a@b\",\"name\":\"Ada\",\"oid\":\"1\"}", "" },
	{ "{\"upn\":\"a@b\",\"email\":\"A@B\"}", "a@b" },
	/* What is of no use names nobody. */
	{ "{\"upn\":\"\",\"email\":7,\"preferred_username\":null}", "" },
	{ "{\"email\":\"a\\u001b[31m@b\",\"unique_name\":\"x@y\"}", "x@y" },
	{ "{\"email\":\"a\\u009b31m@b\"}", "" },
	{ "{\"email\":\"a@b\\u0000c\"}", "" },
	{ "{\"email\":\"a@b\\n\"}", "" },
	{ "[\"email\"]", "" },
	{ "{\"email\":\"a@b\"", "" }
};

TABLE_TEST(names_who_signed_in, cases)
{
	make_jwt(&id_token, cases[_i].claims);
	names(cases[_i].names);
	/* The access token says the same where it is all there is. */
	buf_reset(&id_token);
	make_jwt(&access_token, cases[_i].claims);
	names(cases[_i].names);
}

static const char *const not_jwt[] = {
	"", ".", "..", "...", "x", "ya29.a0Af_short", "EwB4A8l6BAAU", "a.b",
	"a.e30.c", "a.====.c", "a.e3%30.c", "a.eyJlIjox.c",
	"eyJ.a.b.c.d"
};

TABLE_TEST(reads_nothing_else, not_jwt)
{
	buf_adds(&id_token, not_jwt[_i]);
	buf_adds(&access_token, not_jwt[_i]);
	names("");
	ck_assert_str_eq(who.tenant, "");
	ck_assert_str_eq(who.audience, "");
}

/* Both are of one person, and each may lack the name that is looked for. */
TEST(takes_the_names_of_both_tokens)
{
	make_jwt(&id_token, "{\"email\":\"id@b\",\"aud\":\"client\"}");
	make_jwt(&access_token, "{\"upn\":\"access@b\","
	    "\"email\":\"ID@b\",\"tid\":\"t-1\","
	    "\"aud\":\"https://outlook.office.com\"}");
	names("id@b access@b");
	ck_assert_str_eq(who.tenant, "t-1");
	ck_assert_str_eq(who.audience, "https://outlook.office.com");
	make_jwt(&id_token, "{\"sub\":\"1\",\"tid\":\"t-2\"}");
	names("access@b ID@b");
	ck_assert_str_eq(who.tenant, "t-2");
}

TEST(tells_what_an_access_token_is_for)
{
	make_jwt(&access_token, "{\"aud\":[\"first\",\"second\"],"
	    "\"scp\":\"IMAP.AccessAsUser.All SMTP.Send\",\"scope\":\"no\"}");
	names("");
	ck_assert_str_eq(who.audience, "first");
	ck_assert_str_eq(who.scope, "IMAP.AccessAsUser.All SMTP.Send");
	ck_assert_str_eq(who.roles, "");
	make_jwt(&access_token, "{\"scope\":\"mail\","
	    "\"roles\":[\"SMTP.SendAsApp\",7,\"IMAP.AccessAsApp\"]}");
	names("");
	ck_assert_str_eq(who.scope, "mail");
	ck_assert_str_eq(who.roles, "SMTP.SendAsApp IMAP.AccessAsApp");
	make_jwt(&access_token, "{\"azp\":\"v2\",\"appid\":\"v1\","
	    "\"exp\":1800000000}");
	names("");
	ck_assert_str_eq(who.client, "v1");
	ck_assert_int_eq(who.expires, 1800000000);
	ck_assert_int_eq(who.is_jwt, 1);
	buf_reset(&access_token);
	ck_assert_int_eq(buf_adds(&access_token, "ya29.a0Af_opaque"), 0);
	names("");
	ck_assert_int_eq(who.is_jwt, 0);
}

/* Half a name would be another one. */
TEST(takes_whole_claims_only)
{
	static char claims[2 * PERSON_NAME_MAX];
	char name[PERSON_NAME_MAX + 1];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 2] = '\0';
	name[1] = '@';
	strncpy(claims, "{\"email\":\"", sizeof(claims) - 1);
	strncat(claims, name, sizeof(claims) - strlen(claims) - 1);
	strncat(claims, "\"}", sizeof(claims) - strlen(claims) - 1);
	make_jwt(&id_token, claims);
	names(name);
	name[sizeof(name) - 2] = 'x';
	name[sizeof(name) - 1] = '\0';
	strncpy(claims, "{\"email\":\"", sizeof(claims) - 1);
	strncat(claims, name, sizeof(claims) - strlen(claims) - 1);
	strncat(claims, "\"}", sizeof(claims) - strlen(claims) - 1);
	make_jwt(&id_token, claims);
	names("");
}
