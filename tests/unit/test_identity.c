/* test_identity.c - who signed in, as tokens of a stranger say it */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "oauth/identity.h"

#include <check.h>	/* last: it has a macro fail() */

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

static void
make_jwt(struct buf *token, const char *claims)
{
	buf_reset(token);
	ck_assert_int_eq(buf_adds(token, "eyJhbGciOiJub25lIn0."), 0);
	ck_assert_int_eq(base64url_add(token, claims, strlen(claims)), 0);
	ck_assert_int_eq(buf_adds(token, ".c2lnbmF0dXJl"), 0);
}

static void
names(const char *expected, const char *user)
{
	const char *found = NULL;

	identity_read(&who, &id_token, &access_token);
	found = identity_user(&who, expected);
	if (user == NULL)
		ck_assert_msg(found == NULL, "names %s", found);
	else
		ck_assert_str_eq(found, user);
}

static const struct {
	const char *claims, *expected, *user;
} cases[] = {
	/* Google's; Microsoft's v2.0 and v1.0; a guest; Keycloak's. */
	{ "{\"iss\":\"https://accounts.google.com\",\"email\":\"a@b\","
	    "\"email_verified\":true,\"sub\":\"1\"}", NULL, "a@b" },
	{ "{\"preferred_username\":\"ada@corp.example\",\"email\":"
	    "\"ada@home.example\",\"tid\":\"t\"}", NULL, "ada@corp.example" },
	{ "{\"upn\":\"ada@corp.example\",\"unique_name\":\"a@x\"}", NULL,
	    "ada@corp.example" },
	{ "{\"unique_name\":\"live.com#ada@outlook.com\"}", NULL,
	    "live.com#ada@outlook.com" },
	{ "{\"preferred_username\":\"ada\",\"email\":\"ada@b.example\"}",
	    NULL, "ada@b.example" },
	{ "{\"preferred_username\":\"ada\"}", NULL, "ada" },
	/* The one that is asked for is found among them. */
	{ "{\"upn\":\"a@corp\",\"email\":\"Ada@Example.org\"}",
	    "ada@example.ORG", "Ada@Example.org" },
	{ "{\"upn\":\"a@corp\",\"email\":\"ada@example.org\"}",
	    "ada@example.or", "a@corp" },
	{ "{\"preferred_username\":\"ada\",\"email\":\"x@b\"}", "ADA",
	    "ada" },
	{ "{\"upn\":\"a@corp\"}", "", "a@corp" },
	/* What is of no use names nobody. */
	{ "{\"upn\":\"\",\"email\":7,\"preferred_username\":null}", NULL,
	    NULL },
	{ "{\"email\":\"a\\u001b[31m@b\",\"unique_name\":\"x@y\"}", NULL,
	    "x@y" },
	{ "{\"email\":\"a\\u009b31m@b\"}", NULL, NULL },
	{ "{\"email\":\"a@b\\u0000c\"}", NULL, NULL },
	{ "{\"email\":\"a@b\\n\"}", NULL, NULL },
	{ "[\"email\"]", NULL, NULL },
	{ "{\"email\":\"a@b\"", NULL, NULL }
};

START_TEST(names_who_signed_in)
{
	make_jwt(&id_token, cases[_i].claims);
	names(cases[_i].expected, cases[_i].user);
	/* The access token says the same where it is all there is. */
	buf_reset(&id_token);
	make_jwt(&access_token, cases[_i].claims);
	names(cases[_i].expected, cases[_i].user);
}
END_TEST

static const char *const not_jwt[] = {
	"", ".", "..", "...", "x", "ya29.a0Af_short", "EwB4A8l6BAAU", "a.b",
	"a.e30.c", "a.====.c", "a.e3%30.c", "a.eyJlIjox.c",
	"eyJ.a.b.c.d"
};

START_TEST(reads_nothing_else)
{
	buf_adds(&id_token, not_jwt[_i]);
	buf_adds(&access_token, not_jwt[_i]);
	names("ada@example.org", NULL);
	ck_assert_str_eq(who.tenant, "");
	ck_assert_str_eq(who.audience, "");
}
END_TEST

START_TEST(believes_the_id_token_first)
{
	make_jwt(&id_token, "{\"email\":\"id@b\",\"aud\":\"client\"}");
	make_jwt(&access_token, "{\"upn\":\"access@b\","
	    "\"email\":\"other@b\",\"tid\":\"t-1\","
	    "\"aud\":\"https://outlook.office.com\"}");
	names(NULL, "id@b");
	names("access@b", "id@b");
	names("other@b", "id@b");
	ck_assert_str_eq(who.tenant, "t-1");
	ck_assert_str_eq(who.audience, "https://outlook.office.com");
	make_jwt(&id_token, "{\"sub\":\"1\",\"tid\":\"t-2\"}");
	names(NULL, "access@b");
	ck_assert_str_eq(who.tenant, "t-2");
}
END_TEST

START_TEST(tells_what_an_access_token_is_for)
{
	make_jwt(&access_token, "{\"aud\":[\"first\",\"second\"],"
	    "\"scp\":\"IMAP.AccessAsUser.All SMTP.Send\",\"scope\":\"no\"}");
	names(NULL, NULL);
	ck_assert_str_eq(who.audience, "first");
	ck_assert_str_eq(who.scope, "IMAP.AccessAsUser.All SMTP.Send");
	ck_assert_str_eq(who.roles, "");
	make_jwt(&access_token, "{\"scope\":\"mail\","
	    "\"roles\":[\"SMTP.SendAsApp\",7,\"IMAP.AccessAsApp\"]}");
	names(NULL, NULL);
	ck_assert_str_eq(who.scope, "mail");
	ck_assert_str_eq(who.roles, "SMTP.SendAsApp IMAP.AccessAsApp");
	make_jwt(&access_token, "{\"azp\":\"v2\",\"appid\":\"v1\","
	    "\"exp\":1800000000}");
	names(NULL, NULL);
	ck_assert_str_eq(who.client, "v1");
	ck_assert_int_eq(who.expires, 1800000000);
	ck_assert_int_eq(who.is_jwt, 1);
	buf_reset(&access_token);
	ck_assert_int_eq(buf_adds(&access_token, "ya29.a0Af_opaque"), 0);
	names(NULL, NULL);
	ck_assert_int_eq(who.is_jwt, 0);
}
END_TEST

/* Half a name would be another one. */
START_TEST(takes_whole_claims_only)
{
	static char claims[2 * IDENTITY_TEXT_MAX];
	char name[IDENTITY_TEXT_MAX + 1];

	memset(name, 'x', sizeof(name));
	name[sizeof(name) - 2] = '\0';
	name[1] = '@';
	strncpy(claims, "{\"email\":\"", sizeof(claims) - 1);
	strncat(claims, name, sizeof(claims) - strlen(claims) - 1);
	strncat(claims, "\"}", sizeof(claims) - strlen(claims) - 1);
	make_jwt(&id_token, claims);
	names(NULL, name);
	name[sizeof(name) - 2] = 'x';
	name[sizeof(name) - 1] = '\0';
	strncpy(claims, "{\"email\":\"", sizeof(claims) - 1);
	strncat(claims, name, sizeof(claims) - strlen(claims) - 1);
	strncat(claims, "\"}", sizeof(claims) - strlen(claims) - 1);
	make_jwt(&id_token, claims);
	names(NULL, NULL);
}
END_TEST

#define ROWS(table) ((int)(sizeof(table) / sizeof((table)[0])))

int
main(void)
{
	Suite *s = suite_create("identity");
	TCase *c = tcase_create("identity");
	SRunner *sr = NULL;
	int failed = 0;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_loop_test(c, names_who_signed_in, 0, ROWS(cases));
	tcase_add_loop_test(c, reads_nothing_else, 0, ROWS(not_jwt));
	tcase_add_test(c, believes_the_id_token_first);
	tcase_add_test(c, tells_what_an_access_token_is_for);
	tcase_add_test(c, takes_whole_claims_only);
	suite_add_tcase(s, c);
	sr = srunner_create(s);
	srunner_set_tap(sr, "-");
	srunner_run_all(sr, CK_SILENT);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
