/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * google_files.c - what Google's console gives for download: a client
 * (client_secret.json), and the key of a service account; and what programs
 * write with Google's own libraries: token.json of google-auth,
 * "authorized_user" files, .credentials of oauth2client (lieer).
 */
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#include "base/base64.h"
#include "import/reading.h"

#define GOOGLE "https://accounts.google.com/"
#define KEY_BEGIN "-----BEGIN "
#define MAIL_SCOPE "https://mail.google.com/"
#define CLIENT_FORM "*.apps.googleusercontent.com"

/* The clients of gcloud itself, which Google gives no mail. */
static const char *const gcloud[] = { "764086051850-*", "32555940559.*" };

static int
fail_kind(struct reading *r, const char *is, const char *format)
{
	return reading_fail(r, "%s: \"tokend import %s FILE NAME\"", is,
	    format);
}

/*
 * A client
 */

static int
recognise_client(struct reading *r)
{
	if (reading_says(r, "type", "service_account"))
		return fail_kind(r, "is the key of a service account",
		    "google-service-account");
	if (reading_member(r, "refresh_token") != NULL)
		return fail_kind(r, "holds a refresh token", "google-token");
	if (jdoc_enter(r->document, "installed") == 0)
		return 0;
	r->is_web = jdoc_enter(r->document, "web") == 0;
	return r->is_web ? 0 : reading_fail(r, "has neither \"installed\" nor "
	    "\"web\" in it: download the client's JSON from Google's "
	    "console");
}

/* A client of type "Web" has its redirect URIs registered; see RFC 8252 7. */
static const char *
convert_redirects(struct reading *r, const char *name)
{
	static const char *const loopback[] = { "http://127.0.0.1",
	    "http://[::1]", "http://localhost" };
	size_t i, n, count = r->is_web ? jdoc_length(r->document, name) : 0;
	const char *uri;

	for (i = 0; i < count; i++) {
		uri = jdoc_element(r->document, name, i);
		for (n = 0; uri != NULL && n < 3; n++)
			if (strncmp(uri, loopback[n], strlen(loopback[n])) ==
			    0)
				return uri;
	}
	if (r->is_web)
		reading_note(r, "this client is of type \"Web\" and has no "
		    "redirect to this machine: register one, and set "
		    "redirect_uri; or make a client of type \"Desktop\"");
	return NULL;
}

static const struct member client_members[] = {
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "redirect_uris", MEMBER_KEY(redirect_uri), convert_redirects },
	{ "token_uri", MEMBER_ENDPOINT, NULL },
	{ NULL, 0, NULL }
};

/* The console writes both addresses; a file without one is not from there. */
static int
check_client_default(struct reading *r)
{
	const char *address = reading_member(r, "auth_uri");

	return (address == NULL || strncmp(address, GOOGLE,
	    strlen(GOOGLE)) == 0) && !match_is_other(r, "google") ? 0 :
	    reading_fail_nowhere(r, "no token_uri");
}

const struct format format_google_client = {
	.word = "google-client",
	.should_be = "a client of Google's console",
	.members = client_members,
	.is_google = 1,
	.is_google_endpoint = 1,
	.recognise = recognise_client,
	.check_default = check_client_default
};

/*
 * A token
 */

static int
recognise_token(struct reading *r)
{
	return jdoc_string(r->document, "refresh_token") != NULL ||
	    jdoc_string(r->document, "client_id") != NULL ? 0 :
	    reading_fail(r, "has neither client_id nor refresh_token: "
	    "\"tokend import google-client\" takes a client, \"tokend import "
	    "google-service-account\" a service account's key");
}

static const struct member token_members[] = {
	{ "account", MEMBER_NAME, NULL },
	{ "refresh_token", MEMBER_TOKEN, NULL },
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "token_uri", MEMBER_ENDPOINT, NULL },
	{ NULL, 0, NULL }
};

/* True if the file says what was consented to, and mail is not in it. */
static int
has_other_scopes(const struct jdoc *d)
{
	const size_t count = jdoc_length(d, "scopes");
	const char *scope = jdoc_string(d, "scopes");
	size_t i;

	if (scope == NULL)
		scope = jdoc_string(d, "scope");
	if (scope != NULL && *scope != '\0')
		return strstr(scope, MAIL_SCOPE) == NULL;
	for (i = 0; i < count; i++)
		if ((scope = jdoc_element(d, "scopes", i)) != NULL &&
		    strcmp(scope, MAIL_SCOPE) == 0)
			return 0;
	return count > 0;
}

static int
check_consent(struct reading *r)
{
	const char *id = r->found.keys.client_id;

	if (fnmatch(gcloud[0], id, 0) != 0 && fnmatch(gcloud[1], id, 0) != 0 &&
	    !has_other_scopes(r->document))
		return 0;
	return reading_fail(r, "its consent is not for mail (" MAIL_SCOPE "), "
	    "so no mail server takes its tokens: make a client of your own in "
	    "Google's console, and sign in with \"tokend login\"");
}

static int
check_token_default(struct reading *r)
{
	return fnmatch(CLIENT_FORM, r->found.keys.client_id, 0) == 0 ? 0 :
	    reading_fail_nowhere(r, "no token_uri, and the client id is not "
	    "Google's");
}

const struct format format_google_token = {
	.word = "google-token",
	.should_be = "a token file of a program with Google's library",
	.members = token_members,
	.is_google = 1,
	.recognise = recognise_token,
	.check_consent = check_consent,
	.check_default = check_token_default
};

/*
 * The key of a service account. The mailbox is NAME: the key may sign for
 * every one of its domain.
 */

static int
recognise_key(struct reading *r)
{
	const char *key = reading_member(r, "private_key");

	if (reading_member(r, "refresh_token") != NULL)
		return fail_kind(r, "is not the key of a service account, and "
		    "holds a refresh token", "google-token");
	if (!reading_says(r, "type", "service_account"))
		return reading_fail(r, "is not the key of a service account "
		    "(no type \"service_account\")");
	if (key == NULL || strncmp(key, KEY_BEGIN, strlen(KEY_BEGIN)) != 0 ||
	    jdoc_string(r->document, "client_email") == NULL)
		return reading_fail(r, "has no private_key or no client_email: "
		    "download a new key in Google's console");
	return 0;
}

int
google_take_key(struct reading *r, const char *text, size_t len,
    const struct jdoc *document)
{
	struct found *f = &r->found;

	if (base64_add(&f->credential.client_key, text, len) == -1)
		return errno == ENOMEM ? fail_memory(r->why) : reading_fail(r,
		    "its key has %zu bytes, which is too much for the key of "
		    "a service account", len);
	return reading_set(r, &f->keys.grant, "grant", "jwt_bearer") == -1 ?
	    -1 : match_preset(r, "google", jdoc_string(document,
	    "token_uri"));
}

static int
take_key_file(struct reading *r)
{
	return google_take_key(r, r->text, r->len, r->document);
}

static const struct member no_members[] = { { NULL, 0, NULL } };

const struct format format_google_service_account = {
	.word = "google-service-account",
	.should_be = "the key of a Google service account",
	.members = no_members,
	.recognise = recognise_key,
	.complete = take_key_file
};
