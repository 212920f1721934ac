/* account.c - see account.h */
#include "account/account.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/defaults.h"
#include "account/endpoint.h"
#include "account/provider.h"
#include "conf.h"
#include "file.h"

/* Seconds. A token must live this long to be given; see due.h. */
#define MIN_VALID_DEFAULT 60
#define REFRESH_BEFORE_DEFAULT 300
#define SETTING_MOST 86400
#define HOSTS_MOST 8192	/* bytes: one line of the cache file, with room */

/* The file's values as they stand; what an account has no need of goes. */
struct texts {
	char *provider;
	char *token_endpoint;
	char *grant;
	char *client_id;
	char *client_secret;
	char *client_secret_file;
	char *client_auth;
	char *tenant;
	char *scope;
	char *scope_client_credentials;
	char *user;
	char *user_smtp;
	char *user_imap;
	char *user_pop;
	char *hosts;
	char *allow;
	char *refresh_before;
	char *min_valid;
	char *proxy;
	char *ca_file;
	char *ca_dir;
	char *on_error;
};

#define KEY(name) { #name, offsetof(struct texts, name) }

static const struct conf_key account_keys[] = {
	KEY(provider), KEY(token_endpoint), KEY(grant), KEY(client_id),
	KEY(client_secret), KEY(client_secret_file), KEY(client_auth),
	KEY(tenant), KEY(scope), KEY(user), KEY(user_smtp), KEY(user_imap),
	KEY(user_pop), KEY(hosts), KEY(allow), KEY(refresh_before),
	KEY(min_valid), KEY(proxy), KEY(ca_file), KEY(ca_dir), KEY(on_error),
	{ NULL, 0 }
};

static const struct conf_key preset_keys[] = {
	KEY(token_endpoint), KEY(grant), KEY(client_auth), KEY(tenant),
	KEY(scope), KEY(scope_client_credentials), KEY(hosts),
	KEY(refresh_before), KEY(min_valid), { NULL, 0 }
};

static void
drop(char **text)
{
	if (*text != NULL)
		explicit_bzero(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

static void
texts_free(struct texts *t)
{
	const struct conf_key *k;

	for (k = account_keys; k->name != NULL; k++)
		drop((char **)((char *)t + k->offset));
	drop(&t->scope_client_credentials);
}

static char *
take(char **text)
{
	char *taken = *text;

	*text = NULL;
	return taken;
}

static int
open_account(struct account *a, const struct scope *s, const char *name,
    struct stat *st, struct failure *why)
{
	char file[NAME_MAX_LEN + 8];
	int folder, fd = -1, error;

	snprintf(file, sizeof(file), "%s.conf", name);
	snprintf(a->path, sizeof(a->path), "%s/accounts/%s", s->config, file);
	folder = scope_open_accounts(s, why);
	if (folder != -1) {
		fd = file_open_stat(folder, file, FILE_SHOWN, s->owner,
		    a->path, st, why);
		error = errno;
		close(folder);
		errno = error;
	}
	if (fd == -1 && errno == ENOENT)
		fail(why, STATUS_NO_ACCOUNT, "account \"%s\": there is no %s: "
		    "create it, tokend.conf(5)", name, a->path);
	return fd;
}

/* The layers from the weakest: tokend.conf, preset, the account's own. */
static int
read_layers(struct account *a, struct texts *t, const struct scope *s, int fd,
    struct failure *why)
{
	struct defaults d;
	struct texts own = { .provider = NULL };
	int result = defaults_read(&d, s, why);

	if (result == 0) {
		/* t is empty yet: nothing is lost. */
		t->allow = take(&d.allow);
		t->proxy = take(&d.proxy);
		t->ca_file = take(&d.ca_file);
		t->ca_dir = take(&d.ca_dir);
		t->on_error = take(&d.on_error);
		/* Once for the provider, once for what overrides it. */
		result = conf_read(fd, a->path, account_keys, &own, why);
	}
	if (result == 0 && own.provider != NULL)
		result = provider_read(own.provider, s, a->path, preset_keys,
		    t, why);
	if (result == 0 && lseek(fd, 0, SEEK_SET) == 0)
		result = conf_read(fd, a->path, account_keys, t, why);
	a->scope_is_stated = own.scope != NULL;
	a->allow_is_own = own.allow != NULL;
	a->proxy_is_own = own.proxy != NULL;
	texts_free(&own);
	defaults_free(&d);
	return result;
}

static int
need(const struct account *a, const char *value, const char *key,
    struct failure *why)
{
	if (value != NULL)
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s is missing, and no preset "
	    "gives it", a->path, key);
}

/* `your-client-id` and the like: the sample was copied and not filled in. */
static int
refuse_placeholder(const struct account *a, const char *value,
    const char *key, struct failure *why)
{
	size_t len = value != NULL ? strlen(value) : 0;

	if (len == 0 || ((value[0] != '<' || value[len - 1] != '>') &&
	    (value[0] != '{' || value[len - 1] != '}') &&
	    strncasecmp(value, "your-", 5) != 0 &&
	    strncasecmp(value, "your_", 5) != 0 &&
	    strcasecmp(value, "changeme") != 0))
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s: looks like a placeholder: "
	    "put the real value there", a->path, key);
}

static int
take_choices(struct account *a, const struct texts *t, struct failure *why)
{
	if (t->grant == NULL || strcmp(t->grant, "refresh_token") == 0)
		a->grant = GRANT_REFRESH_TOKEN;
	else if (strcmp(t->grant, "client_credentials") == 0)
		a->grant = GRANT_CLIENT_CREDENTIALS;
	else
		return conf_fail(why, a->path, "grant",
		    "is refresh_token or client_credentials");
	if (t->client_auth == NULL || strcmp(t->client_auth, "post") == 0)
		a->client_auth = CLIENT_AUTH_POST;
	else if (strcmp(t->client_auth, "basic") == 0)
		a->client_auth = CLIENT_AUTH_BASIC;
	else
		return conf_fail(why, a->path, "client_auth",
		    "is post or basic");
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

/* What can be told of the values without asking anybody. */
static int
check(const struct account *a, const struct texts *t, const struct stat *st,
    struct failure *why)
{
	const char *secret = a->client_secret != NULL ? "client_secret" :
	    a->proxy_is_own && strchr(a->proxy, '@') != NULL ?
	    "the proxy's password" : NULL;

	if (secret != NULL && (st->st_mode & 07) != 0)
		return fail(why, STATUS_CONFIG, "%s: holds %s and "
		    "everybody may read it (mode %04o): chmod o= it", a->path,
		    secret, (unsigned)st->st_mode & 07777);
	if (a->client_secret != NULL && a->client_secret_file != NULL)
		return conf_fail(why, a->path, "client_secret_file",
		    "stands beside client_secret: leave one of them out");
	if (a->hosts != NULL && strlen(a->hosts) > HOSTS_MOST)
		return fail(why, STATUS_CONFIG, "%s: hosts: has %zu bytes, and "
		    "may have %d: use *.DOMAIN", a->path, strlen(a->hosts),
		    HOSTS_MOST);
	return refuse_placeholder(a, t->tenant, "tenant", why) == -1 ||
	    refuse_placeholder(a, a->client_id, "client_id", why) == -1 ||
	    refuse_placeholder(a, a->client_secret, "client_secret",
	    why) == -1 ||
	    need(a, a->token_endpoint, "token_endpoint", why) == -1 ||
	    need(a, a->client_id, "client_id", why) == -1 ||
	    need(a, a->hosts, "hosts", why) == -1 ||
	    conf_absolute(a->client_secret_file, a->path, "client_secret_file",
	    why) == -1 ||
	    conf_absolute(a->ca_file, a->path, "ca_file", why) == -1 ||
	    conf_absolute(a->ca_dir, a->path, "ca_dir", why) == -1 ||
	    conf_absolute(a->on_error, a->path, "on_error", why) == -1 ? -1 : 0;
}

/* Moves what an account keeps out of the texts. */
static int
take_texts(struct account *a, struct texts *t, const struct stat *st,
    struct failure *why)
{
	if (take_choices(a, t, why) == -1)
		return -1;
	if (a->grant == GRANT_CLIENT_CREDENTIALS && !a->scope_is_stated &&
	    t->scope_client_credentials != NULL) {
		drop(&t->scope);
		t->scope = take(&t->scope_client_credentials);
	}
	a->provider = take(&t->provider);
	a->token_endpoint = take(&t->token_endpoint);
	a->client_id = take(&t->client_id);
	a->client_secret = take(&t->client_secret);
	a->client_secret_file = take(&t->client_secret_file);
	a->scope = take(&t->scope);
	a->users.user = a->owned_users[0] = take(&t->user);
	a->users.smtp = a->owned_users[1] = take(&t->user_smtp);
	a->users.imap = a->owned_users[2] = take(&t->user_imap);
	a->users.pop = a->owned_users[3] = take(&t->user_pop);
	a->hosts = take(&t->hosts);
	a->allow = take(&t->allow);
	a->proxy = take(&t->proxy);
	a->ca_file = take(&t->ca_file);
	a->ca_dir = take(&t->ca_dir);
	a->on_error = take(&t->on_error);
	return check(a, t, st, why) == -1 ? -1 :
	    endpoint_complete(&a->token_endpoint, t->tenant, a->path,
	    "token_endpoint", why);
}

int
account_load(struct account *a, const struct scope *s, const char *name,
    struct failure *why)
{
	struct texts t = { .provider = NULL };
	struct stat st;
	int fd, result;

	memset(a, 0, sizeof(*a));
	if (name_fold(a->name, name, strlen(name), why) == -1 ||
	    (fd = open_account(a, s, a->name, &st, why)) == -1)
		return -1;
	cache_stamp(a->stamp, &st);
	result = read_layers(a, &t, s, fd, why) == -1 ||
	    take_texts(a, &t, &st, why) == -1 ? -1 : 0;
	close(fd);
	texts_free(&t);
	return result;
}

char *
account_find_allow(const struct scope *s, const char *name)
{
	struct account a;
	struct defaults d;
	struct stat st;
	char *allow = NULL;
	int fd = open_account(&a, s, name, &st, NULL);

	if (fd != -1) {
		allow = conf_find(fd, "allow");
		close(fd);
	}
	if (allow == NULL) {
		if (defaults_read(&d, s, NULL) == 0)
			allow = take(&d.allow);
		defaults_free(&d);
	}
	return allow;
}

void
account_free(struct account *a)
{
	size_t i;

	drop(&a->provider);
	drop(&a->token_endpoint);
	drop(&a->client_id);
	drop(&a->client_secret);
	drop(&a->client_secret_file);
	drop(&a->scope);
	for (i = 0; i < 4; i++)
		drop(&a->owned_users[i]);
	drop(&a->hosts);
	drop(&a->allow);
	drop(&a->proxy);
	drop(&a->ca_file);
	drop(&a->ca_dir);
	drop(&a->on_error);
}
