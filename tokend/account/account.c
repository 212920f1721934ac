/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/account.h"

#include <errno.h>
#include <stddef.h>
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
#include "account/sending.h"
#include "account/server_tls.h"
#include "disk/conf.h"
#include "disk/given.h"
#include "base/shell_word.h"

#define SETTING_MOST 86400	/* seconds */

/* The values that an account keeps as they are; the endpoints come first. */
#define ENDPOINTS 6
#define KEPT_AS(key, member) \
	{ offsetof(struct keys, key), offsetof(struct account, member) }
#define KEPT(name) KEPT_AS(name, name)

static const struct {
	unsigned short from;
	unsigned short to;
} kept[] = {
	KEPT(issuer), KEPT(response_issuer), KEPT(token_endpoint),
	KEPT(authorization_endpoint), KEPT(device_authorization_endpoint),
	KEPT(revocation_endpoint), KEPT(provider),
	KEPT(authorization_parameters), KEPT(redirect_uri), KEPT(client_id),
	KEPT(client_secret), KEPT(client_secret_file), KEPT(client_key),
	KEPT(client_certificate), KEPT(client_assertion_file),
	KEPT(metadata_endpoint), KEPT(command), KEPT(scope),
	KEPT_AS(user, owned_users[0]), KEPT_AS(user_smtp, owned_users[1]),
	KEPT_AS(user_imap, owned_users[2]), KEPT_AS(user_pop, owned_users[3]),
	KEPT(hosts), KEPT_AS(server_smtp, server[SERVER_SMTP]),
	KEPT_AS(server_imap, server[SERVER_IMAP]),
	KEPT_AS(server_pop, server[SERVER_POP]), KEPT(allow),
	KEPT(send_endpoint), KEPT(send_from), KEPT(allow_send), KEPT(proxy),
	KEPT(ca_file), KEPT(ca_dir), KEPT(on_error), KEPT(on_warning)
};

#define KEPT_COUNT (sizeof(kept) / sizeof(kept[0]))

static char **
find_kept(struct account *a, size_t i)
{
	return (char **)((char *)a + kept[i].to);
}

static int
open_account(struct account *a, const struct scope *s, const char *name,
    int is_draft, struct given *g, struct failure *why)
{
	char file[DRAFT_NAME_MAX];
	int folder, fd = -1;

	if (is_draft)
		draft_name(file, name);
	else
		snprintf(file, sizeof(file), "%.*s.conf", NAME_MAX_LEN, name);
	/* Texts name a draft by the name that it will have. */
	snprintf(a->path, sizeof(a->path), "%s/accounts/%s.conf", s->config,
	    name);
	folder = scope_open_accounts(s, why);
	if (folder != -1) {
		/* A draft is a file that we write. */
		g->is_shared_secret = 0;
		fd = is_draft ? file_open_stat(folder, file, FILE_SHOWN,
		    s->owner, a->path, &g->st, why) : given_open(folder, file,
		    FILE_SHOWN, s->owner, a->path, g, why);
		file_close(folder);
	}
	if (fd == -1 && errno == ENOENT)
		fail(why, STATUS_NO_ACCOUNT, "account \"%s\": there is no %s: "
		    "create it with \"tokend login %s\"", name, a->path,
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
	int result = -1;

	if (defaults_read(&d, s, why) == -1)
		goto out;
	/* t is empty yet: nothing is lost. */
	t->allow = key_take(&d.allow);
	t->proxy = key_take(&d.proxy);
	t->ca_file = key_take(&d.ca_file);
	t->ca_dir = key_take(&d.ca_dir);
	t->on_error = key_take(&d.on_error);
	t->on_warning = key_take(&d.on_warning);
	/* Once for the provider, once for what overrides it. */
	if (conf_read(fd, a->path, account_keys, &own, why) == -1)
		goto out;
	if (own.provider == NULL && own.cloud != NULL) {
		conf_fail(why, a->path, "cloud", "needs a provider, and none "
		    "is set");
		goto out;
	}
	if (own.provider != NULL && provider_read(own.provider, own.cloud, s,
	    a->path, t, why) == -1)
		goto out;
	result = lseek(fd, 0, SEEK_SET) == -1 ? fail(why, STATUS_CONFIG,
	    "%s: %m", a->path) :
	    conf_read(fd, a->path, account_keys, t, why);
	a->scope_is_stated = own.scope != NULL;
	a->allow_is_own = own.allow != NULL;
	a->proxy_is_own = own.proxy != NULL;
	a->hosts_are_own = own.hosts != NULL;
out:
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
account_mailbox(const struct account *a, enum account_server which)
{
	const char *user = users_for_service(&a->users, server_word(which));

	return user != NULL ? user : a->name;
}

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
take_seconds(const struct account *a, const char *given, const char *key,
    long *seconds, struct failure *why)
{
	return given == NULL ? 0 : conf_seconds(given, 1, SETTING_MOST,
	    seconds, a->path, key, why);
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
	return take_seconds(a, t->refresh_before, "refresh_before",
	    &a->refresh_before, why) == -1 || take_seconds(a, t->min_valid,
	    "min_valid", &a->min_valid, why) == -1 ? -1 : 0;
}

/*
 * A preset's endpoint with a tenant in it is of no account before there is a
 * tenant; only what the account's grant asks must be whole.
 */
static int
complete_endpoints(struct account *a, const char *tenant, struct failure *why)
{
	const struct conf_key *key;
	char **url;
	size_t i;

	if (a->grant == GRANT_METADATA || a->grant == GRANT_COMMAND)
		return 0;
	for (i = 0; i < ENDPOINTS; i++) {
		url = find_kept(a, i);
		for (key = account_keys; key->offset != kept[i].from; key++)
			continue;
		if (*url != NULL && endpoint_complete(url, tenant, a->path,
		    key->name, why) == -1)
			return -1;
	}
	return 0;
}

static int
require_value(const struct account *a, const char *value, const char *key,
    struct failure *why)
{
	if (value != NULL)
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s is missing, and no preset "
	    "gives it", a->path, key);
}

/* What each grant needs. */
static int
check_grant(const struct account *a, struct failure *why)
{
	switch (a->grant) {
	case GRANT_METADATA:
		if (a->metadata_service == METADATA_NONE)
			return conf_fail(why, a->path, "metadata_service",
			    "is missing: azure, azure_arc or gce");
		return require_value(a, a->scope, "scope", why);
	case GRANT_COMMAND:
		return require_value(a, a->command, "command", why);
	case GRANT_JWT_BEARER:
		/* The key file may name the client and the endpoint. */
		return 0;
	default:
		if (a->issuer == NULL &&
		    require_value(a, a->token_endpoint, "token_endpoint",
		    why) == -1)
			return -1;
		return require_value(a, a->client_id, "client_id", why);
	}
}

static int
take_way(struct account *a, struct keys *t, struct failure *why)
{
	struct send_basis s = { .path = a->path, .way = SEND_NONE,
	    .has_person = a->grant == GRANT_REFRESH_TOKEN,
	    .hosts_are_own = a->hosts_are_own,
	    .scope_is_stated = a->scope_is_stated };
	int result = sending_take(&s, t, why);

	a->send = s.way;
	a->send_scope = s.scope;
	return result;
}

/* Moves what an account keeps out of the texts. */
static int
take_texts(struct account *a, struct keys *t, const struct stat *st,
    struct failure *why)
{
	size_t i;

	if (take_choices(a, t, why) == -1 || check_values(t, a->path,
	    a->proxy_is_own, st, why) == -1)
		return -1;
	/* An application has a scope of its own with some. */
	if (a->grant != GRANT_REFRESH_TOKEN && a->grant != GRANT_JWT_BEARER &&
	    !a->scope_is_stated && t->scope_client_credentials != NULL) {
		key_drop(&t->scope);
		t->scope = key_take(&t->scope_client_credentials);
	}
	if (take_way(a, t, why) == -1)
		return -1;
	for (i = 0; i < KEPT_COUNT; i++)
		*find_kept(a, i) = key_take((char **)((char *)t +
		    kept[i].from));
	a->users = (struct users){ .user = a->owned_users[0],
	    .smtp = a->owned_users[1], .imap = a->owned_users[2],
	    .pop = a->owned_users[3] };
	return check_grant(a, why) == -1 ||
	    require_value(a, a->hosts, "hosts", why) == -1 ||
	    complete_endpoints(a, t->tenant, why) == -1 ? -1 : 0;
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
	if (g.is_shared_secret)	/* its readers are the platform's choice */
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

static char *
find_list(const struct scope *s, const char *name, const char *key)
{
	struct account a;
	struct given g;
	char *list = NULL;
	int fd = open_account(&a, s, name, 0, &g, NULL);

	if (fd != -1) {
		list = conf_find(fd, key);
		close(fd);
	}
	return list;
}

char *
account_find_allow_send(const struct scope *s, const char *name)
{
	return find_list(s, name, "allow_send");
}

char *
account_find_allow(const struct scope *s, const char *name)
{
	char *allow = find_list(s, name, "allow");
	struct defaults d;

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
	size_t i;

	for (i = 0; i < KEPT_COUNT; i++)
		key_drop(find_kept(a, i));
	key_drop(&a->auth_methods);
	key_drop(&a->send_scope);
}
