/* SPDX-License-Identifier: BSD-2-Clause */
/* test_import.c - what other tools' files become */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base64.h"
#include "import/reading.h"

#include "unit.h"	/* last: check.h has a macro fail() */

static struct scope s;
static struct import im;
static struct failure why;
static char dump[65536];	/* what was found, a line an account */
static char notes[65536];

__attribute__((format(printf, 3, 4)))
static void
append(char *to, size_t size, const char *format, ...)
{
	size_t len = strlen(to);
	va_list args;

	va_start(args, format);
	vsnprintf(to + len, size - len, format, args);
	va_end(args);
}

static void
append_secret(const char *name, const struct buf *secret)
{
	if (secret->len > 0)
		append(dump, sizeof(dump), " %s=%s", name, buf_text(secret));
}

static int
take(struct import *i, struct found *f, struct failure *w)
{
	struct buf key = BUF_INIT(SECRET_MAX);
	const struct conf_key *k;
	const char *value;

	ck_assert_ptr_eq(i, &im);
	ck_assert_ptr_eq(w, &why);
	append(dump, sizeof(dump), "%s:", f->name);
	for (k = account_keys; k->name != NULL; k++) {
		value = *(char *const *)((const char *)&f->keys + k->offset);
		if (value != NULL)
			append(dump, sizeof(dump), " %s=%s", k->name, value);
	}
	append(dump, sizeof(dump), " |");
	append_secret("refresh_token", &f->credential.refresh_token);
	append_secret("client_secret", &f->credential.client_secret);
	ck_assert_int_eq(base64_decode(&key, buf_text(
	    &f->credential.client_key), f->credential.client_key.len), 0);
	append_secret("client_key", &key);
	append(dump, sizeof(dump), "\n");
	buf_free(&key);
	return 0;
}

static void
note(struct import *i, const char *text)
{
	ck_assert_ptr_eq(i, &im);
	append(notes, sizeof(notes), "%s\n", text);
}

static void
setup(void)
{
	scratch_scope(&s);
	snprintf(s.config, sizeof(s.config), "%s", scratch());
	scratch_folder(scratch_path("providers"), 0755);
	scratch_write(scratch_path("providers/google.conf"), 0644,
	    "token_endpoint = https://oauth2.googleapis.com/token\n"
	    "authorization_endpoint = https://accounts.google.com/o/auth\n"
	    "scope = https://mail.google.com/\n"
	    "client_id_form = *.apps.googleusercontent.com\n"
	    "hosts = imap.gmail.com smtp.gmail.com\n");
	scratch_write(scratch_path("providers/microsoft.conf"), 0644,
	    "token_endpoint = https://login.microsoftonline.com/{tenant}"
	    "/oauth2/v2.0/token\nscope = https://o/IMAP https://o/SMTP\n"
	    "client_id_form = *-*-*-*-????????????\n"
	    "hosts = outlook.office365.com\n");
	scratch_write(scratch_path("providers/microsoft-hve.conf"), 0644,
	    "token_endpoint = https://login.microsoftonline.com/{tenant}"
	    "/oauth2/v2.0/token\ngrant = client_credentials\nhosts = hve\n");
	scratch_write(scratch_path("providers/outlook.conf"), 0644,
	    "token_endpoint = https://login.microsoftonline.com/{tenant}"
	    "/oauth2/v2.0/token\ntenant = consumers\nhosts = h\n");
	scratch_write(scratch_path("providers/ms.conf"), 0644,
	    "this one cannot be read\n");
	memset(&im, 0, sizeof(im));
	memset(&why, 0, sizeof(why));
	im.path = "/etc/tokens/file";
	im.scope = &s;
	im.take = take;
	im.note = note;
	dump[0] = notes[0] = '\0';
}

FIXTURE(setup, scratch_teardown);

/* As the job does; nothing that is told may hold a secret. */
static int
run(const char *format, const char *text, size_t len)
{
	const struct format *found = format_find(format, "NAME", &why);
	int result;

	ck_assert_ptr_nonnull(found);
	why.text[0] = '\0';
	result = format_read(found, &im, text, len, &why);
	if (result == 0 && im.refused.code != STATUS_OK) {
		why = im.refused;
		result = -1;
	}
	ck_assert_ptr_null(strstr(why.text, "SECRET"));
	ck_assert_ptr_null(strstr(notes, "SECRET"));
	if (result == -1)
		ck_assert_int_ne(why.code, STATUS_OK);
	return result;
}

#define CLIENT "\"client_id\":\"id1\",\"client_secret\":\"SECRET-c\""
#define GOOD "{\"refresh_token\":\"SECRET-r\",\"access_token\":\"SECRET-a\"," \
    "\"expiry\":\"1700000000\"," CLIENT "}"
#define MS "https://login.microsoftonline.com/"
#define KEY "{\"type\":\"service_account\",\"client_email\":\"a@b\"," \
    "\"private_key\":\"-----BEGIN PRIVATE KEY-----SECRET\"}"
#define KEY_ELSEWHERE "{\"type\":\"service_account\"," \
    "\"token_uri\":\"https://as/t\",\"private_key\":\"SECRET\"}"
#define SERVERS_INI "[IMAP-1993]\nserver_address = imap.example.org\n" \
    "[SMTP-1465]\nserver_address = smtp.example.org\n" \
    "[SMTP-2465]\nserver_address = smtp.gmail.com\n"
#define ACCOUNT_INI "[a@gmail.com]\n" \
    "permission_url = https://accounts.google.com/o/oauth2/auth\n" \
    "token_url = https://oauth2.googleapis.com/token\n" \
    "oauth2_scope = https://mail.google.com/\n" \
    "redirect_uri = http://localhost\nclient_id = id1\n"

/* Good files; the name and the configuration may be NULL. */
static const struct {
	const char *format, *name, *path, *text, *config, *found, *note;
} good[] = {
	{ "sasl-xoauth2", "alice@gmail.com", NULL, GOOD, NULL,
	    "alice@gmail.com: client_id=id1 provider=google | "
	    "refresh_token=SECRET-r client_secret=SECRET-c\n", "" },
	{ "sasl-xoauth2", NULL, "/etc/tokens/Alice@gmail.com",
	    "{\"refresh_token\":\"SECRET-r\",\"user\":\"box@gmail.com\"}",
	    "// a comment\n{" CLIENT ",\n\"refresh_window\": 600}",
	    "alice@gmail.com: min_valid=600 client_id=id1 provider=google "
	    "user=box@gmail.com | refresh_token=SECRET-r "
	    "client_secret=SECRET-c\n", "" },
	/* What stands in the token file goes before the configuration. */
	{ "sasl-xoauth2", NULL, NULL, "{\"refresh_token\":\"SECRET-r\","
	    "\"user\":\"a@b\",\"client_id\":\"own\",\"client_secret\":\"\","
	    "\"refresh_window\":\"10\",\"token_endpoint\":\"" MS
	    "consumers/oauth2/v2.0/token\",\"proxy\":\"http://p:8080\","
	    "\"ca_bundle_file\":\"/ca.pem\",\"ca_certs_dir\":\"/cas\"}",
	    "{" CLIENT ",\"refresh_window\":900,\"proxy\":\"http://other\"}",
	    "a@b: client_id=own provider=outlook proxy=http://p:8080 "
	    "ca_file=/ca.pem ca_dir=/cas | refresh_token=SECRET-r\n", "" },
	{ "sasl-xoauth2", "a@b", NULL, "{\"refresh_token\":\"SECRET-r\","
	    "\"client_id\":\"i\",\"client_secret\":\"CLIENT_SECRET_GOES_HERE\","
	    "\"proxy\":\"http://u:SECRET@p\",\"token_endpoint\":\"" MS
	    "a1/oauth2/token\"}", NULL, "a@b: tenant=a1 client_id=i "
	    "provider=microsoft | refresh_token=SECRET-r\n",
	    "still the sample's" },
	{ "sasl-xoauth2", "robot@b", NULL, "{\"token_endpoint\":\"" MS
	    "t1/oauth2/v2.0/token\",\"use_client_credentials\":\"yes\","
	    CLIENT "}", NULL, "robot@b: grant=client_credentials tenant=t1 "
	    "client_id=id1 provider=microsoft | client_secret=SECRET-c\n",
	    "--set provider=microsoft-hve" },
	/* No preset has this endpoint. */
	{ "sasl-xoauth2", "a@b", NULL, "{\"refresh_token\":\"SECRET-r\","
	    "\"client_id\":\"i\",\"token_endpoint\":\"https://as/token\"}",
	    NULL, "a@b: token_endpoint=https://as/token client_id=i | "
	    "refresh_token=SECRET-r\n", "" },
	/* Another tool's words for the same. */
	{ "sasl-xoauth2", "a@b", NULL, "{\"refresh_token\":\"SECRET-r\","
	    "\"client_id\":\"i\",\"token_uri\":\"https://as/token\"}",
	    NULL, "a@b: token_endpoint=https://as/token client_id=i | "
	    "refresh_token=SECRET-r\n", "" },
	{ "mutt_oauth2", "a@b", NULL, "{\"registration\":\"google\","
	    "\"refresh_token\":\"SECRET-r\",\"client_id\":\"i\","
	    "\"token_endpoint\":\"https://as/token\"}", NULL, "a@b: "
	    "token_endpoint=https://as/token client_id=i | "
	    "refresh_token=SECRET-r\n", "" },
	{ "mutt_oauth2", "a@b", NULL, "{\"registration\":\"microsoft\","
	    "\"refresh_token\":\"SECRET-r\",\"client_id\":\"i\","
	    "\"tenant\":\"t1\"}", NULL, "a@b: tenant=t1 client_id=i "
	    "provider=microsoft | refresh_token=SECRET-r\n", "" },
	{ "getmail", NULL, NULL, "{\"user\":\"a@gmail.com\",\"scope\":"
	    "\"https://mail.google.com/\"," CLIENT ",\"token_uri\":"
	    "\"https://oauth2.googleapis.com/token\",\"auth_uri\":"
	    "\"https://accounts.google.com/o/auth\",\"refresh_token\":"
	    "\"SECRET-r\",\"access_token\":\"SECRET-a\"}", NULL,
	    "a@gmail.com: client_id=id1 provider=google | "
	    "refresh_token=SECRET-r client_secret=SECRET-c\n", "" },
	/* What a domain's section has, its accounts have, where that is on. */
	{ "email-oauth2-proxy", NULL, NULL, "[a@b.org]\nclient_id = own\n"
	    "client_secret =\n[@b.org]\ntoken_url = " MS "t1/oauth2/v2.0/token"
	    "\nclient_secret = SECRET-d\n[@]\noauth2_scope = x\n"
	    "client_id = wide\n[emailproxy]\n"
	    "allow_catch_all_accounts = True\n", NULL, "a@b.org: tenant=t1 "
	    "scope=x client_id=own provider=microsoft |\n",
	    "[@b.org]: is for several" },
	{ "email-oauth2-proxy", "x@b.org", NULL, "[@b.org]\ntoken_url = " MS
	    "t1/oauth2/v2.0/token\nclient_secret = SECRET-d\n"
	    "client_id = wide\n[emailproxy]\nallow_catch_all_accounts = on\n",
	    NULL, "x@b.org: tenant=t1 client_id=wide provider=microsoft | "
	    "client_secret=SECRET-d\n", "" },
	{ "email-oauth2-proxy", "b@c", NULL, "[DEFAULT]\nclient_id = i\n"
	    "[b@c]\noauth2_flow = service_account\nclient_id = key\n"
	    "client_secret = " KEY_ELSEWHERE "\n", NULL,
	    "b@c: token_endpoint=https://as/t grant=jwt_bearer "
	    "provider=google | client_key=" KEY_ELSEWHERE "\n", "" },
	{ "mutt_oauth2", NULL, NULL, " {\"registration\":\"google\","
	    "\"authflow\":\"authcode\",\"email\":\"A@gmail.com\","
	    "\"access_token\":\"SECRET-a\",\"access_token_expiration\":"
	    "\"2026-01-01T00:00:00\",\"refresh_token\":\"SECRET-r\"," CLIENT
	    "}", NULL, "a@gmail.com: client_id=id1 provider=google | "
	    "refresh_token=SECRET-r client_secret=SECRET-c\n", "" },
	{ "mutt_oauth2", "work", NULL, "{\"registration\":\"microsoft\","
	    "\"email\":\"a@b\",\"refresh_token\":\"SECRET-r\",\"client_id\":"
	    "\"i\",\"client_secret\":\"\"}", NULL, "work: tenant=common "
	    "client_id=i provider=microsoft user=a@b | "
	    "refresh_token=SECRET-r\n", "the tenant is common" },
	{ "google-client", "a@gmail.com", NULL, "{\"installed\":{" CLIENT ","
	    "\"project_id\":\"p\",\"token_uri\":"
	    "\"https://oauth2.googleapis.com/token\","
	    "\"redirect_uris\":[\"http://localhost\"]}}", NULL,
	    "a@gmail.com: client_id=id1 provider=google | "
	    "client_secret=SECRET-c\n", "" },
	{ "google-client", "a@gmail.com", NULL, "{\"web\":{" CLIENT ","
	    "\"token_uri\":\"http://127.0.0.1:9/t\",\"redirect_uris\":"
	    "[7,\"https://x/\",\"http://127.0.0.1:8080/\"]}}", NULL,
	    "a@gmail.com: token_endpoint=http://127.0.0.1:9/t "
	    "redirect_uri=http://127.0.0.1:8080/ client_id=id1 "
	    "provider=google | client_secret=SECRET-c\n", "" },
	{ "google-client", "a@gmail.com", NULL, "{\"web\":{" CLIENT "}}",
	    NULL, "a@gmail.com: client_id=id1 provider=google | "
	    "client_secret=SECRET-c\n", "no redirect to this machine" },
	{ "google-token", "a@gmail.com", NULL, "{" CLIENT ",\"token_uri\":"
	    "\"https://oauth2.googleapis.com/token\",\"refresh_token\":"
	    "\"SECRET-r\",\"scopes\":[\"https://mail.google.com/\"]}", NULL,
	    "a@gmail.com: client_id=id1 provider=google | "
	    "client_secret=SECRET-c refresh_token=SECRET-r\n", "" },
	{ "Google_Token", NULL, NULL, "{\"client_id\":"
	    "\"1-a.apps.googleusercontent.com\",\"account\":\"a@gmail.com\","
	    "\"refresh_token\":\"SECRET-r\",\"type\":\"authorized_user\"}",
	    NULL, "a@gmail.com: client_id=1-a.apps.googleusercontent.com "
	    "provider=google | refresh_token=SECRET-r\n", "" },
	{ "google-service-account", "a@b", NULL, KEY, NULL,
	    "a@b: grant=jwt_bearer provider=google | client_key=" KEY "\n",
	    "" },
	{ "email-oauth2-proxy", NULL, NULL, SERVERS_INI ACCOUNT_INI
	    "client_secret = SECRET-c\ntoken_salt = SECRET\n"
	    "refresh_token = SECRET-r\n", NULL, "a@gmail.com: client_id=id1 "
	    "provider=google | client_secret=SECRET-c\n",
	    "encrypted with the mail program's password" },
	/* Neither a preset nor another account's server. */
	{ "email-oauth2-proxy", NULL, NULL, SERVERS_INI ACCOUNT_INI
	    "[x@example.org]\npermission_url = https://as/a\n"
	    "token_url = https://as/t\noauth2_scope = mail\nclient_id = i2\n"
	    "redirect_uri = http://localhost:8080/\n"
	    "[y@example.org]\npermission_url = https://as/d\n"
	    "token_url = https://as/t\noauth2_scope = mail\nclient_id = i3\n"
	    "oauth2_flow = device\nclient_secret_encrypted = SECRET-e\n", NULL,
	    "a@gmail.com: client_id=id1 provider=google |\n"
	    "x@example.org: token_endpoint=https://as/t "
	    "authorization_endpoint=https://as/a "
	    "redirect_uri=http://localhost:8080/ scope=mail "
	    "hosts=imap.example.org smtp.example.org client_id=i2 |\n"
	    "y@example.org: token_endpoint=https://as/t "
	    "device_authorization_endpoint=https://as/d scope=mail "
	    "hosts=imap.example.org smtp.example.org client_id=i3 |\n",
	    "--client-secret-stdin y@example.org" },
	{ "email-oauth2-proxy", "b@c", NULL, ACCOUNT_INI "[b@c]\ntoken_url = "
	    MS "t1/oauth2/v2.0/token\noauth2_scope = https://o/.default\n"
	    "oauth2_flow = client_credentials\nclient_id = i\n"
	    "jwt_certificate_path = /c.pem\njwt_key_path = /k.pem\n", NULL,
	    "b@c: grant=client_credentials tenant=t1 "
	    "scope=https://o/.default provider=microsoft client_id=i "
	    "client_key=/k.pem client_certificate=/c.pem |\n",
	    "--set provider=microsoft-hve" },
	/* The same scopes in another order are the preset's. */
	{ "email-oauth2-proxy", NULL, NULL, "[b@c]\ntoken_url = " MS
	    "common/oauth2/v2.0/token\noauth2_scope = https://o/SMTP  "
	    "https://o/IMAP\nclient_id = i\n", NULL, "b@c: tenant=common "
	    "client_id=i provider=microsoft |\n", "" },
	{ "email-oauth2-proxy", NULL, NULL, "[b@c]\ntoken_url = " MS
	    "common/oauth2/v2.0/token\noauth2_scope = https://o/SMTP\n"
	    "client_id = i\n", NULL, "b@c: tenant=common "
	    "scope=https://o/SMTP client_id=i provider=microsoft |\n", "" },
	{ "email-oauth2-proxy", NULL, NULL, "[b@c]\ntoken_url = " MS
	    "common/oauth2/v2.0/token\noauth2_scope = https://o/SMTP "
	    "https://o/POP https://o/IMAP\nclient_id = i\n", NULL, "b@c: "
	    "tenant=common scope=https://o/SMTP https://o/POP https://o/IMAP "
	    "client_id=i provider=microsoft |\n", "" },
	{ "email-oauth2-proxy", NULL, NULL, "[b@c]\noauth2_flow = "
	    "service_account\nclient_id = key\nclient_secret = " KEY "\n"
	    "[your.email@gmail.com]\nclient_id = *** your client id here ***\n"
	    "[@all.org]\nclient_id = i\n", NULL, "b@c: grant=jwt_bearer "
	    "provider=google | client_key=" KEY "\n",
	    "the sample's values, left out: 1" }
};

/* The words of one line in one order, whatever the table's. */
static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
sort_words(char *text, char *out, size_t size)
{
	char *words[64], *save_line = NULL, *save;
	char *line = strtok_r(text, "\n", &save_line);
	size_t n, i;

	for (out[0] = '\0'; line != NULL; line = strtok_r(NULL, "\n",
	    &save_line)) {
		n = 0;
		for (words[n] = strtok_r(line, " ", &save);
		    words[n] != NULL && n < 63; )
			words[++n] = strtok_r(NULL, " ", &save);
		qsort(words, n, sizeof(*words), compare_words);
		for (i = 0; i < n; i++)
			append(out, size, "%s ", words[i]);
		append(out, size, "\n");
	}
}

TABLE_TEST(good_files_become_accounts, good)
{
	static char expected[65536], sorted[65536], got[65536];

	im.name = good[_i].name;
	if (good[_i].path != NULL)
		im.path = good[_i].path;
	im.config = good[_i].config;
	im.config_len = im.config != NULL ? strlen(im.config) : 0;
	ck_assert_msg(run(good[_i].format, good[_i].text,
	    strlen(good[_i].text)) == 0, "%s", why.text);
	snprintf(expected, sizeof(expected), "%s", good[_i].found);
	sort_words(expected, sorted, sizeof(sorted));
	sort_words(dump, got, sizeof(got));
	ck_assert_str_eq(got, sorted);
	ck_assert_msg(strstr(notes, good[_i].note) != NULL, "%s", notes);
	if (*good[_i].note == '\0')
		ck_assert_str_eq(notes, "");
}

/* Refused files, and words that the text must have. */
static const struct {
	const char *format, *name, *text, *config, *says;
} refused[] = {
	{ "sasl-xoauth2", "a@b", "", NULL, "not" },
	{ "sasl-xoauth2", "a@b", "[1]", NULL, "not an object" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":", NULL, "breaks off" },
	{ "sasl-xoauth2", "a@b", "{}", NULL, "no refresh_token" },
	{ "sasl-xoauth2", "a@b", "{" CLIENT "}", NULL, "--config" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":7," CLIENT "}", NULL,
	    "no refresh_token" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\"}", NULL,
	    "--config /etc/sasl-xoauth2.conf" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\"}",
	    "{\"client_id\":\"CLIENT_ID_GOES_HERE\"}", "still the sample's" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\"}", "{}",
	    "--client-id" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"client_id\":7}", "{" CLIENT "}", "--client-id" },
	{ "sasl-xoauth2", "a@b", GOOD, "[]", "what --config names" },
	{ "sasl-xoauth2", NULL, GOOD, NULL, "NAME" },
	{ "sasl-xoauth2", "a@b", "{\"manage_token_externally\":true,"
	    "\"access_token\":\"SECRET\"," CLIENT "}", NULL,
	    "grant = command" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"client_id\":\"i\\nallow = *\"}", NULL, "client_id is" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SEC\\nRET\","
	    "\"client_id\":\"i\"}", NULL, "refresh_token is" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"client_id\":\"'i'\"}", NULL, "client_id is" },
	{ "sasl-xoauth2", NULL, "{\"refresh_token\":\"SECRET\","
	    "\"client_id\":\"i\",\"user\":\"../etc/x\"}", NULL, "'/'" },
	/* No guess with a secret in it. */
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\"," CLIENT
	    ",\"issuer\":\"https://as\"}", NULL, "issuer" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\"}", "{" CLIENT
	    ",\"tenant\":\"t\"}", "--set provider=NAME" },
	{ "sasl-xoauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"client_id\":\"5f3c1d2e-0a9b-4c8d-9e7f-1234567890ab\"}", NULL,
	    "sent nowhere" },
	{ "mutt_oauth2", "a@b", "{\"registration\":\"google\","
	    "\"refresh_token\":\"SECRET\","
	    "\"client_id\":\"5f3c1d2e-0a9b-4c8d-9e7f-1234567890ab\"}", NULL,
	    "sent nowhere" },
	{ "google-client", "a@b", "{\"installed\":{" CLIENT
	    ",\"auth_uri\":\"https://as/a\"}}", NULL, "sent nowhere" },
	{ "getmail", NULL, "{\"user\":\"a@b\"," CLIENT
	    ",\"refresh_token\":\"SECRET\"}", NULL, "sent nowhere" },
	{ "getmail", NULL, "{\"user\":\"a@b\"," CLIENT "}", NULL,
	    "no refresh_token" },
	/* A wider section counts only where the tool would look at it. */
	{ "email-oauth2-proxy", NULL, "[a@b.org]\nclient_id = own\n"
	    "[@b.org]\ntoken_url = https://as/t\n", NULL, "no token_url" },
	{ "email-oauth2-proxy", "x@b.org", "[@b.org]\nclient_id = i\n"
	    "token_url = https://as/t\n", NULL, "no account \"x@b.org\"" },
	{ "mutt_oauth2", "a@b", "-----BEGIN PGP MESSAGE-----\n", NULL,
	    "gpg --decrypt" },
	{ "mutt_oauth2", "a@b", "\205\001\014\003", NULL, "gpg --decrypt" },
	{ "mutt_oauth2", "a@b", "{\"refresh_token\":\"\"," CLIENT "}", NULL,
	    "no sign-in was completed" },
	{ "mutt_oauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"registration\":\"google\"}", NULL, "--client-id" },
	{ "mutt_oauth2", "a@b", "{\"refresh_token\":\"SECRET\","
	    "\"registration\":\"evil\"," CLIENT "}", NULL, "neither google" },
	{ "google-client", "a@b", KEY, NULL, "google-service-account" },
	{ "google-client", "a@b", "{" CLIENT ",\"refresh_token\":\"SECRET\"}",
	    NULL, "google-token" },
	{ "google-service-account", "a@b", "{" CLIENT ",\"refresh_token\":"
	    "\"SECRET\",\"type\":\"authorized_user\"}", NULL,
	    "google-token" },
	{ "google-token", "a@b", "{\"installed\":{" CLIENT "}}", NULL,
	    "google-client" },
	{ "google-token", "a@b", "{" CLIENT ",\"refresh_token\":\"SECRET\"}",
	    NULL, "no token_uri" },
	{ "google-token", "a@b", "{" CLIENT "}", NULL, "tokend login a@b" },
	{ "google-token", "a@b", "{" CLIENT ",\"refresh_token\":\"SECRET\","
	    "\"scopes\":[\"https://www.googleapis.com/auth/gmail.modify\"]}",
	    NULL, "not for mail" },
	{ "google-token", "a@b", "{\"client_id\":\"764086051850-x."
	    "apps.googleusercontent.com\",\"refresh_token\":\"SECRET\"}",
	    NULL, "not for mail" },
	{ "google-client", "a@b", "{\"other\":{" CLIENT "}}", NULL,
	    "neither" },
	{ "google-client", "a@b", "{\"installed\":\"x\"}", NULL, "neither" },
	{ "google-client", NULL, "{\"installed\":{" CLIENT "}}", NULL,
	    "NAME" },
	{ "google-client", "a@b", "{\"installed\":{}}", NULL, "client id" },
	{ "google-service-account", "a@b", "{\"installed\":{" CLIENT "}}",
	    NULL, "not the key" },
	{ "google-service-account", "a@b", "{\"type\":\"service_account\","
	    "\"client_email\":\"a@b\",\"private_key\":\"SECRET\"}", NULL,
	    "no private_key" },
	{ "google-service-account", "a@b", "{\"type\":\"service_account\","
	    "\"private_key\":\"-----BEGIN PRIVATE KEY-----SECRET\"}", NULL,
	    "no client_email" },
	{ "google-service-account", NULL, KEY, NULL, "NAME" },
	{ "email-oauth2-proxy", NULL, "{\"a\": 1}", NULL, "file:1" },
	{ "email-oauth2-proxy", NULL, "", NULL, "no account" },
	{ "email-oauth2-proxy", NULL, SERVERS_INI, NULL, "no account" },
	{ "email-oauth2-proxy", "x@y", ACCOUNT_INI, NULL,
	    "no account \"x@y\"" },
	{ "email-oauth2-proxy", NULL, "[a@b]\noauth2_flow = password\n", NULL,
	    "RFC 6749 4.3" },
	{ "email-oauth2-proxy", NULL, "[a@b]\noauth2_flow = service_account\n"
	    "client_id = file\nclient_secret = /k.json\n", NULL,
	    "google-service-account FILE a@b" },
	{ "email-oauth2-proxy", NULL, "[a@b]\nclient_id = i\n", NULL,
	    "token_url" },
	{ "email-oauth2-proxy", NULL, "[a@b]\nclient_id = one\n two\n"
	    "token_url = https://as/t\n", NULL, "client_id is" },
	{ "email-oauth2-proxy", NULL, "[a@b/c]\nclient_id = i\n", NULL,
	    "'/'" }
};

TABLE_TEST(what_is_of_no_use_is_refused, refused)
{
	im.name = refused[_i].name;
	im.config = refused[_i].config;
	im.config_len = im.config != NULL ? strlen(im.config) : 0;
	ck_assert_int_eq(run(refused[_i].format, refused[_i].text,
	    strlen(refused[_i].text)), -1);
	ck_assert_str_eq(dump, "");
	ck_assert_msg(strstr(why.text, refused[_i].says) != NULL, "%s",
	    why.text);
}

/* One bad account does not keep the others back. */
TEST(the_good_ones_of_several_are_taken)
{
	static const char text[] = "[bad1@x]\noauth2_flow = password\n"
	    ACCOUNT_INI "[bad2@x]\nclient_id = i\n";

	ck_assert_int_eq(run("email-oauth2-proxy", text, strlen(text)), -1);
	ck_assert_ptr_nonnull(strstr(dump, "a@gmail.com: "));
	ck_assert_ptr_null(strstr(dump, "@x"));
	ck_assert_ptr_nonnull(strstr(why.text, "bad1@x"));
	ck_assert_ptr_nonnull(strstr(notes, "bad2@x"));
}

TEST(what_is_given_goes_before_the_file)
{
	im.name = "work";
	im.client_id = "mine";
	im.client_secret = "SECRET-mine";
	ck_assert_msg(run("sasl-xoauth2", GOOD, strlen(GOOD)) == 0, "%s",
	    why.text);
	ck_assert_ptr_nonnull(strstr(dump, " client_id=mine"));
	ck_assert_ptr_nonnull(strstr(dump, " client_secret=SECRET-mine"));
	ck_assert_ptr_null(strstr(dump, "SECRET-c"));
}

/* What a file lacks may be given before it is judged. */
static const struct {
	const char *format, *text, *key, *value, *found;
} set[] = {
	{ "sasl-xoauth2", "{\"refresh_token\":\"SECRET\",\"issuer\":\"x\","
	    CLIENT "}", "provider", "google", " | refresh_token=SECRET" },
	{ "sasl-xoauth2", "{\"refresh_token\":\"SECRET\"}", "client_id", "id",
	    " client_id=id" },
	{ "sasl-xoauth2", "{" CLIENT "}", "grant", "client_credentials",
	    " grant=client_credentials" },
	{ "sasl-xoauth2", "{\"refresh_token\":\"SECRET\",\"token_endpoint\":"
	    "\"" MS "t1/oauth2/v2.0/token\"," CLIENT "}", "provider",
	    "microsoft", " tenant=t1" },
	{ "mutt_oauth2", "{\"registration\":\"ours\",\"refresh_token\":"
	    "\"SECRET\"," CLIENT "}", "token_endpoint", "https://as/t",
	    " client_id=id1 | refresh_token=SECRET" },
	{ "mutt_oauth2", "{\"registration\":\"google\",\"refresh_token\":"
	    "\"SECRET\"}", "client_id", "id", " client_id=id" },
	{ "getmail", "{\"refresh_token\":\"SECRET\"," CLIENT "}", "provider",
	    "google", " client_id=id1 | refresh_token=SECRET" },
	{ "email-oauth2-proxy", "[a@b]\nclient_id = i\n", "provider", "google",
	    "a@b: client_id=i |" },
	{ "email-oauth2-proxy", "[a@b]\ntoken_url = https://as/t\n",
	    "client_id", "id", " client_id=id" },
};

TABLE_TEST(what_is_set_is_known_before_the_file_is_judged, set)
{
	const struct conf_key *key = account_keys;
	char value[64];

	while (strcmp(key->name, set[_i].key) != 0)
		key++;
	snprintf(value, sizeof(value), "%s", set[_i].value);
	im.name = "a@b";
	*(char **)((char *)&im.set + key->offset) = value;
	ck_assert_msg(run(set[_i].format, set[_i].text,
	    strlen(set[_i].text)) == 0, "%s", why.text);
	ck_assert_msg(strstr(dump, set[_i].found) != NULL, "%s", dump);
}

TEST(tools_without_a_file_are_known)
{
	static const char *const tools[] = { "oama", "himalaya", "pizauth",
	    "offlineimap" };
	size_t i;

	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		ck_assert_ptr_null(format_find(tools[i], "NAME", &why));
		ck_assert_ptr_nonnull(strstr(why.text, "tokend login "));
		ck_assert_ptr_nonnull(strstr(why.text, "migration.md"));
	}
}

/* No recursion without bound, no memory without bound, no hang. */
LOOP_TEST(bombs_are_refused, 0, 10)
{
	static const char *const formats[] = { "sasl-xoauth2", "mutt_oauth2",
	    "getmail", "google-client", "google-service-account",
	    "google-token",
	    "email-oauth2-proxy" };
	static const char *const fillers[] = { "[", "{\"a\":", "{},", "\"",
	    " ", "\n ", "[a@b]\n", "x = ", "\\u0000", "\377" };
	char *text = malloc(IMPORT_FILE_MAX + 1);
	size_t i, n = strlen(fillers[_i]);

	ck_assert_ptr_nonnull(text);
	text[0] = '{';
	for (i = 1; i < IMPORT_FILE_MAX; i++)
		text[i] = fillers[_i][(i - 1) % n];
	text[IMPORT_FILE_MAX] = '\0';
	im.name = "a@b";
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		im.refused.code = STATUS_OK;
		ck_assert_int_eq(run(formats[i], text, IMPORT_FILE_MAX), -1);
	}
	ck_assert_str_eq(dump, "");
	free(text);
}

/* Whatever is cut off: an end, and nothing read that is not there. */
TABLE_TEST(files_that_break_off_do_no_harm, good)
{
	const char *text = good[_i].text;
	size_t len = strlen(text), i;
	char *part;

	im.name = "a@b";
	im.config = good[_i].config;
	im.config_len = im.config != NULL ? strlen(im.config) : 0;
	for (i = 0; i < len; i++) {
		dump[0] = notes[0] = '\0';
		im.count = 0;
		im.refused.code = STATUS_OK;
		part = malloc(i + 1);
		ck_assert_ptr_nonnull(part);
		memcpy(part, text, i);
		part[i] = '\0';
		/* Half a JSON text is none; half a configuration may be one. */
		if (run(good[_i].format, part, i) == 0)
			ck_assert_str_eq(good[_i].format,
			    "email-oauth2-proxy");
		free(part);
	}
}

TEST(a_key_may_not_be_too_long)
{
	size_t size = 20000, at;
	char *text = malloc(size);

	ck_assert_ptr_nonnull(text);
	memset(text, ' ', size);
	at = size - strlen(KEY);
	memcpy(text + at, KEY, strlen(KEY));
	im.name = "a@b";
	text[size - 1] = '\0';
	text[size - 2] = '}';
	text[size - 3] = '"';
	ck_assert_int_eq(run("google-service-account", text, size - 1), -1);
	ck_assert_msg(strstr(why.text, "too much") != NULL, "%s", why.text);
	free(text);
}

static void
check_no_format(const char *word, const char *says)
{
	ck_assert_ptr_null(format_find(word, "NAME", &why));
	ck_assert_msg(strstr(why.text, says) != NULL, "%s", why.text);
	ck_assert_ptr_null(strstr(why.text, "migration.md"));
}

TEST(other_formats_are_none)
{
	check_no_format("saslxoauth2", "did you mean \"sasl-xoauth2\"?");
	check_no_format("getmail6", "did you mean \"getmail\"?");
	check_no_format("mutt_oauth2.py", "did you mean \"mutt_oauth2\"?");
	check_no_format("outlook", "to import: see");
	check_no_format("", "to import: see");
	ck_assert_ptr_eq(format_find("SASL_xoauth2", "NAME", &why),
	    &format_sasl_xoauth2);
}

TEST(a_mark_before_the_text_is_left_out)
{
	static const char marked[] = "\357\273\277" GOOD;

	im.name = "a@b";
	ck_assert_int_eq(run("sasl-xoauth2", marked, sizeof(marked) - 1), 0);
	ck_assert_int_eq(run("sasl-xoauth2", GOOD, strlen(GOOD)), 0);
	ck_assert_int_eq(run("sasl-xoauth2", "", 0), -1);
	ck_assert_ptr_null(strstr(why.text, "UTF-16"));
	ck_assert_int_eq(run("sasl-xoauth2", "\377\376{\0", 4), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "UTF-16"));
	ck_assert_int_eq(run("sasl-xoauth2", "\376\377\0{", 4), -1);
	ck_assert_ptr_nonnull(strstr(why.text, "UTF-16"));
	im.config = "\357\273\277{}";
	im.config_len = 5;
	ck_assert_int_eq(run("sasl-xoauth2", GOOD, strlen(GOOD)), 0);
}
