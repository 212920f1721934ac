/* SPDX-License-Identifier: BSD-2-Clause */
/* check_values.c - see check_values.h */
#include "account/check_values.h"

#include <stdio.h>
#include <string.h>

#include "account/placeholder.h"
#include "conf.h"
#include "shell_word.h"

#define HOSTS_MOST 8192	/* bytes: one line of the cache file, with room */

static int
require_value(const struct account *a, const char *value, const char *key,
    struct failure *why)
{
	if (value != NULL)
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s is missing, and no preset "
	    "gives it", a->path, key);
}

/* The sample was copied and not filled in. */
static int
refuse_placeholder(const struct account *a, const char *value,
    const char *key, struct failure *why)
{
	if (value == NULL || !is_placeholder(value))
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s: looks like a placeholder: "
	    "put the real value there", a->path, key);
}

/* What each grant cannot do without. */
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

/* Of several ways to say one thing, one. */
static int
check_one_secret(const struct account *a, struct failure *why)
{
	const struct {
		const char *value;
		const char *key;
	} secrets[] = { { a->client_secret, "client_secret" },
	    { a->client_secret_file, "client_secret_file" },
	    { a->client_key, "client_key" },
	    { a->client_assertion_file, "client_assertion_file" } };
	char what[80];
	size_t i, j;

	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		for (j = 0; j < i; j++)
			if (secrets[i].value != NULL &&
			    secrets[j].value != NULL) {
				snprintf(what, sizeof(what), "stands beside "
				    "%s: leave one of them out",
				    secrets[j].key);
				return conf_fail(why, a->path, secrets[i].key,
				    what);
			}
	return 0;
}

static int
check_paths(const struct account *a, struct failure *why)
{
	return conf_absolute(a->client_secret_file, a->path,
	    "client_secret_file", why) == -1 ||
	    conf_absolute(a->client_assertion_file, a->path,
	    "client_assertion_file", why) == -1 ||
	    conf_absolute(a->command, a->path, "command", why) == -1 ||
	    conf_absolute(a->ca_file, a->path, "ca_file", why) == -1 ||
	    conf_absolute(a->ca_dir, a->path, "ca_dir", why) == -1 ||
	    conf_absolute(a->on_error, a->path, "on_error", why) == -1 ||
	    conf_absolute(a->on_warning, a->path, "on_warning", why) == -1 ?
	    -1 : 0;
}

int
account_check(const struct account *a, const struct keys *k,
    const struct stat *st, struct failure *why)
{
	const char *secret = a->client_secret != NULL ? "client_secret" :
	    a->proxy_is_own && strchr(a->proxy, '@') != NULL ?
	    "the proxy's password" : NULL;

	if (secret != NULL && (st->st_mode & 07) != 0)
		return fail(why, STATUS_CONFIG, "%s: holds %s and "
		    "everybody may read it (mode %04o): \"chmod o= %s\"",
		    a->path, secret, (unsigned)st->st_mode & 07777,
		    SHELL_WORD(a->path));
	if (a->hosts != NULL && strlen(a->hosts) > HOSTS_MOST)
		return fail(why, STATUS_CONFIG, "%s: hosts: has %zu bytes, and "
		    "may have %d: use *.DOMAIN", a->path, strlen(a->hosts),
		    HOSTS_MOST);
	return check_one_secret(a, why) == -1 ||
	    refuse_placeholder(a, k->tenant, "tenant", why) == -1 ||
	    refuse_placeholder(a, a->client_id, "client_id", why) == -1 ||
	    refuse_placeholder(a, a->client_secret, "client_secret",
	    why) == -1 ||
	    check_grant(a, why) == -1 ||
	    require_value(a, a->hosts, "hosts", why) == -1 ||
	    check_paths(a, why) == -1 ? -1 : 0;
}
