/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/check_values.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "account/placeholder.h"
#include "disk/conf.h"
#include "base/shell_word.h"

#define HOSTS_MOST 8192	/* bytes: one line of the cache file, with room */

#define KEY(name) { #name, offsetof(struct keys, name) }

/* Each of them says how the client proves itself. */
static const struct conf_key secrets[] = {
	KEY(client_secret), KEY(client_secret_file), KEY(client_key),
	KEY(client_assertion_file), { NULL, 0 }
};

static const struct conf_key paths[] = {
	KEY(client_secret_file), KEY(client_assertion_file), KEY(command),
	KEY(ca_file), KEY(ca_dir), KEY(on_error), KEY(on_warning), { NULL, 0 }
};

/* What a sample has, to be filled in. */
static const struct conf_key blanks[] = {
	KEY(tenant), KEY(client_id), KEY(client_secret), { NULL, 0 }
};

static const char *
get_value(const struct keys *k, const struct conf_key *key)
{
	return *(char *const *)((const char *)k + key->offset);
}

static int
check_one_secret(const struct keys *k, const char *path, struct failure *why)
{
	const struct conf_key *key = secrets, *found = NULL;
	char what[80];

	for (; key->name != NULL; key++) {
		if (get_value(k, key) == NULL)
			continue;
		if (found != NULL) {
			snprintf(what, sizeof(what), "is set in addition to "
			    "%s: remove one of them", found->name);
			return conf_fail(why, path, key->name, what);
		}
		found = key;
	}
	return 0;
}

static int
refuse_placeholders(const struct keys *k, const char *path,
    struct failure *why)
{
	const struct conf_key *key = blanks;
	const char *value;

	for (; key->name != NULL; key++)
		if ((value = get_value(k, key)) != NULL &&
		    is_placeholder(value))
			return fail(why, STATUS_CONFIG, "%s: %s: looks like a "
			    "placeholder: put the real value there", path,
			    key->name);
	return 0;
}

static int
check_paths(const struct keys *k, const char *path, struct failure *why)
{
	const struct conf_key *key = paths;

	for (; key->name != NULL; key++)
		if (conf_absolute(get_value(k, key), path, key->name,
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
	    refuse_placeholders(k, path, why) == -1 ||
	    check_paths(k, path, why) == -1 ? -1 : 0;
}
