/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * token_files.c - the token files of tarickb/sasl-xoauth2 (with its own
 * configuration), of the mutt_oauth2.py that comes with mutt and neomutt, and
 * of getmail6 (use_xoauth2): one JSON object each.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "import/reading.h"

#define MIN_VALID_DEFAULT 60	/* seconds, as account.c has it */
#define MIN_VALID_MOST 86400
#define MICROSOFT \
	"https://login.microsoftonline.com/common/oauth2/v2.0/token"

/*
 * sasl-xoauth2: a token file's members go before the configuration's
 */

/* The JSON value true, and the strings "yes" and "true". */
static int
is_yes(const struct reading *r, const char *name)
{
	const struct jdoc *d = r->config == NULL ||
	    jdoc_has(r->document, name) ? r->document : r->config;
	const char *word = jdoc_string(d, name);

	return jdoc_is_true(d, name) || (word != NULL &&
	    (strcasecmp(word, "yes") == 0 || strcasecmp(word, "true") == 0));
}

static int
take_sasl_grant(struct reading *r)
{
	if (is_yes(r, "manage_token_externally") ||
	    is_yes(r, "external_token_manager"))
		return reading_fail(r, "another program puts its access tokens "
		    "there, and only that one can get new ones: have tokend "
		    "run it, grant = command in tokend.conf(5)");
	return is_yes(r, "use_client_credentials") ? reading_set(r,
	    &r->found.keys.grant, "grant", "client_credentials") : 0;
}

/* The tool's refresh_window is what tokend calls min_valid. */
static const char *
convert_window(struct reading *r, const char *name)
{
	int64_t window = 0;

	if (jdoc_integer(r->document, name, &window) == -1 &&
	    r->config != NULL)
		(void)jdoc_integer(r->config, name, &window);
	if (window <= MIN_VALID_DEFAULT || window > MIN_VALID_MOST)
		return NULL;
	snprintf(r->number, sizeof(r->number), "%" PRId64, window);
	return r->number;
}

/* An account's file may be shown, so a proxy's password is left out. */
static const char *
convert_proxy(struct reading *r, const char *name)
{
	const char *proxy = reading_member(r, name);

	if (proxy == NULL || strchr(proxy, '@') == NULL)
		return proxy;
	reading_note(r, "its proxy has a password in it, and was left out: "
	    "add proxy = ... to the account's file");
	return NULL;
}

static const struct member sasl_members[] = {
	{ "refresh_token", MEMBER_TOKEN, NULL },
	{ "user", MEMBER_USER, NULL },
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "token_endpoint", MEMBER_ENDPOINT, NULL },
	{ "scope", MEMBER_KEY(scope), NULL },
	{ "proxy", MEMBER_KEY(proxy), convert_proxy },
	{ "ca_bundle_file", MEMBER_KEY(ca_file), NULL },
	{ "ca_certs_dir", MEMBER_KEY(ca_dir), NULL },
	{ "refresh_window", MEMBER_KEY(min_valid), convert_window },
	{ "access_token", MEMBER_UNUSED, NULL },
	{ "expiry", MEMBER_UNUSED, NULL },
	{ "use_client_credentials", MEMBER_UNUSED, NULL },
	{ "manage_token_externally", MEMBER_UNUSED, NULL },
	{ "external_token_manager", MEMBER_UNUSED, NULL },
	{ "log_full_trace_on_failure", MEMBER_UNUSED, NULL },
	{ "log_to_syslog_on_failure", MEMBER_UNUSED, NULL },
	{ "always_log_to_syslog", MEMBER_UNUSED, NULL },
	/* What other tools call the token endpoint. */
	{ "token_uri", MEMBER_ENDPOINT, NULL },
	{ "token_url", MEMBER_ENDPOINT, NULL },
	{ NULL, 0, NULL }
};

/*
 * Where nothing is said, that tool asks Google. But a file with members that
 * it does not know is another's, and a client id may have another provider's
 * form: then Google is a guess, with a secret in it.
 */
static int
check_sasl_default(struct reading *r)
{
	const char *known[sizeof(sasl_members) / sizeof(sasl_members[0])];
	const char *other;
	size_t i = 0;

	do
		known[i] = sasl_members[i].name;
	while (known[i++] != NULL);
	if ((other = jdoc_unknown(r->document, known)) == NULL &&
	    r->config != NULL)
		other = jdoc_unknown(r->config, known);
	if (other != NULL)
		return reading_fail(r, "sasl-xoauth2 has no member %.40s, and "
		    "there is no token_endpoint, so the provider of these "
		    "tokens is not known: say it by --set provider=NAME",
		    other);
	return match_is_other(r, "google") ? reading_fail_nowhere(r,
	    "no token_endpoint, and the client id is not Google's") : 0;
}

const struct format format_sasl_xoauth2 = {
	.word = "sasl-xoauth2",
	.should_be = "a token file of sasl-xoauth2",
	.config_should_be = "the configuration of sasl-xoauth2",
	.members = sasl_members,
	.no_token = "has no refresh_token: the file to import is the one that "
	    "the password map names, and /etc/sasl-xoauth2.conf goes with "
	    "--config",
	.no_client = "has no client id: give the tool's own file too, --config "
	    "/etc/sasl-xoauth2.conf",
	.is_named_by_path = 1,
	.take_grant = take_sasl_grant,
	.check_default = check_sasl_default
};

/*
 * mutt_oauth2.py: client id and secret are in mutt's script itself; neomutt's
 * puts them into the token file. A registration is the provider's name. A user
 * who edited the script may have put endpoint and tenant into the file.
 */

static const char *
convert_registration(struct reading *r, const char *name)
{
	return reading_says(r, name, "microsoft") ? MICROSOFT : NULL;
}

static const struct member mutt_members[] = {
	{ "email", MEMBER_USER, NULL },
	{ "refresh_token", MEMBER_TOKEN, NULL },
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "token_endpoint", MEMBER_ENDPOINT, NULL },
	{ "token_uri", MEMBER_ENDPOINT, NULL },
	{ "registration", MEMBER_ENDPOINT, convert_registration },
	{ NULL, 0, NULL }
};

static int
check_mutt_default(struct reading *r)
{
	if (!reading_says(r, "registration", "google"))
		return reading_fail(r, "its registration is neither google nor "
		    "microsoft, so its endpoints are not known: give --set "
		    "provider=NAME, or --set token_endpoint=URL and --set "
		    "hosts=HOST");
	return match_is_other(r, "google") ? reading_fail_nowhere(r,
	    "the client id is not Google's") : 0;
}

static int
take_mutt_tenant(struct reading *r)
{
	const char *endpoint = reading_value(r, MEMBER_ENDPOINT);
	const char *tenant = reading_member(r, "tenant");

	if (endpoint == NULL || strcmp(endpoint, MICROSOFT) != 0)
		return 0;
	if (tenant == NULL && r->im->set.tenant == NULL)
		reading_note(r, "in the script that mutt ships the tenant is "
		    "common: where yours has another one, give it, --set "
		    "tenant=ID");
	return reading_set(r, &r->found.keys.tenant, "tenant", tenant);
}

const struct format format_mutt_oauth2 = {
	.word = "mutt_oauth2",
	.should_be = "a token file of mutt_oauth2.py",
	.members = mutt_members,
	.not_json = "is not JSON, so it is encrypted as mutt_oauth2.py does "
	    "it: \"gpg --decrypt FILE | tokend import mutt_oauth2 -\" takes "
	    "it, with the same options",
	.no_client = "client id and secret are in the script mutt_oauth2.py: "
	    "give them with --client-id, and --client-secret-stdin if there "
	    "is a secret",
	.check_default = check_mutt_default,
	.complete = take_mutt_tenant
};

static const struct member getmail_members[] = {
	{ "user", MEMBER_USER, NULL },
	{ "refresh_token", MEMBER_TOKEN, NULL },
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "scope", MEMBER_KEY(scope), NULL },
	{ "token_uri", MEMBER_ENDPOINT, NULL },
	{ "auth_uri", MEMBER_AUTHORIZATION, NULL },
	{ NULL, 0, NULL }
};

static int
check_getmail_default(struct reading *r)
{
	return reading_fail_nowhere(r, "no token_uri");
}

const struct format format_getmail = {
	.word = "getmail",
	.should_be = "a token file of getmail",
	.members = getmail_members,
	.check_default = check_getmail_default
};
