/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/check_values.h"

#include <stdio.h>
#include <string.h>

#include "account/placeholder.h"
#include "conf.h"
#include "shell_word.h"

#define HOSTS_MOST 8192	/* bytes: one line of the cache file, with room */

/* The sample was copied and not filled in. */
static int
refuse_placeholder(const char *value, const char *path, const char *key,
    struct failure *why)
{
	if (value == NULL || !is_placeholder(value))
		return 0;
	return fail(why, STATUS_CONFIG, "%s: %s: looks like a placeholder: "
	    "put the real value there", path, key);
}

/* Each of them says how the client proves itself. */
static int
check_one_secret(const struct keys *k, const char *path, struct failure *why)
{
	const struct {
		const char *value;
		const char *key;
	} secrets[] = { { k->client_secret, "client_secret" },
	    { k->client_secret_file, "client_secret_file" },
	    { k->client_key, "client_key" },
	    { k->client_assertion_file, "client_assertion_file" } };
	char what[80];
	size_t i, j = 0, n = 0;

	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (secrets[i].value == NULL)
			continue;
		if (n++ > 0) {
			snprintf(what, sizeof(what), "is set in addition to "
			    "%s: remove one of them", secrets[j].key);
			return conf_fail(why, path, secrets[i].key, what);
		}
		j = i;
	}
	return 0;
}

static int
check_paths(const struct keys *k, const char *path, struct failure *why)
{
	const struct {
		const char *value;
		const char *key;
	} paths[] = { { k->client_secret_file, "client_secret_file" },
	    { k->client_assertion_file, "client_assertion_file" },
	    { k->command, "command" }, { k->ca_file, "ca_file" },
	    { k->ca_dir, "ca_dir" }, { k->on_error, "on_error" },
	    { k->on_warning, "on_warning" } };
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (conf_absolute(paths[i].value, path, paths[i].key,
		    why) == -1)
			return -1;
	return 0;
}

int
check_values(const struct keys *k, const char *path, int proxy_is_own,
    const struct stat *st, struct failure *why)
{
	const char *secret = k->client_secret != NULL ? "client_secret" :
	    proxy_is_own && strchr(k->proxy, '@') != NULL ?
	    "the proxy's password" : NULL;

	if (secret != NULL && (st->st_mode & 07) != 0)
		return fail(why, STATUS_CONFIG, "%s: contains %s, and every "
		    "user may read it (mode %04o): \"chmod o= %s\"", path,
		    secret, (unsigned)st->st_mode & 07777, SHELL_WORD(path));
	if (k->hosts != NULL && strlen(k->hosts) > HOSTS_MOST)
		return fail(why, STATUS_CONFIG, "%s: hosts: has %zu bytes, and "
		    "at most %d are possible: use *.DOMAIN", path,
		    strlen(k->hosts), HOSTS_MOST);
	return check_one_secret(k, path, why) == -1 ||
	    refuse_placeholder(k->tenant, path, "tenant", why) == -1 ||
	    refuse_placeholder(k->client_id, path, "client_id", why) == -1 ||
	    refuse_placeholder(k->client_secret, path, "client_secret",
	    why) == -1 || check_paths(k, path, why) == -1 ? -1 : 0;
}
