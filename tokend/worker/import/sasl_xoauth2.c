/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sasl_xoauth2.c - the token files of tarickb/sasl-xoauth2, and its
 * configuration, whose members a token file may override.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "import/document.h"
#include "import/import_format.h"

#define MIN_VALID_DEFAULT 60	/* seconds, as account.c has it */
#define MIN_VALID_MOST 86400

struct files {
	struct jdoc *token;
	struct jdoc *config;	/* or NULL */
};

static const char *
member(const struct files *files, const char *name)
{
	const char *value = jdoc_string(files->token, name);

	if (value == NULL && files->config != NULL &&
	    !jdoc_has(files->token, name))
		value = jdoc_string(files->config, name);
	return value;
}

static int
says_yes(const struct files *files, const char *name)
{
	return document_says_yes(files->token, name) ||
	    (files->config != NULL && !jdoc_has(files->token, name) &&
	    document_says_yes(files->config, name));
}

/* Token files are called like the user: /etc/tokens/alice@example.org. */
static const char *
file_user(const struct import *im)
{
	const char *slash = strrchr(im->path, '/');
	const char *name = slash != NULL ? slash + 1 : im->path;

	return strchr(name, '@') != NULL ? name : NULL;
}

/* The tool's refresh_window is what we call min_valid. */
static int
take_window(const struct import *im, const struct files *files,
    struct found *f, struct failure *why)
{
	char text[32];
	int64_t window;

	if (jdoc_integer(files->token, "refresh_window", &window) == -1 &&
	    (files->config == NULL || jdoc_integer(files->config,
	    "refresh_window", &window) == -1))
		return 0;
	if (window <= MIN_VALID_DEFAULT || window > MIN_VALID_MOST)
		return 0;
	snprintf(text, sizeof(text), "%" PRId64, window);
	return found_key(im, &f->keys.min_valid, "refresh_window", text, why);
}

/* An account's file may be shown, so a proxy's password is left out. */
static int
take_network(struct import *im, const struct files *files, struct found *f,
    struct failure *why)
{
	const char *proxy = member(files, "proxy");

	if (proxy != NULL && strchr(proxy, '@') != NULL) {
		import_note(im, "account \"%s\": its proxy has a password in "
		    "it, and was left out: add proxy = ... to the account's "
		    "file", f->name);
		proxy = NULL;
	}
	return found_key(im, &f->keys.proxy, "proxy", proxy, why) == -1 ||
	    found_key(im, &f->keys.ca_file, "ca_bundle_file",
	    member(files, "ca_bundle_file"), why) == -1 ||
	    found_key(im, &f->keys.ca_dir, "ca_certs_dir",
	    member(files, "ca_certs_dir"), why) == -1 ? -1 : 0;
}

static int
take_grant(struct import *im, const struct files *files, struct found *f,
    struct failure *why)
{
	const char *token = jdoc_string(files->token, "refresh_token");

	/* What was said by hand decides. */
	if (im->set.grant != NULL)
		return found_token(im, f, token, why) == -1 ? -1 : found_key(
		    im, &f->keys.grant, "grant", im->set.grant, why);
	if (says_yes(files, "manage_token_externally") ||
	    says_yes(files, "external_token_manager"))
		return fail(why, STATUS_CONFIG, "account \"%.100s\": another "
		    "program puts its access tokens into %.150s, and only "
		    "that one can get new ones: have tokend run it, grant = "
		    "command in tokend.conf(5)", f->name, im->path);
	if (says_yes(files, "use_client_credentials"))
		return found_key(im, &f->keys.grant, "grant",
		    "client_credentials", why);
	if (token == NULL || *token == '\0')
		return fail(why, STATUS_CONFIG, "%.200s: has no refresh_token: "
		    "the file to import is the one that the password map "
		    "names, and %s goes with --config", im->path,
		    "/etc/sasl-xoauth2.conf");
	return found_secret(im, &f->credential.refresh_token, "refresh_token",
	    token, why);
}

/* As other tools call what this one calls token_endpoint. */
static const char *
find_endpoint(const struct files *files)
{
	static const char *const names[] = { "token_endpoint", "token_uri",
	    "token_url" };
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((value = member(files, names[i])) != NULL &&
		    *value != '\0')
			return value;
	return NULL;
}

/*
 * Where nothing is said, that tool asks Google. But a file with members that
 * it does not know is another's, and a client id may have another provider's
 * form: then this is a guess, with a secret in it.
 */
static int
take_provider(struct import *im, const struct files *files, struct found *f,
    struct failure *why)
{
	static const char *const known[] = { "access_token", "refresh_token",
	    "expiry", "user", "client_id", "client_secret", "token_endpoint",
	    "proxy", "ca_bundle_file", "ca_certs_dir", "refresh_window",
	    "scope", "use_client_credentials", "manage_token_externally",
	    "external_token_manager", "log_full_trace_on_failure",
	    "log_to_syslog_on_failure", "always_log_to_syslog", NULL };
	const char *endpoint = find_endpoint(files), *other;

	if (endpoint != NULL)
		return found_provider(im, f, endpoint, NULL, why);
	if ((other = jdoc_unknown(files->token, known)) == NULL &&
	    files->config != NULL)
		other = jdoc_unknown(files->config, known);
	if (other == NULL && !found_is_another(im, f, "google"))
		return found_at(im, f, "google", NULL, why);
	if (import_knows_where(im))
		return 0;
	return other == NULL ? found_nowhere(im, f, "no token_endpoint, and "
	    "the client id is not Google's", why) : fail(why, STATUS_CONFIG,
	    "account \"%.100s\": sasl-xoauth2 has no member %.40s, and there "
	    "is no token_endpoint: whose tokens these are is not known: say "
	    "it by --set provider=NAME", f->name, other);
}

static int
take_account(struct import *im, const struct files *files, struct found *f,
    struct failure *why)
{
	if (found_name(im, f, file_user(im), jdoc_string(files->token, "user"),
	    why) == -1 || take_grant(im, files, f, why) == -1)
		return -1;
	if (member(files, "client_id") == NULL && im->client_id == NULL &&
	    im->set.client_id == NULL && files->config == NULL)
		return fail(why, STATUS_CONFIG, "account \"%.100s\": %.150s "
		    "has no client id: give the tool's own file too, --config "
		    "/etc/sasl-xoauth2.conf", f->name, im->path);
	if (found_client(im, f, member(files, "client_id"),
	    member(files, "client_secret"), why) == -1 ||
	    found_key(im, &f->keys.scope, "scope", member(files, "scope"),
	    why) == -1 ||
	    take_network(im, files, f, why) == -1 ||
	    take_window(im, files, f, why) == -1 ||
	    take_provider(im, files, f, why) == -1)
		return -1;
	return import_take(im, f, why);
}

static int
read_files(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	struct files files = { .token = NULL };
	struct found f = FOUND_INIT;
	int result = -1;

	files.token = document_parse(text, len, im->path,
	    "a token file of sasl-xoauth2", why);
	if (files.token != NULL && im->config != NULL)
		files.config = document_parse(im->config, im->config_len,
		    "what --config names", "the configuration of "
		    "sasl-xoauth2", why);
	if (files.token != NULL && (im->config == NULL ||
	    files.config != NULL))
		result = take_account(im, &files, &f, why);
	found_free(&f);
	jdoc_free(files.config);
	jdoc_free(files.token);
	return result;
}

const struct source source_sasl_xoauth2 = { "sasl-xoauth2", read_files };
