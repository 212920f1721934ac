/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * getmail.c - the token files of getmail6 (use_xoauth2), one JSON object with
 * the client, its endpoints, the mailbox and the refresh token.
 */
#include "import/document.h"
#include "import/import_format.h"

static int
take_account(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *endpoint = jdoc_string(d, "token_uri");

	if (found_name(im, f, jdoc_string(d, "user"), jdoc_string(d, "user"),
	    why) == -1 || found_token(im, f, jdoc_string(d, "refresh_token"),
	    why) == -1 || found_client(im, f, jdoc_string(d, "client_id"),
	    jdoc_string(d, "client_secret"), why) == -1 ||
	    found_key(im, &f->keys.scope, "scope", jdoc_string(d, "scope"),
	    why) == -1)
		return -1;
	if ((endpoint == NULL || *endpoint == '\0') && !import_knows_where(im))
		return found_nowhere(im, f, "token_uri", why);
	if (found_provider(im, f, endpoint, jdoc_string(d, "auth_uri"),
	    why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_file(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	struct found f = FOUND_INIT;
	struct jdoc *d = document_parse(text, len, im->path,
	    "a token file of getmail", why);
	int result = d != NULL ? take_account(im, d, &f, why) : -1;

	found_free(&f);
	jdoc_free(d);
	return result;
}

const struct source source_getmail = { "getmail", read_file };
