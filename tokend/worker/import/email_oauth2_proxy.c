/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * email_oauth2_proxy.c - the configuration of simonrob/email-oauth2-proxy:
 * sections [IMAP-1993] for servers, [user@example.org] for accounts.
 *
 * Its tokens are encrypted with the password that the mail program uses with
 * the proxy, and stay where they are: the person signs in once more.
 */
#include <string.h>
#include <strings.h>

#include "import/ini.h"
#include "import/reading.h"
#include "base/shell_word.h"

#define USUAL_REDIRECT "http://localhost"
#define HOSTS_MAX 4096

#define NOWHERE ((size_t)-1)

/* An account's section, or a server's. */
struct section {
	const struct ini *ini;
	size_t at;		/* NOWHERE: the account has none of its own */
	size_t domain, all;	/* [@its-domain] and [@], or NOWHERE */
};

static size_t
find_section(const struct ini *ini, const char *name)
{
	const char *is;
	size_t i;

	for (i = 0; (is = ini_section(ini, i)) != NULL; i++)
		if (strcmp(is, name) == 0)
			return i;
	return NOWHERE;
}

/* An option that is there, though empty, hides the wider sections' one. */
static const char *
read_option(const struct reading *r, const char *name)
{
	const struct section *s = r->section;
	const size_t at[] = { s->at, s->domain, s->all };
	const char *text = NULL;
	size_t i;

	for (i = 0; i < 3 && text == NULL; i++)
		if (at[i] != NOWHERE)
			text = ini_value(s->ini, at[i], name);
	return text;
}

/* As Python's getboolean reads it. */
static int
has_wider_sections(const struct ini *ini)
{
	static const char *const yes[] = { "1", "yes", "true", "on" };
	size_t at = find_section(ini, "emailproxy"), i;
	const char *word = at != NOWHERE ? ini_value(ini, at,
	    "allow_catch_all_accounts") : NULL;

	for (i = 0; word != NULL && i < sizeof(yes) / sizeof(yes[0]); i++)
		if (strcasecmp(word, yes[i]) == 0)
			return 1;
	return 0;
}

/* What an account inherits, where the configuration lets it. */
static void
find_wider(struct section *s, const char *name)
{
	const char *domain = strrchr(name, '@');

	s->domain = s->all = NOWHERE;
	if (domain == NULL || !has_wider_sections(s->ini))
		return;
	s->domain = find_section(s->ini, domain);
	s->all = find_section(s->ini, "@");
}

/*
 * Members
 */

static int
is_flow(const struct reading *r, const char *word)
{
	return r->im->set.grant != NULL ? strcmp(r->im->set.grant, word) == 0 :
	    reading_says(r, "oauth2_flow", word);
}

static int
is_device(const struct reading *r)
{
	return reading_says(r, "oauth2_flow", "device");
}

/* Of the device flow it is another endpoint. */
static const char *
convert_permission(struct reading *r, const char *name)
{
	return is_device(r) ? NULL : reading_member(r, name);
}

static const char *
convert_redirect(struct reading *r, const char *name)
{
	const char *uri = reading_member(r, name);

	return uri != NULL && strcmp(uri, USUAL_REDIRECT) != 0 &&
	    !is_device(r) && reading_has_consent(r) ? uri : NULL;
}

/* Both, and where there is no secret. */
static const char *
convert_key(struct reading *r, const char *name)
{
	return reading_member(r, "jwt_certificate_path") != NULL &&
	    reading_member(r, "jwt_key_path") != NULL &&
	    r->found.credential.client_secret.len == 0 ?
	    reading_member(r, name) : NULL;
}

static const struct member members[] = {
	{ "client_id", MEMBER_ID, NULL },
	{ "client_secret", MEMBER_SECRET, NULL },
	{ "token_url", MEMBER_ENDPOINT, NULL },
	{ "permission_url", MEMBER_AUTHORIZATION, convert_permission },
	{ "oauth2_scope", MEMBER_KEY(scope), NULL },
	{ "redirect_uri", MEMBER_KEY(redirect_uri), convert_redirect },
	{ "jwt_certificate_path", MEMBER_KEY(client_certificate),
	    convert_key },
	{ "jwt_key_path", MEMBER_KEY(client_key), convert_key },
	{ NULL, 0, NULL }
};

/* RFC 6749 4.3 is left out of OAuth 2.1, and of tokend. */
static int
take_grant(struct reading *r)
{
	if (is_flow(r, "password"))
		return reading_fail(r, "its oauth2_flow gives the person's "
		    "password to the proxy (RFC 6749 4.3), which tokend does "
		    "not support: sign in with \"tokend login %s\"",
		    SHELL_NAME(r->found.name));
	return !is_flow(r, "client_credentials") ? 0 : reading_set(r,
	    &r->found.keys.grant, "grant", "client_credentials");
}

static int
check_default(struct reading *r)
{
	return reading_fail(r, "has no token_url: give --set provider=NAME, "
	    "or --set token_endpoint=URL");
}

/* "IMAP-", "POP-" or "SMTP-" and a port. */
static int
is_server(const char *name)
{
	static const char *const kinds[] = { "IMAP-", "POP-", "SMTP-" };
	size_t i, n;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		n = strlen(kinds[i]);
		if (strncmp(name, kinds[i], n) == 0 && name[n] != '\0' &&
		    name[n + strspn(name + n, "0123456789")] == '\0')
			return 1;
	}
	return 0;
}

/*
 * The file does not say which server is whose: all that may be this account's.
 * A server of a preset's provider belongs to the accounts there.
 */
static int
take_hosts(struct reading *r)
{
	const struct ini *ini = r->section->ini;
	struct buf hosts = BUF_INIT(HOSTS_MAX);
	const char *name, *host;
	size_t i;
	int result = 0;

	for (i = 0; result == 0 && (name = ini_section(ini, i)) != NULL; i++)
		if (is_server(name) &&
		    (host = ini_value(ini, i, "server_address")) != NULL &&
		    *host != '\0' && strpbrk(host, " \t\n") == NULL &&
		    (hosts.len == 0 ||
		    !host_matches(buf_text(&hosts), host)) &&
		    !match_is_preset_host(r, host))
			result = (hosts.len > 0 &&
			    buf_adds(&hosts, " ") == -1) ||
			    buf_adds(&hosts, host) == -1 ? -1 : 0;
	result = result == -1 ? reading_fail(r, "has too many servers in it") :
	    reading_set(r, &r->found.keys.hosts, "server_address",
	    buf_text(&hosts));
	buf_free(&hosts);
	return result;
}

static int
complete_account(struct reading *r)
{
	struct found *f = &r->found;

	if (reading_member(r, "client_secret_encrypted") != NULL &&
	    f->credential.client_secret.len == 0)
		reading_note(r, "its client secret is encrypted with the mail "
		    "program's password: \"tokend login "
		    "--client-secret-stdin %s\" takes it",
		    SHELL_NAME(f->name));
	if (reading_member(r, "refresh_token") != NULL)
		reading_note(r, "its tokens are encrypted with the mail "
		    "program's password, and were left out");
	if (f->keys.provider != NULL || r->im->set.provider != NULL)
		return 0;
	if (is_device(r) && reading_set(r,
	    &f->keys.device_authorization_endpoint, "permission_url",
	    reading_member(r, "permission_url")) == -1)
		return -1;
	return take_hosts(r);
}

static int
take_service_key(struct reading *r)
{
	const char *id = reading_member(r, "client_id");
	const char *key = reading_member(r, "client_secret");
	struct jdoc *d;
	int result;

	if (id == NULL || strcmp(id, "key") != 0 || key == NULL)
		return reading_fail(r, "its key is in a file of its own: "
		    "\"tokend import google-service-account FILE %s\"",
		    SHELL_NAME(r->found.name));
	if ((d = reading_parse(r, key, strlen(key), r->im->path, "the key of "
	    "a service account")) == NULL)
		return -1;
	result = google_take_key(r, key, strlen(key), d);
	jdoc_free(d);
	return result;
}

/*
 * Sections
 */

/* 0 also where it was refused; -1 where it makes no sense to go on. */
static int
read_account(struct reading *r, struct section *s, const char *name)
{
	int result = 0;

	find_wider(s, name);
	r->section = s;
	if (name_fold(r->found.name, name, strlen(name), r->why) == -1 ||
	    (is_flow(r, "service_account") ? take_service_key(r) :
	    reading_account(r)) == -1)
		import_refuse(r->im, r->why);
	else
		result = import_take(r);
	found_free(&r->found);
	return result;
}

/* Another account was asked for. */
static int
is_wanted(const struct import *im, const char *name)
{
	char folded[NAME_MAX_LEN + 1];

	return im->name == NULL || (name_fold(folded, name, strlen(name),
	    NULL) == 0 && strcmp(im->name, folded) == 0);
}

/* The accounts that the proxy's sample has belong to no user. */
static int
is_sample_section(const struct section *s)
{
	const char *id = ini_value(s->ini, s->at, "client_id");
	const char *secret = ini_value(s->ini, s->at, "client_secret");

	return id != NULL && (is_sample(id) || (secret != NULL &&
	    is_sample(secret) && (strcmp(id, "file") == 0 ||
	    strcmp(id, "key") == 0)));
}

static int
read_section(struct reading *r, struct section *s, const char *name,
    int *samples)
{
	struct import *im = r->im;

	if (strchr(name, '@') == NULL)
		return 0;
	if (im->client_id == NULL && im->set.client_id == NULL &&
	    is_sample_section(s)) {
		++*samples;
		return 0;
	}
	if (!is_wanted(im, name))
		return 0;
	if (name[0] != '@')
		return read_account(r, s, name);
	reading_note(r, "section [%s]: is for several mailboxes, and was left "
	    "out: give the NAME of each as the last argument", name);
	return 0;
}

/* A mailbox that has only the sections of its domain, or of all. */
static int
read_wider(struct reading *r, struct section *s)
{
	const struct import *im = r->im;

	s->at = NOWHERE;
	if (im->name == NULL || im->count > 0 ||
	    im->refused.code != STATUS_OK)
		return 0;
	find_wider(s, im->name);
	return s->domain == NOWHERE && s->all == NOWHERE ? 0 :
	    read_account(r, s, im->name);
}

static int
read_file(struct reading *r)
{
	struct import *im = r->im;
	const char *what, *name;
	int line, result = 0, samples = 0;
	struct ini *ini = ini_parse(r->text, r->len, &line, &what);
	struct section s = { ini, 0, NOWHERE, NOWHERE };

	if (ini == NULL)
		return what == NULL ? fail_memory(r->why) : fail(r->why,
		    STATUS_CONFIG, "%.200s:%d: %s: this is not %s", im->path,
		    line, what, r->format->should_be);
	for (; result == 0 && (name = ini_section(ini, s.at)) != NULL; s.at++)
		result = read_section(r, &s, name, &samples);
	if (result == 0)
		result = read_wider(r, &s);
	ini_free(ini);
	if (samples > 0)
		reading_note(r, "%s: sections with the sample's values, left "
		    "out: %d", im->path, samples);
	if (result == 0 && im->count == 0 && im->refused.code == STATUS_OK)
		result = fail(r->why, STATUS_NO_ACCOUNT, im->name != NULL ?
		    "%.200s: has no account \"%.100s\" to import" :
		    "%.200s: has no account to import%s", im->path,
		    im->name != NULL ? im->name : "");
	return result;
}

const struct format format_email_oauth2_proxy = {
	.word = "email-oauth2-proxy",
	.should_be = "the configuration of email-oauth2-proxy",
	.members = members,
	.read = read_file,
	.take_grant = take_grant,
	.check_default = check_default,
	.complete = complete_account,
	.value = read_option
};
