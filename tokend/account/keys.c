/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/keys.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define KEY(name) { #name, offsetof(struct keys, name) }
#define SHARED \
	KEY(issuer), KEY(response_issuer), KEY(token_endpoint), \
	KEY(authorization_endpoint), \
	KEY(device_authorization_endpoint), KEY(revocation_endpoint), \
	KEY(authorization_parameters), KEY(redirect_uri), KEY(grant), \
	KEY(client_auth), KEY(client_assertion_alg), KEY(tenant), KEY(scope), \
	KEY(metadata_service), KEY(hosts), KEY(server_smtp), \
	KEY(server_imap), KEY(server_pop), KEY(tls_smtp), KEY(tls_imap), \
	KEY(tls_pop), KEY(send_endpoint), KEY(refresh_before), KEY(min_valid)

const struct conf_key account_keys[] = {
	SHARED, KEY(provider), KEY(cloud), KEY(client_id), KEY(client_secret),
	KEY(client_secret_file), KEY(client_key), KEY(client_certificate),
	KEY(client_assertion_file), KEY(metadata_endpoint), KEY(command),
	KEY(user), KEY(user_smtp), KEY(user_imap), KEY(user_pop), KEY(allow),
	KEY(send), KEY(send_from), KEY(allow_send), KEY(proxy), KEY(ca_file),
	KEY(ca_dir), KEY(on_error), KEY(on_warning), { NULL, 0 }
};

const struct conf_key preset_keys[] = {
	SHARED, KEY(scope_client_credentials), KEY(title), KEY(domains),
	KEY(mx), KEY(client_id_form), KEY(client_type), KEY(device_note),
	KEY(send_api), KEY(scope_send_smtp), KEY(scope_send_gmail),
	KEY(scope_send_graph), KEY(scope_send_graph_client_credentials),
	{ NULL, 0 }
};

void
key_drop(char **value)
{
	if (*value != NULL)
		explicit_bzero(*value, strlen(*value));
	free(*value);
	*value = NULL;
}

static void
drop_all(struct keys *k, const struct conf_key *table)
{
	for (; table->name != NULL; table++)
		key_drop((char **)((char *)k + table->offset));
}

void
keys_free(struct keys *k)
{
	drop_all(k, account_keys);
	drop_all(k, preset_keys);
}

int
key_copy(char **key, const char *value, struct failure *why)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return fail_memory(why);
	key_drop(key);
	*key = copy;
	return 0;
}

char *
key_take(char **value)
{
	char *taken = *value;

	*value = NULL;
	return taken;
}
