/* SPDX-License-Identifier: BSD-2-Clause */
/* account.c - see account.h */
#include "account/account.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/check_values.h"
#include "account/defaults.h"
#include "account/draft.h"
#include "account/endpoint.h"
#include "account/keys.h"
#include "account/provider.h"
#include "account/server_tls.h"
#include "conf.h"
#include "given.h"
#include "shell_word.h"

/* Seconds. A token must live this long to be given; see due.h. */
#define MIN_VALID_DEFAULT 60
#define REFRESH_BEFORE_DEFAULT 300
#define SETTING_MOST 86400

static int
open_account(struct account *a, const struct scope *s, const char *name,
    int is_draft, struct given *g, struct failure *why)
{
	char file[DRAFT_NAME_MAX];
	int folder, fd = -1, error;

	if (is_draft)
		draft_name(file, name);
	else
		snprintf(file, sizeof(file), "%.*s.conf", NAME_MAX_LEN, name);
	/* A draft is told of by the name that it is to have. */
	snprintf(a->path, sizeof(a->path), "%s/accounts/%s.conf", s->config,
	    name);
	folder = scope_open_accounts(s, why);
	if (folder != -1) {
		/* A draft is a file that we write. */
		g->is_shared_secret = 0;
		fd = is_draft ? file_open_stat(folder, file, FILE_SHOWN,
		    s->owner, a->path, &g->st, why) : given_open(folder, file,
		    FILE_SHOWN, s->owner, a->path, g, why);
		error = errno;
		close(folder);
		errno = error;
	}
	if (fd == -1 && errno == ENOENT)
		fail(why, STATUS_NO_ACCOUNT, "account \"%s\": there is no %s: "
		    "make it by \"tokend login %s\"", name, a->path,
		    SHELL_NAME(name));
	return fd;
}

/* The layers from the weakest: tokend.conf, preset, the account's own. */
static int
read_layers(struct account *a, struct keys *t, const struct scope *s, int fd,
    struct failure *why)
{
	struct defaults d;
	struct keys own = { .provider = NULL };
	int result = defaults_read(&d, s, why);

	if (result == 0) {
		/* t is empty yet: nothing is lost. */
		t->allow = key_take(&d.allow);
		t->proxy = key_take(&d.proxy);
		t->ca_file = key_take(&d.ca_file);
		t->ca_dir = key_take(&d.ca_dir);
		t->on_error = key_take(&d.on_error);
		t->on_warning = key_take(&d.on_warning);
		/* Once for the provider, once for what overrides it. */
		result = conf_read(fd, a->path, account_keys, &own, why);
	}
	if (result == 0 && own.provider != NULL)
		result = provider_read(own.provider, own.cloud, s, a->path,
		    t, why);
	else if (result == 0 && own.cloud != NULL)
		result = conf_fail(why, a->path, "cloud", "goes with a "
		    "provider, and there is none");
	if (result == 0 && lseek(fd, 0, SEEK_SET) == 0)
		result = conf_read(fd, a->path, account_keys, t, why);
	a->scope_is_stated = own.scope != NULL;
	a->allow_is_own = own.allow != NULL;
	a->proxy_is_own = own.proxy != NULL;
	keys_free(&own);
	defaults_free(&d);
	return result;
}

struct choice {
	const char *word;
	int value;
};

static const struct choice grants[] = {
	{ "refresh_token", GRANT_REFRESH_TOKEN },
	{ "client_credentials", GRANT_CLIENT_CREDENTIALS },
	{ "jwt_bearer", GRANT_JWT_BEARER },
	{ "metadata", GRANT_METADATA },
	{ "command", GRANT_COMMAND }, { NULL, 0 }
};

const char *
account_grant_word(enum grant grant)
{
	const struct choice *c;

	for (c = grants; c->word != NULL; c++)
		if (c->value == (int)grant)
			return c->word;
	return "";
}

/* value stays as it is where the key is absent. */
static int
choose_value(const struct account *a, const char *given, const char *key,
    const struct choice *choices, const char *words, int *value,
    struct failure *why)
{
	if (given == NULL)
		return 0;
	for (; choices->word != NULL; choices++)
		if (strcmp(given, choices->word) == 0) {
			*value = choices->value;
			return 0;
		}
	return conf_fail(why, a->path, key, words);
}

static int
take_tls(struct account *a, const struct keys *t, struct failure *why)
{
	const char *const given[SERVERS] = { [SERVER_SMTP] = t->tls_smtp,
	    [SERVER_IMAP] = t->tls_imap, [SERVER_POP] = t->tls_pop };
	enum account_server i;

	for (i = 0; i < SERVERS; i++)
		if (given[i] != NULL &&
		    server_tls_parse(&a->tls[i], given[i]) == -1)
			return conf_fail(why, a->path, server_tls_key(i),
			    "is implicit or starttls");
	return 0;
}

static int
take_choices(struct account *a, const struct keys *t, struct failure *why)
{
	static const struct choice auths[] = {
	    { "post", CLIENT_AUTH_POST },
	    { "basic", CLIENT_AUTH_BASIC }, { NULL, 0 } };
	static const struct choice algs[] = {
	    { "PS256", ASSERTION_ALG_PS256 }, { "RS256", ASSERTION_ALG_RS256 },
	    { "ES256", ASSERTION_ALG_ES256 }, { NULL, 0 } };
	static const struct choice services[] = {
	    { "azure", METADATA_AZURE }, { "azure_arc", METADATA_AZURE_ARC },
	    { "gce", METADATA_GCE }, { NULL, 0 } };
	int grant = GRANT_REFRESH_TOKEN, auth = CLIENT_AUTH_POST;
	int alg = ASSERTION_ALG_BY_KEY, service = METADATA_NONE;

	if (choose_value(a, t->grant, "grant", grants, "is refresh_token, "
	    "client_credentials, jwt_bearer, metadata or command", &grant,
	    why) == -1 || choose_value(a, t->client_auth, "client_auth", auths,
	    "is post or basic", &auth, why) == -1 || choose_value(a,
	    t->client_assertion_alg, "client_assertion_alg", algs,
	    "is PS256, RS256 or ES256", &alg, why) == -1 || choose_value(a,
	    t->metadata_service, "metadata_service", services,
	    "is azure, azure_arc or gce", &service, why) == -1 ||
	    take_tls(a, t, why) == -1)
		return -1;
	a->grant = (enum grant)grant;
	a->client_auth = (enum client_auth)auth;
	a->client_auth_is_stated = t->client_auth != NULL;
	a->client_assertion_alg = (enum assertion_alg)alg;
	a->metadata_service = (enum metadata_service)service;
	a->refresh_before = REFRESH_BEFORE_DEFAULT;
	a->min_valid = MIN_VALID_DEFAULT;
	if (t->refresh_before != NULL && conf_seconds(t->refresh_before, 1,
	    SETTING_MOST, &a->refresh_before, a->path, "refresh_before",
	    why) == -1)
		return -1;
	if (t->min_valid != NULL && conf_seconds(t->min_valid, 1,
	    SETTING_MOST, &a->min_valid, a->path, "min_valid", why) == -1)
		return -1;
	return 0;
}

/*
 * A preset's endpoint with a tenant in it is of no account before there is a
 * tenant; only what the account's grant asks must be whole.
 */
static int
complete_endpoints(struct account *a, const char *tenant, struct failure *why)
{
	const struct {
		char **url;
		const char *key;
	} endpoints[] = { { &a->issuer, "issuer" },
	    { &a->response_issuer, "response_issuer" },
	    { &a->token_endpoint, "token_endpoint" },
	    { &a->authorization_endpoint, "authorization_endpoint" },
	    { &a->device_authorization_endpoint,
	    "device_authorization_endpoint" },
	    { &a->revocation_endpoint, "revocation_endpoint" } };
	size_t i;

	if (a->grant == GRANT_METADATA || a->grant == GRANT_COMMAND)
		return 0;
	for (i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
		if (*endpoints[i].url != NULL &&
		    endpoint_complete(endpoints[i].url, tenant, a->path,
		    endpoints[i].key, why) == -1)
			return -1;
	return 0;
}

static void
take_client(struct account *a, struct keys *t)
{
	a->client_id = key_take(&t->client_id);
	a->client_secret = key_take(&t->client_secret);
	a->client_secret_file = key_take(&t->client_secret_file);
	a->client_key = key_take(&t->client_key);
	a->client_certificate = key_take(&t->client_certificate);
	a->client_assertion_file = key_take(&t->client_assertion_file);
}

/* Moves what an account keeps out of the texts. */
static int
take_texts(struct account *a, struct keys *t, const struct stat *st,
    struct failure *why)
{
	if (take_choices(a, t, why) == -1)
		return -1;
	/* An application has a scope of its own with some. */
	if (a->grant != GRANT_REFRESH_TOKEN && a->grant != GRANT_JWT_BEARER &&
	    !a->scope_is_stated && t->scope_client_credentials != NULL) {
		key_drop(&t->scope);
		t->scope = key_take(&t->scope_client_credentials);
	}
	a->provider = key_take(&t->provider);
	a->issuer = key_take(&t->issuer);
	a->response_issuer = key_take(&t->response_issuer);
	a->token_endpoint = key_take(&t->token_endpoint);
	a->authorization_endpoint = key_take(&t->authorization_endpoint);
	a->device_authorization_endpoint =
	    key_take(&t->device_authorization_endpoint);
	a->revocation_endpoint = key_take(&t->revocation_endpoint);
	a->authorization_parameters = key_take(&t->authorization_parameters);
	a->redirect_uri = key_take(&t->redirect_uri);
	take_client(a, t);
	a->metadata_endpoint = key_take(&t->metadata_endpoint);
	a->command = key_take(&t->command);
	a->scope = key_take(&t->scope);
	a->users.user = a->owned_users[0] = key_take(&t->user);
	a->users.smtp = a->owned_users[1] = key_take(&t->user_smtp);
	a->users.imap = a->owned_users[2] = key_take(&t->user_imap);
	a->users.pop = a->owned_users[3] = key_take(&t->user_pop);
	a->hosts = key_take(&t->hosts);
	a->server[SERVER_SMTP] = key_take(&t->server_smtp);
	a->server[SERVER_IMAP] = key_take(&t->server_imap);
	a->server[SERVER_POP] = key_take(&t->server_pop);
	a->allow = key_take(&t->allow);
	a->proxy = key_take(&t->proxy);
	a->ca_file = key_take(&t->ca_file);
	a->ca_dir = key_take(&t->ca_dir);
	a->on_error = key_take(&t->on_error);
	a->on_warning = key_take(&t->on_warning);
	return account_check(a, t, st, why) == -1 ? -1 :
	    complete_endpoints(a, t->tenant, why);
}

static int
load_file(struct account *a, const struct scope *s, const char *name,
    int is_draft, struct failure *why)
{
	struct keys t = { .provider = NULL };
	struct given g;
	int fd, result;

	memset(a, 0, sizeof(*a));
	if (name_fold(a->name, name, strlen(name), why) == -1 ||
	    (fd = open_account(a, s, a->name, is_draft, &g, why)) == -1)
		return -1;
	cache_stamp(a->stamp, &g.st);
	if (g.is_shared_secret)	/* who reads it is not the account's matter */
		g.st.st_mode &= ~(mode_t)07;
	result = read_layers(a, &t, s, fd, why) == -1 ||
	    take_texts(a, &t, &g.st, why) == -1 ? -1 : 0;
	close(fd);
	keys_free(&t);
	return result;
}

int
account_load(struct account *a, const struct scope *s, const char *name,
    struct failure *why)
{
	return load_file(a, s, name, 0, why);
}

int
account_load_draft(struct account *a, const struct scope *s, const char *name,
    struct failure *why)
{
	return load_file(a, s, name, 1, why);
}

char *
account_find_allow(const struct scope *s, const char *name)
{
	struct account a;
	struct defaults d;
	struct given g;
	char *allow = NULL;
	int fd = open_account(&a, s, name, 0, &g, NULL);

	if (fd != -1) {
		allow = conf_find(fd, "allow");
		close(fd);
	}
	if (allow == NULL) {
		if (defaults_read(&d, s, NULL) == 0)
			allow = key_take(&d.allow);
		defaults_free(&d);
	}
	return allow;
}

void
account_free(struct account *a)
{
	char **const owned[] = { &a->provider, &a->issuer,
	    &a->response_issuer, &a->auth_methods, &a->token_endpoint,
	    &a->authorization_endpoint, &a->device_authorization_endpoint,
	    &a->revocation_endpoint, &a->authorization_parameters,
	    &a->redirect_uri, &a->client_id, &a->client_secret,
	    &a->client_secret_file, &a->client_key, &a->client_certificate,
	    &a->client_assertion_file, &a->metadata_endpoint, &a->command,
	    &a->scope, &a->owned_users[0], &a->owned_users[1],
	    &a->owned_users[2], &a->owned_users[3], &a->hosts,
	    &a->server[SERVER_SMTP], &a->server[SERVER_IMAP],
	    &a->server[SERVER_POP], &a->allow, &a->proxy, &a->ca_file,
	    &a->ca_dir, &a->on_error, &a->on_warning };
	size_t i;

	for (i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
		key_drop(owned[i]);
}
