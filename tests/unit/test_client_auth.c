/* SPDX-License-Identifier: BSD-2-Clause */
/* test_client_auth.c - who a request says that it is from */
#include <openssl/obj_mac.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "client_auth/client_auth.h"
#include "crypto/key.h"
#include "echo.h"
#include "keys.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static char client[] = "my client:1";
static char secret_text[] = "s%cret+ \xc3\xa9&=";

static struct buf form, authorization, secret;
static struct mask mask = MASK_INIT;
static struct credential credential;
static struct failure why;
static char path[256];

static void
setup(void)
{
	scratch_setup();
	form = (struct buf)BUF_INIT(FORM_MAX);
	authorization = (struct buf)BUF_INIT(AUTHORIZATION_MAX);
	secret = (struct buf)BUF_INIT(SECRET_MAX);
	credential = (struct credential)CREDENTIAL_INIT;
	memset(&why, 0, sizeof(why));
	strncpy(path, scratch_path("secret"), sizeof(path) - 1);
}

static void
teardown(void)
{
	buf_free(&form);
	buf_free(&authorization);
	buf_free(&secret);
	mask_free(&mask);
	credential_free(&credential);
	scratch_teardown();
}

FIXTURE(setup, teardown);

static void
write_file(const char *content, size_t len, mode_t mode)
{
	scratch_bytes(path, mode, content, len);
}

static struct account
account(enum grant grant, enum client_auth how)
{
	struct account a;

	memset(&a, 0, sizeof(a));
	strncpy(a.name, "work", sizeof(a.name) - 1);
	a.client_id = client;
	a.grant = grant;
	a.client_auth = how;
	return a;
}

static void
authenticate(const struct account *a)
{
	int result = client_authenticate(a, &credential, &form,
	    &authorization, &mask, &why);

	ck_assert_msg(result == 0, "%s", why.text);
}

/* What client_authenticate returns; nothing may be in the form then. */
static int
refused(const struct account *a)
{
	int result = client_authenticate(a, &credential, &form,
	    &authorization, &mask, &why);

	ck_assert_uint_eq(form.len, 0);
	return result;
}

TEST(posts_id_and_secret)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);

	a.client_secret = secret_text;
	authenticate(&a);
	ck_assert_str_eq(buf_text(&form), "client_id=my+client%3A1&"
	    "client_secret=s%25cret%2B+%C3%A9%26%3D");
	ck_assert_uint_eq(authorization.len, 0);
}

/* Each part encoded, then joined; and nothing of it in the body. */
TEST(puts_them_in_a_header)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_BASIC);

	a.client_secret = secret_text;
	authenticate(&a);
	ck_assert_uint_eq(form.len, 0);
	/* my+client%3A1:s%25cret%2B+%C3%A9%26%3D */
	ck_assert_str_eq(buf_text(&authorization), "Basic "
	    "bXkrY2xpZW50JTNBMTpzJTI1Y3JldCUyQislQzMlQTklMjYlM0Q=");
}

/* RFC 4648 10 has the vectors: one, two and three bytes at the end. */
LOOP_TEST(pads_base64, 0, 3)
{
	static const struct {
		const char *secret, *text;
	} rows[] = {
		{ "a", "Basic aTph" }, { "ab", "Basic aTphYg==" },
		{ "abc", "Basic aTphYmM=" }
	};
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_BASIC);
	char id[] = "i";

	a.client_id = id;
	ck_assert_int_eq(buf_adds(&credential.client_secret, rows[_i].secret),
	    0);
	authenticate(&a);
	ck_assert_str_eq(buf_text(&authorization), rows[_i].text);
}

LOOP_TEST(names_a_public_client_in_the_form, 0, 2)
{
	struct account a = account(GRANT_REFRESH_TOKEN,
	    _i == 0 ? CLIENT_AUTH_POST : CLIENT_AUTH_BASIC);

	authenticate(&a);
	ck_assert_str_eq(buf_text(&form), "client_id=my+client%3A1");
	ck_assert_uint_eq(authorization.len, 0);
}

TEST(prefers_the_typed_secret)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);
	char in_file[] = "in the file";

	a.client_secret = in_file;
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    0);
	ck_assert_str_eq(buf_text(&secret), in_file);
	buf_reset(&secret);
	ck_assert_int_eq(buf_adds(&credential.client_secret, "typed"), 0);
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    0);
	ck_assert_str_eq(buf_text(&secret), "typed");
}

TEST(reads_the_secret_file_each_time)
{
	struct account a = account(GRANT_CLIENT_CREDENTIALS, CLIENT_AUTH_POST);

	a.client_secret_file = path;
	write_file("first\n", 6, 0600);
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    0);
	ck_assert_str_eq(buf_text(&secret), "first");
	ck_assert_uint_eq(secret.len, 5);
	buf_reset(&secret);
	write_file("second", 6, 0600);
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    0);
	ck_assert_str_eq(buf_text(&secret), "second");
}

static const struct {
	const char *content;
	size_t len;
	mode_t mode;
	const char *says;
} bad_files[] = {
	{ "", 0, 0600, "is empty" },
	{ "\n", 1, 0600, "is empty" },
	{ "a\n\n", 3, 0600, "more than one line" },
	{ "a\r\n", 3, 0600, "Windows" },
	{ "a\0b", 3, 0600, "more than one line" },
	{ "\xff", 1, 0600, "not UTF-8" },
	{ "hush", 4, 0604, "chmod" },
	{ NULL, 0, 0, "No such file" }
};

TABLE_TEST(refuses_a_bad_secret_file, bad_files)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);

	a.client_secret_file = path;
	if (bad_files[_i].content != NULL)
		write_file(bad_files[_i].content, bad_files[_i].len,
		    bad_files[_i].mode);
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, bad_files[_i].says));
	ck_assert_ptr_nonnull(strstr(why.text,
	    "account \"work\": client_secret_file: "));
	ck_assert_ptr_null(strstr(why.text, "hush"));
}

TEST(refuses_a_relative_path_and_an_endless_file)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);
	char relative[] = "secret";
	char *big = calloc(1, SECRET_MAX + 1);

	a.client_secret_file = relative;
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    -1);
	ck_assert_ptr_nonnull(strstr(why.text, "absolute"));
	ck_assert_ptr_nonnull(big);
	memset(big, 'x', SECRET_MAX + 1);
	a.client_secret_file = path;
	write_file(big, SECRET_MAX + 1, 0600);
	ck_assert_int_eq(client_secret_find(&a, &credential, &secret, &why),
	    -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	free(big);
}

/* RFC 6749 4.4: not for public clients, and the text says how to mend it. */
TEST(an_application_needs_a_secret)
{
	struct account a = account(GRANT_CLIENT_CREDENTIALS, CLIENT_AUTH_POST);

	ck_assert_int_eq(refused(&a), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_str_eq(why.text, "account \"work\": client_credentials needs "
	    "a client secret or key, and there is none: give it with \"tokend "
	    "login --client-secret-stdin work\" (or --client-key-stdin), or "
	    "set client_secret_file, client_key or client_assertion_file");
	memset(a.name, 'n', NAME_MAX_LEN);
	ck_assert_int_eq(refused(&a), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "--client-secret-stdin NAME\""));
	ck_assert_ptr_nonnull(strstr(why.text, "client_assertion_file"));
}

/* RFC 7523 2.2. The key is made for the test; test_key looks at signatures. */
static void
put_key(struct buf *pem)
{
	EVP_PKEY *ec = keys_ec(NID_X9_62_prime256v1);

	keys_add_private(pem, ec, NULL);
	EVP_PKEY_free(ec);
}

static void
is_by_assertion(void)
{
	static const char head[] = "client_id=my+client%3A1&"
	    "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3A"
	    "client-assertion-type%3Ajwt-bearer&client_assertion=";
	char shown[ECHO_INPUT_MAX] = "";

	ck_assert_uint_gt(form.len, strlen(head));
	ck_assert_msg(strncmp(buf_text(&form), head, strlen(head)) == 0, "%s",
	    buf_text(&form));
	ck_assert_uint_eq(authorization.len, 0);
	mask_copy(&mask, shown, sizeof(shown), form.data + strlen(head),
	    form.len - strlen(head));
	ck_assert_str_eq(shown, "***");
}

LOOP_TEST(signs_with_the_key_and_not_the_secret, 0, 2)
{
	struct account a = account(GRANT_REFRESH_TOKEN,
	    _i == 0 ? CLIENT_AUTH_POST : CLIENT_AUTH_BASIC);
	struct buf pem = BUF_INIT(KEY_FILE_MAX);
	char endpoint[] = "https://as.example.org/token";

	put_key(&pem);
	write_file(pem.data, pem.len, 0600);
	buf_free(&pem);
	a.client_key = path;
	a.client_secret = secret_text;
	a.token_endpoint = endpoint;
	authenticate(&a);
	is_by_assertion();
}

TEST(prefers_the_typed_key)
{
	struct account a = account(GRANT_CLIENT_CREDENTIALS, CLIENT_AUTH_POST);
	struct buf pem = BUF_INIT(KEY_FILE_MAX);
	char missing[] = "/no/such/key", endpoint[] = "https://as.example.org/";

	put_key(&pem);
	ck_assert_int_eq(base64_add(&credential.client_key, pem.data,
	    pem.len), 0);
	buf_free(&pem);
	a.client_key = missing;
	a.token_endpoint = endpoint;
	authenticate(&a);
	is_by_assertion();
	buf_reset(&credential.client_key);
	ck_assert_int_eq(buf_adds(&credential.client_key, "%%%"), 0);
	buf_reset(&form);
	ck_assert_int_eq(refused(&a), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "is damaged"));
}

TEST(sends_what_the_assertion_file_holds_now)
{
	struct account a = account(GRANT_CLIENT_CREDENTIALS, CLIENT_AUTH_POST);

	a.client_assertion_file = path;
	a.client_secret = secret_text;
	write_file("first.assertion\n", 16, 0600);
	authenticate(&a);
	is_by_assertion();
	ck_assert_ptr_nonnull(strstr(buf_text(&form), "=first.assertion"));
	buf_reset(&form);
	write_file("other.assertion", 15, 0600);
	authenticate(&a);
	ck_assert_ptr_nonnull(strstr(buf_text(&form), "=other.assertion"));
}

/* There the key makes the grant. */
TEST(is_public_beside_a_key_of_jwt_bearer)
{
	struct account a = account(GRANT_JWT_BEARER, CLIENT_AUTH_BASIC);
	char missing[] = "/no/such/key";

	a.client_key = missing;
	authenticate(&a);
	ck_assert_str_eq(buf_text(&form), "client_id=my+client%3A1");
	buf_reset(&form);
	a.client_id = NULL;
	a.client_secret = secret_text;
	authenticate(&a);
	ck_assert_str_eq(buf_text(&form), "client_secret=s%25cret%2B+%C3%A9"
	    "%26%3D");
	ck_assert_uint_eq(authorization.len, 0);
}

/*
 * What the issuer takes: RFC 8414's words, the account's own client_auth (or
 * none), a secret, and whether it goes into the form, the header, or not.
 */
enum went { FORM, HEADER, REFUSED };

static const struct {
	char methods[64];
	int is_stated;
	enum client_auth stated;
	char secret[32];
	enum went went;
} taken[] = {
	{ ACCOUNT_METHODS_DEFAULT, 0, CLIENT_AUTH_POST, "abc", HEADER },
	{ ACCOUNT_METHODS_DEFAULT, 0, CLIENT_AUTH_POST, "a+c", HEADER },
	{ "client_secret_post", 0, CLIENT_AUTH_POST, "abc", FORM },
	{ "client_secret_basic", 0, CLIENT_AUTH_POST, "a+c", HEADER },
	{ "client_secret_post client_secret_basic", 0, CLIENT_AUTH_POST, "abc",
	    HEADER },
	/* Some decode the header, some do not. */
	{ "client_secret_basic client_secret_post", 0, CLIENT_AUTH_POST, "a+c",
	    FORM },
	{ "private_key_jwt tls_client_auth", 0, CLIENT_AUTH_POST, "abc",
	    REFUSED },
	{ "none", 0, CLIENT_AUTH_POST, "abc", REFUSED },
	/* The account's own setting goes first. */
	{ "client_secret_basic", 1, CLIENT_AUTH_POST, "abc", FORM },
	{ "client_secret_post", 1, CLIENT_AUTH_BASIC, "abc", HEADER },
	{ "private_key_jwt", 1, CLIENT_AUTH_POST, "abc", FORM }
};

TABLE_TEST(proves_itself_as_the_issuer_takes_it, taken)
{
	struct account a = account(GRANT_REFRESH_TOKEN, taken[_i].stated);
	char methods[64], text[32], id[] = "id";

	memcpy(methods, taken[_i].methods, sizeof(methods));
	memcpy(text, taken[_i].secret, sizeof(text));
	a.client_id = id;
	a.client_secret = text;
	a.auth_methods = methods;
	a.client_auth_is_stated = taken[_i].is_stated;
	if (taken[_i].went != REFUSED) {
		authenticate(&a);
		ck_assert_int_eq(authorization.len > 0, taken[_i].went ==
		    HEADER);
		ck_assert_int_eq(strstr(buf_text(&form), "secret") != NULL,
		    taken[_i].went == FORM);
		return;
	}
	ck_assert_int_eq(refused(&a), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "its issuer takes no client "
	    "secret"));
	ck_assert_ptr_nonnull(strstr(why.text, methods));
	ck_assert_ptr_nonnull(strstr(why.text, "client_auth = post"));
}

/* Issuers leave "none" out of what they list. */
TEST(a_public_client_is_never_refused)
{
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);
	char methods[] = "private_key_jwt";

	a.auth_methods = methods;
	authenticate(&a);
	ck_assert_str_eq(buf_text(&form), "client_id=my+client%3A1");
}

LOOP_TEST(a_key_is_used_where_the_issuer_takes_it, 0, 4)
{
	static const char *const rows[] = { "private_key_jwt",
	    ACCOUNT_METHODS_DEFAULT, "client_secret_post private_key_jwt",
	    "client_secret_post" };
	struct account a = account(GRANT_REFRESH_TOKEN, CLIENT_AUTH_POST);
	char methods[64];

	snprintf(methods, sizeof(methods), "%s", rows[_i]);
	a.auth_methods = methods;
	a.client_assertion_file = path;
	write_file("an.assertion", 12, 0600);
	if (_i < 3) {
		authenticate(&a);
		is_by_assertion();
		return;
	}
	ck_assert_int_eq(refused(&a), -1);
	ck_assert_int_eq(why.code, STATUS_CONFIG);
	ck_assert_ptr_nonnull(strstr(why.text, "its issuer takes no client "
	    "key or assertion (client_secret_post): "));
	ck_assert_ptr_nonnull(strstr(why.text, "\"tokend login "
	    "--client-secret-stdin work\""));
	/* Then the secret that there is. */
	a.client_secret = secret_text;
	authenticate(&a);
	ck_assert_ptr_nonnull(strstr(buf_text(&form), "client_secret="));
}
