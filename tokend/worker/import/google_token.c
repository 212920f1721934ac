/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * google_token.c - what programs write with Google's own libraries: token.json
 * of google-auth, "authorized_user" files, .credentials of oauth2client
 * (lieer). One JSON object with the client and its refresh token.
 */
#include <fnmatch.h>
#include <string.h>

#include "import/document.h"
#include "import/import_format.h"

#define MAIL_SCOPE "https://mail.google.com/"
#define CLIENT_FORM "*.apps.googleusercontent.com"

/* The clients of gcloud itself, which Google gives no mail. */
static const char *const gcloud[] = { "764086051850-*", "32555940559.*" };

static int
is_gclouds(const char *id)
{
	size_t i;

	for (i = 0; id != NULL && i < sizeof(gcloud) / sizeof(gcloud[0]); i++)
		if (fnmatch(gcloud[i], id, 0) == 0)
			return 1;
	return 0;
}

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
check_consent(const struct import *im, const struct jdoc *d,
    const struct found *f, struct failure *why)
{
	if (!is_gclouds(f->keys.client_id) && !has_other_scopes(d))
		return 0;
	return fail(why, STATUS_CONFIG, "account \"%.100s\": the consent in "
	    "%.150s is not for mail (" MAIL_SCOPE "), so no mail server takes "
	    "its tokens: make a client of your own in Google's console, and "
	    "sign in with \"tokend login\"", f->name, im->path);
}

static int
take_provider(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *token = jdoc_string(d, "token_uri");

	if ((token == NULL || *token == '\0') && !import_knows_where(im) &&
	    fnmatch(CLIENT_FORM, f->keys.client_id, 0) != 0)
		return found_nowhere(im, f, "no token_uri, and the client id "
		    "is not Google's", why);
	return token == NULL || *token == '\0' ?
	    found_at(im, f, "google", NULL, why) :
	    found_provider(im, f, token, NULL, why);
}

static int
take_account(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	if (found_name(im, f, jdoc_string(d, "account"), NULL, why) == -1 ||
	    found_client(im, f, jdoc_string(d, "client_id"),
	    jdoc_string(d, "client_secret"), why) == -1 ||
	    check_consent(im, d, f, why) == -1 || found_token(im, f,
	    jdoc_string(d, "refresh_token"), why) == -1 ||
	    take_provider(im, d, f, why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_file(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	struct found f = FOUND_INIT;
	struct jdoc *d = document_parse(text, len, im->path,
	    "a token file of a program with Google's library", why);
	int result = -1;

	if (d != NULL && jdoc_string(d, "refresh_token") == NULL &&
	    jdoc_string(d, "client_id") == NULL)
		fail(why, STATUS_CONFIG, "%.200s: has neither client_id nor "
		    "refresh_token: a client is taken by \"tokend import "
		    "google-client\", a service account's key by \"tokend "
		    "import google-service-account\"", im->path);
	else if (d != NULL)
		result = take_account(im, d, &f, why);
	found_free(&f);
	jdoc_free(d);
	return result;
}

const struct source source_google_token = { "google-token", read_file };
