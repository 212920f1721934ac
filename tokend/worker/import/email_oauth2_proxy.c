/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * email_oauth2_proxy.c - the configuration of simonrob/email-oauth2-proxy:
 * sections [IMAP-1993] for servers, [user@example.org] for accounts.
 *
 * Its tokens are encrypted by the password that the mail program uses with
 * the proxy, and stay where they are: the person signs in once more.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "base64.h"
#include "import/document.h"
#include "import/import_format.h"
#include "import/ini.h"
#include "shell_word.h"

#define USUAL_REDIRECT "http://localhost"
#define HOSTS_MAX 4096

#define NOWHERE ((size_t)-1)

/* One account section, or one of a server. */
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
value(const struct section *s, const char *option)
{
	const size_t at[] = { s->at, s->domain, s->all };
	const char *text = NULL;
	size_t i;

	for (i = 0; i < 3 && text == NULL; i++)
		if (at[i] != NOWHERE)
			text = ini_value(s->ini, at[i], option);
	return text != NULL && *text != '\0' ? text : NULL;
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

/* A server of a preset's provider belongs to the accounts there. */
static int
is_of_preset(const struct import *im, const char *host)
{
	struct keys preset = { .provider = NULL };
	struct names n;
	size_t i;
	int result = 0;

	if (provider_list(&n, im->scope, NULL) == 0)
		for (i = 0; i < n.count && !result; i++) {
			result = provider_read(n.name[i], NULL, im->scope,
			    im->path, &preset, NULL) == 0 &&
			    preset.hosts != NULL &&
			    host_matches(preset.hosts, host);
			keys_free(&preset);
		}
	names_free(&n);
	return result;
}

/* The file does not say which server is whose: all that may be this one's. */
static int
take_hosts(struct import *im, const struct ini *ini, struct found *f,
    struct failure *why)
{
	struct buf hosts = BUF_INIT(HOSTS_MAX);
	struct section s = { ini, 0, NOWHERE, NOWHERE };
	const char *name, *host;
	int result = 0;

	for (; result == 0 && (name = ini_section(ini, s.at)) != NULL;
	    s.at++) {
		if (!is_server(name) ||
		    (host = value(&s, "server_address")) == NULL ||
		    strpbrk(host, " \t\n") != NULL ||
		    (hosts.len > 0 && host_matches(buf_text(&hosts), host)) ||
		    is_of_preset(im, host))
			continue;
		if (hosts.len > 0)
			result = buf_adds(&hosts, " ");
		if (result == 0)
			result = buf_adds(&hosts, host);
	}
	if (result == -1)
		fail(why, STATUS_CONFIG, "%.200s: has too many servers in it",
		    im->path);
	else
		result = found_key(im, &f->keys.hosts, "server_address",
		    buf_text(&hosts), why);
	buf_free(&hosts);
	return result;
}

static int
take_service_key(struct import *im, const struct section *s, struct found *f,
    struct failure *why)
{
	const char *id = value(s, "client_id");
	const char *key = value(s, "client_secret");
	struct jdoc *d;
	int result;

	if (id == NULL || strcmp(id, "key") != 0 || key == NULL)
		return fail(why, STATUS_CONFIG, "account \"%.100s\": its key "
		    "is in a file of its own: \"tokend import "
		    "google-service-account FILE %s\"", f->name,
		    SHELL_NAME(f->name));
	if (base64_add(&f->credential.client_key, key, strlen(key)) == -1)
		return errno == ENOMEM ? fail_memory(why) :
		    fail(why, STATUS_CONFIG, "account \"%.100s\": its key is "
		    "too long", f->name);
	if ((d = document_parse(key, strlen(key), im->path, "the key of a "
	    "service account", why)) == NULL)
		return -1;
	result = found_key(im, &f->keys.grant, "grant", "jwt_bearer",
	    why) == -1 ? -1 : found_at(im, f, "google",
	    jdoc_string(d, "token_uri"), why);
	jdoc_free(d);
	return result;
}

/* RFC 6749 4.3 is left out of OAuth 2.1, and of tokend. */
static int
fail_password_flow(const struct found *f, struct failure *why)
{
	return fail(why, STATUS_CONFIG, "account \"%.100s\": its oauth2_flow "
	    "hands the person's password to the proxy (RFC 6749 4.3), which "
	    "tokend has no way for: sign in with \"tokend login %s\"",
	    f->name, SHELL_NAME(f->name));
}

static int
take_client(struct import *im, const struct section *s, struct found *f,
    struct failure *why)
{
	const char *certificate = value(s, "jwt_certificate_path");
	const char *key = value(s, "jwt_key_path");

	if (found_client(im, f, value(s, "client_id"),
	    value(s, "client_secret"), why) == -1)
		return -1;
	if (value(s, "client_secret_encrypted") != NULL &&
	    f->credential.client_secret.len == 0)
		import_note(im, "account \"%s\": its client secret is "
		    "encrypted by the mail program's password: \"tokend login "
		    "--client-secret-stdin %s\" takes it", f->name,
		    SHELL_NAME(f->name));
	if (certificate == NULL || key == NULL ||
	    f->credential.client_secret.len > 0)
		return 0;
	return found_key(im, &f->keys.client_certificate,
	    "jwt_certificate_path", certificate, why) == -1 ? -1 :
	    found_key(im, &f->keys.client_key, "jwt_key_path", key, why);
}

static int
take_endpoints(struct import *im, const struct section *s, struct found *f,
    struct failure *why)
{
	const char *flow = value(s, "oauth2_flow");
	const char *token = value(s, "token_url");
	const char *permission = value(s, "permission_url");
	const char *redirect = value(s, "redirect_uri");
	int is_device = flow != NULL && strcmp(flow, "device") == 0;

	if (token == NULL && !import_knows_where(im))
		return fail(why, STATUS_CONFIG, "account \"%.100s\": has no "
		    "token_url in %.200s: give --set provider=NAME, or "
		    "--set token_endpoint=URL", f->name, im->path);
	if (found_key(im, &f->keys.scope, "oauth2_scope",
	    value(s, "oauth2_scope"), why) == -1 ||
	    found_provider(im, f, token, is_device ? NULL : permission,
	    why) == -1)
		return -1;
	if (redirect != NULL && strcmp(redirect, USUAL_REDIRECT) != 0 &&
	    !is_device && f->keys.grant == NULL &&
	    found_key(im, &f->keys.redirect_uri, "redirect_uri", redirect,
	    why) == -1)
		return -1;
	if (f->keys.provider != NULL || im->set.provider != NULL)
		return 0;
	if (is_device && found_key(im, &f->keys.device_authorization_endpoint,
	    "permission_url", permission, why) == -1)
		return -1;
	return take_hosts(im, s->ini, f, why);
}

static int
take_account(struct import *im, const struct section *s, struct found *f,
    struct failure *why)
{
	const char *flow = im->set.grant != NULL ? im->set.grant :
	    value(s, "oauth2_flow");

	if (flow != NULL && strcmp(flow, "password") == 0)
		return fail_password_flow(f, why);
	if (flow != NULL && strcmp(flow, "service_account") == 0)
		return take_service_key(im, s, f, why);
	if (flow != NULL && strcmp(flow, "client_credentials") == 0 &&
	    found_key(im, &f->keys.grant, "grant", flow, why) == -1)
		return -1;
	if (take_client(im, s, f, why) == -1 ||
	    take_endpoints(im, s, f, why) == -1)
		return -1;
	if (value(s, "refresh_token") != NULL)
		import_note(im, "account \"%s\": its tokens are encrypted by "
		    "the mail program's password, and were left out", f->name);
	return 0;
}

/* Those that the proxy's sample has are nobody's accounts. */
static int
is_left_sample(const struct section *s)
{
	const char *id = value(s, "client_id");
	const char *secret = value(s, "client_secret");

	return (id != NULL && is_sample(id)) ||
	    (secret != NULL && is_sample(secret) && id != NULL &&
	    (strcmp(id, "file") == 0 || strcmp(id, "key") == 0));
}

/* 0 also where it was refused; -1 where it makes no sense to go on. */
static int
read_account(struct import *im, struct section *s, const char *name,
    struct failure *why)
{
	struct found f = FOUND_INIT;
	struct failure refused;
	int result = 0;

	find_wider(s, name);
	if (name_fold(f.name, name, strlen(name), &refused) == 0 &&
	    take_account(im, s, &f, &refused) == 0)
		result = import_take(im, &f, why);
	else
		import_refuse(im, &refused);
	found_free(&f);
	return result;
}

/* Another one was asked for. */
static int
is_wanted(const struct import *im, const char *name)
{
	char folded[NAME_MAX_LEN + 1];

	return im->name == NULL || (name_fold(folded, name, strlen(name),
	    NULL) == 0 && strcmp(im->name, folded) == 0);
}

static int
read_section(struct import *im, struct section *s, const char *name,
    struct failure *why)
{
	if (!is_wanted(im, name))
		return 0;
	if (name[0] != '@')
		return read_account(im, s, name, why);
	import_note(im, "section [%s]: stands for several mailboxes, and was "
	    "left out: give the NAME of each as the last argument", name);
	return 0;
}

/* A mailbox that only the sections of its domain, or of all, stand for. */
static int
read_wider(struct import *im, struct section *s, struct failure *why)
{
	s->at = NOWHERE;
	if (im->name == NULL || im->count > 0 ||
	    im->refused.code != STATUS_OK)
		return 0;
	find_wider(s, im->name);
	return s->domain == NOWHERE && s->all == NOWHERE ? 0 :
	    read_account(im, s, im->name, why);
}

static int
read_file(struct import *im, const char *text, size_t len,
    struct failure *why)
{
	const char *what, *name;
	int line, result = 0, samples = 0;
	struct ini *ini = ini_parse(text, len, &line, &what);
	struct section s = { ini, 0, NOWHERE, NOWHERE };

	if (ini == NULL)
		return what == NULL ? fail_memory(why) :
		    fail(why, STATUS_CONFIG, "%.200s:%d: %s: this is not the "
		    "configuration of email-oauth2-proxy", im->path, line,
		    what);
	for (; result == 0 && (name = ini_section(ini, s.at)) != NULL; s.at++) {
		if (strchr(name, '@') == NULL)
			continue;
		s.domain = s.all = NOWHERE;
		if (im->client_id == NULL && im->set.client_id == NULL &&
		    is_left_sample(&s))
			samples++;
		else
			result = read_section(im, &s, name, why);
	}
	if (result == 0)
		result = read_wider(im, &s, why);
	ini_free(ini);
	if (samples > 0)
		import_note(im, "%s: sections with the sample's values, left "
		    "out: %d", im->path, samples);
	if (result == 0 && im->count == 0 && im->refused.code == STATUS_OK)
		result = fail(why, STATUS_NO_ACCOUNT, im->name != NULL ?
		    "%.200s: has no account \"%.100s\" to import" :
		    "%.200s: has no account to import%s", im->path,
		    im->name != NULL ? im->name : "");
	return result;
}

const struct source source_email_oauth2_proxy = { "email-oauth2-proxy",
	read_file };
