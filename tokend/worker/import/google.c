/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * google.c - what Google's console lets one download: a client
 * (client_secret.json), and the key of a service account.
 */
#include <errno.h>
#include <string.h>

#include "base64.h"
#include "import/document.h"
#include "import/import_format.h"

#define GOOGLE "https://accounts.google.com/"
#define KEY_BEGIN "-----BEGIN "

static int
need_name(const struct import *im, struct found *f, struct failure *why)
{
	return found_name(im, f, NULL, NULL, why);
}

/* A client of type "Web" has its redirect URIs registered; see RFC 8252 7. */
static int
take_redirect(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	size_t i, count = jdoc_length(d, "redirect_uris");
	const char *uri = NULL;

	for (i = 0; i < count; i++) {
		uri = jdoc_element(d, "redirect_uris", i);
		if (uri != NULL && (strncmp(uri, "http://127.0.0.1", 16) == 0 ||
		    strncmp(uri, "http://[::1]", 12) == 0 ||
		    strncmp(uri, "http://localhost", 16) == 0))
			return found_key(im, &f->keys.redirect_uri,
			    "redirect_uris", uri, why);
	}
	import_note(im, "account \"%s\": this client is of type \"Web\" and "
	    "has no redirect to this machine: register one, and set "
	    "redirect_uri; or make a client of type \"Desktop\"", f->name);
	return 0;
}

/* The console of Google writes both; a file without one is not from there. */
static int
take_provider(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *token = jdoc_string(d, "token_uri");
	const char *authorization = jdoc_string(d, "auth_uri");

	if (token == NULL && !import_knows_where(im) &&
	    ((authorization != NULL && strncmp(authorization, GOOGLE,
	    strlen(GOOGLE)) != 0) || found_is_another(im, f, "google")))
		return found_nowhere(im, f, "no token_uri", why);
	return found_at(im, f, "google", token, why);
}

static int
take_client(struct import *im, struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *type = jdoc_string(d, "type");
	int is_web = 0;

	if (type != NULL && strcmp(type, "service_account") == 0)
		return fail(why, STATUS_CONFIG, "%.200s: is the key of a "
		    "service account: \"tokend import google-service-account "
		    "FILE NAME\"", im->path);
	if (jdoc_string(d, "refresh_token") != NULL)
		return fail(why, STATUS_CONFIG, "%.200s: holds a refresh "
		    "token: \"tokend import google-token FILE NAME\"",
		    im->path);
	if (jdoc_enter(d, "installed") == -1 &&
	    (is_web = jdoc_enter(d, "web") == 0) == 0)
		return fail(why, STATUS_CONFIG, "%.200s: has neither "
		    "\"installed\" nor \"web\" in it: download the client's "
		    "JSON from Google's console", im->path);
	if (need_name(im, f, why) == -1 || found_client(im, f,
	    jdoc_string(d, "client_id"), jdoc_string(d, "client_secret"),
	    why) == -1 || (is_web && take_redirect(im, d, f, why) == -1) ||
	    take_provider(im, d, f, why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_client(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	struct found f = FOUND_INIT;
	struct jdoc *d = document_parse(text, len, im->path,
	    "a client of Google's console", why);
	int result = d != NULL ? take_client(im, d, &f, why) : -1;

	found_free(&f);
	jdoc_free(d);
	return result;
}

static int
check_key(const struct import *im, const struct jdoc *d, struct failure *why)
{
	const char *type = jdoc_string(d, "type");
	const char *key = jdoc_string(d, "private_key");

	if (jdoc_string(d, "refresh_token") != NULL)
		return fail(why, STATUS_CONFIG, "%.200s: is not the key of a "
		    "service account, and holds a refresh token: \"tokend "
		    "import google-token FILE NAME\"", im->path);
	if (type == NULL || strcmp(type, "service_account") != 0)
		return fail(why, STATUS_CONFIG, "%.200s: is not the key of a "
		    "service account (no type \"service_account\")", im->path);
	if (key == NULL || strncmp(key, KEY_BEGIN, strlen(KEY_BEGIN)) != 0 ||
	    jdoc_string(d, "client_email") == NULL)
		return fail(why, STATUS_CONFIG, "%.200s: has no private_key "
		    "or no client_email: download a new key in Google's "
		    "console", im->path);
	return 0;
}

static int
keep_key(const struct import *im, const char *text, size_t len,
    struct buf *key, struct failure *why)
{
	if (base64_add(key, text, len) == 0)
		return 0;
	if (errno == ENOMEM)
		return fail_memory(why);
	return fail(why, STATUS_CONFIG, "%.200s: has %zu bytes, which is too "
	    "much for the key of a service account", im->path, len);
}

/* The mailbox is NAME: the key may sign for every one of its domain. */
static int
take_key(struct import *im, const char *text, size_t len, struct jdoc *d,
    struct found *f, struct failure *why)
{
	if (check_key(im, d, why) == -1 || need_name(im, f, why) == -1 ||
	    found_key(im, &f->keys.grant, "grant", "jwt_bearer", why) == -1 ||
	    keep_key(im, text, len, &f->credential.client_key, why) == -1 ||
	    found_at(im, f, "google", jdoc_string(d, "token_uri"), why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_key(struct import *im, const char *text, size_t len, struct failure *why)
{
	struct found f = FOUND_INIT;
	struct jdoc *d = document_parse(text, len, im->path,
	    "the key of a Google service account", why);
	int result = d != NULL ? take_key(im, text, len, d, &f, why) : -1;

	found_free(&f);
	jdoc_free(d);
	return result;
}

const struct source source_google_client = { "google-client", read_client };
const struct source source_google_service_account = {
	"google-service-account", read_key };
