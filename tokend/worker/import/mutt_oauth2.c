/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mutt_oauth2.c - the token files of the mutt_oauth2.py that comes with mutt
 * and neomutt: JSON, which it keeps encrypted.
 *
 * Client id and secret stand in mutt's script itself; neomutt's puts them into
 * the token file. A registration is the provider's name; Microsoft's has the
 * tenant `common`, unless somebody edited the script.
 */
#include <string.h>

#include "import/document.h"
#include "import/import_format.h"

#define MICROSOFT \
	"https://login.microsoftonline.com/common/oauth2/v2.0/token"

static int
fail_encrypted(const struct import *im, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "%.150s: is no JSON, so it is "
	    "encrypted as mutt_oauth2.py does it: \"gpg --decrypt FILE | "
	    "tokend import mutt_oauth2 -\" takes it, with the same options",
	    im->path);
}

/* Whoever edited the script may have put these into the file. */
static const char *
find_endpoint(const struct jdoc *d)
{
	const char *value = jdoc_string(d, "token_endpoint");

	return value != NULL && *value != '\0' ? value :
	    jdoc_string(d, "token_uri");
}

static int
take_microsoft(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *tenant = jdoc_string(d, "tenant");

	if (found_provider(im, f, MICROSOFT, NULL, why) == -1)
		return -1;
	if (tenant != NULL && *tenant != '\0')
		return found_key(im, &f->keys.tenant, "tenant", tenant, why);
	if (im->set.tenant == NULL)
		import_note(im, "account \"%s\": in the script that mutt "
		    "ships the tenant is common: where yours has another one, "
		    "give it, --set tenant=ID", f->name);
	return 0;
}

static int
take_provider(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *registration = jdoc_string(d, "registration");
	const char *endpoint = find_endpoint(d);

	if (endpoint != NULL && *endpoint != '\0')
		return found_provider(im, f, endpoint, NULL, why);
	if (registration != NULL && strcmp(registration, "microsoft") == 0)
		return take_microsoft(im, d, f, why);
	if (registration != NULL && strcmp(registration, "google") == 0 &&
	    !found_is_another(im, f, "google"))
		return found_at(im, f, "google", NULL, why);
	if (import_knows_where(im))
		return 0;
	if (registration != NULL && strcmp(registration, "google") == 0)
		return found_nowhere(im, f, "the client id is not Google's",
		    why);
	return fail(why, STATUS_CONFIG, "account \"%.100s\": its "
	    "registration in %.150s is neither google nor microsoft, so its "
	    "endpoints are not known: give --set provider=NAME, or --set "
	    "token_endpoint=URL and --set hosts=HOST", f->name, im->path);
}

static int
take_account(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *id = jdoc_string(d, "client_id");

	if (found_name(im, f, jdoc_string(d, "email"),
	    jdoc_string(d, "email"), why) == -1 || found_token(im, f,
	    jdoc_string(d, "refresh_token"), why) == -1)
		return -1;
	if ((id == NULL || *id == '\0') && im->client_id == NULL &&
	    im->set.client_id == NULL)
		return fail(why, STATUS_CONFIG, "account \"%.100s\": client id "
		    "and secret stand in the script mutt_oauth2.py: give them "
		    "with --client-id, and --client-secret-stdin if there is "
		    "one", f->name);
	if (found_client(im, f, id, jdoc_string(d, "client_secret"),
	    why) == -1 || take_provider(im, d, f, why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_file(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	struct found f = FOUND_INIT;
	struct jdoc *d;
	int result = -1;

	if (text[strspn(text, " \t\r\n")] != '{')
		return fail_encrypted(im, why);
	d = document_parse(text, len, im->path, "a token file of "
	    "mutt_oauth2.py", why);
	if (d != NULL)
		result = take_account(im, d, &f, why);
	found_free(&f);
	jdoc_free(d);
	return result;
}

const struct source source_mutt_oauth2 = { "mutt_oauth2", read_file };
