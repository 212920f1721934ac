/* SPDX-License-Identifier: BSD-2-Clause */
/* test_forms.c - answers that cannot be right, and those that can */
#include <string.h>

#include "command/login/questions/forms.h"

#include "unit.h"	/* last: check.h has a macro fail() */

#define ENTRA "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
#define CHINA "https://login.partner.microsoftonline.cn/{tenant}/token"
#define GUID "5f3c1d2e-0a9b-4c8d-9e7f-1234567890ab"

static char endpoint[] = ENTRA, china[] = CHINA, form[] = "*.example.com",
    other[] = "https://id.example/{tenant}/token";
static struct keys preset;

static void
setup(void)
{
	memset(&preset, 0, sizeof(preset));
	preset.token_endpoint = endpoint;
	preset.client_id_form = form;
}

FIXTURE(setup, NULL);

static int
is_good_tenant(const char *tenant)
{
	return forms_tenant(&preset, 1, tenant) == NULL;
}

TEST(tenants)
{
	static const char *const good[] = { "common", "Organizations",
	    "consumers", GUID, "contoso.onmicrosoft.com", "xn--a.example" };
	static const char *const wrong[] = { "Contoso", "Contoso Ltd", "a..b",
	    ".example", "example.", "-a.example", "https://a.example/",
	    "a@b.example", "{tenant}", GUID "0" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(is_good_tenant(good[i]), "%s", good[i]);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!is_good_tenant(wrong[i]), "%s", wrong[i]);
	ck_assert_ptr_nonnull(forms_tenant(&preset, 0, "common"));
	preset.token_endpoint = china;
	ck_assert(!is_good_tenant("Contoso"));
	preset.token_endpoint = other;
	ck_assert(is_good_tenant("Our realm"));
}

TEST(client_ids)
{
	char text[FORMS_MAX];

	ck_assert_ptr_null(forms_client_id(text, &preset, "a.example.com"));
	ck_assert_ptr_nonnull(forms_client_id(text, &preset, "a"));
	ck_assert_ptr_nonnull(strstr(text, form));
	ck_assert_ptr_nonnull(forms_client_id(text, &preset,
	    "\357\273\277a.example.com"));
	preset.client_id_form = NULL;
	ck_assert_ptr_null(forms_client_id(text, &preset, "a"));
	ck_assert_ptr_nonnull(forms_client_id(text, &preset, "a\302\240b"));
	ck_assert_ptr_nonnull(forms_client_id(text, &preset, "<your id>"));
}

TEST(secrets)
{
	ck_assert_ptr_null(forms_secret(ENTRA, "id", "abc8Q~two words"));
	ck_assert_ptr_nonnull(forms_secret(ENTRA, "id", GUID));
	ck_assert_ptr_nonnull(forms_secret(CHINA, "id", GUID));
	ck_assert_ptr_null(forms_secret(other, "id", GUID));
	ck_assert_ptr_null(forms_secret(NULL, NULL, GUID));
	ck_assert_ptr_nonnull(forms_secret(other, "same", "same"));
	ck_assert_ptr_nonnull(forms_secret(other, "id", "your-client-secret"));
}

TEST(labels)
{
	char line[] = "Application (client) ID: " GUID, bare[] = GUID;
	size_t len = strlen(line);

	ck_assert_int_eq(forms_unlabel(line, &len), 1);
	ck_assert_str_eq(line, GUID);
	ck_assert_uint_eq(len, strlen(GUID));
	ck_assert_int_eq(forms_unlabel(bare, &len), 0);
	ck_assert_str_eq(bare, GUID);
}

static const struct {
	const char *typed, *address;	/* NULL: it is none */
} addresses[] = {
	{ "alice@example.org", "alice@example.org" },
	{ "o'neil+x@example.org", "o'neil+x@example.org" },
	{ "<alice@example.org>", "alice@example.org" },
	{ "Alice <alice@example.org>", "alice@example.org" },
	{ "mailto:alice@example.org", "alice@example.org" },
	{ "<mailto:alice@example.org>", "alice@example.org" },
	{ "'alice@example.org'", "alice@example.org" },
	{ "alice@example.org.", "alice@example.org" },
	{ "\"a b\"@example.org", "\"a b\"@example.org" },
	{ ":@example.org", ":@example.org" },
	{ "alice", NULL },
	{ "alice@", NULL },
	{ "@example.org", NULL },
	{ "alice@gmail,com", NULL },
	{ "alice@example.org bob@example.org", NULL },
	{ "Alice alice@example.org", NULL },
	{ "https://alice@example.org", NULL },
	{ "<>", NULL },
	{ ".", NULL },
};

TABLE_TEST(mail_addresses, addresses)
{
	char text[80];
	size_t len = strlen(addresses[_i].typed);

	memcpy(text, addresses[_i].typed, len + 1);
	ck_assert_int_eq(forms_bare_address(text, &len),
	    strcmp(text, addresses[_i].typed) != 0);
	ck_assert_uint_eq(len, strlen(text));
	ck_assert_int_eq(forms_address(text) == NULL,
	    addresses[_i].address != NULL);
	if (addresses[_i].address != NULL)
		ck_assert_str_eq(text, addresses[_i].address);
}

TEST(redirects)
{
	ck_assert_ptr_null(forms_redirect(NULL));
	ck_assert_ptr_null(forms_redirect("http://127.0.0.1"));
	ck_assert_ptr_nonnull(forms_redirect("urn:ietf:wg:oauth:2.0:oob"));
	ck_assert_ptr_nonnull(forms_redirect("URN:ietf:wg:oauth:2.0:oob:auto"));
}

TEST(quotes)
{
	static const char *const pairs[][2] = { { "\"a b\"", "a b" },
	    { "'a'", "a" }, { "\"\"", "" }, { "\"", "\"" }, { "\"a'", "\"a'" },
	    { "a\"b\"", "a\"b\"" } };
	char value[16];
	size_t i, len;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		len = strlen(pairs[i][0]);
		memcpy(value, pairs[i][0], len + 1);
		ck_assert_int_eq(forms_unquote(value, &len),
		    strcmp(pairs[i][0], pairs[i][1]) != 0);
		ck_assert_str_eq(value, pairs[i][1]);
		ck_assert_uint_eq(len, strlen(value));
	}
}
