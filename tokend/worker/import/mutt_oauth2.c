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
#include "import/import.h"

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

static int
take_provider(struct import *im, const char *registration, struct found *f,
    struct failure *why)
{
	if (registration != NULL && strcmp(registration, "google") == 0)
		return found_at(im, f, "google", NULL, why);
	if (registration == NULL || strcmp(registration, "microsoft") != 0)
		return fail(why, STATUS_CONFIG, "account \"%.100s\": its "
		    "registration in %.150s is neither google nor microsoft, "
		    "so its endpoints are not known: write its file, "
		    "tokend.conf(5)", f->name, im->path);
	if (found_provider(im, f, MICROSOFT, NULL, why) == -1)
		return -1;
	import_note(im, "account \"%s\": in the script that mutt ships the "
	    "tenant is common: where yours has another one, give it, --set "
	    "tenant=ID", f->name);
	return 0;
}

static int
take_account(struct import *im, const struct jdoc *d, struct found *f,
    struct failure *why)
{
	const char *token = jdoc_string(d, "refresh_token");
	const char *id = jdoc_string(d, "client_id");

	if (found_name(im, f, jdoc_string(d, "email"),
	    jdoc_string(d, "email"), why) == -1)
		return -1;
	if (token == NULL || *token == '\0')
		return fail(why, STATUS_CONFIG, "account \"%.100s\": %.200s "
		    "has no refresh_token: nobody signed in with it yet",
		    f->name, im->path);
	if ((id == NULL || *id == '\0') && im->client_id == NULL)
		return fail(why, STATUS_CONFIG, "account \"%.100s\": client id "
		    "and secret stand in the script mutt_oauth2.py: give them "
		    "with --client-id, and --client-secret-stdin if there is "
		    "one", f->name);
	if (found_client(im, f, id, jdoc_string(d, "client_secret"),
	    why) == -1 || found_secret(im, &f->credential.refresh_token,
	    "refresh_token", token, why) == -1 ||
	    take_provider(im, jdoc_string(d, "registration"), f, why) == -1)
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
