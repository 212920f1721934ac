/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/server_tls.h"

#include <string.h>

static const struct {
	unsigned port;
	unsigned port_tls;
	const char *key;
} servers[SERVERS] = {
	[SERVER_SMTP] = { 587, 465, "tls_smtp" },
	[SERVER_IMAP] = { 993, 993, "tls_imap" },
	[SERVER_POP] = { 995, 995, "tls_pop" }
};

static const char *const words[] = { [SERVER_TLS_IMPLICIT] = "implicit",
    [SERVER_TLS_STARTTLS] = "starttls" };

unsigned
server_port(enum account_server which)
{
	return servers[which].port;
}

unsigned
server_port_tls(enum account_server which)
{
	return servers[which].port_tls;
}

int
server_is_implicit(enum account_server which, unsigned port,
    enum server_tls set)
{
	return set == SERVER_TLS_BY_PORT ? port == servers[which].port_tls :
	    set == SERVER_TLS_IMPLICIT;
}

const char *
server_tls_key(enum account_server which)
{
	return servers[which].key;
}

const char *
server_tls_word(enum server_tls set)
{
	return words[set];
}

int
server_tls_parse(enum server_tls *set, const char *word)
{
	if (word == NULL)
		return -1;
	for (*set = SERVER_TLS_IMPLICIT; *set <= SERVER_TLS_STARTTLS; ++*set)
		if (strcmp(words[*set], word) == 0)
			return 0;
	*set = SERVER_TLS_BY_PORT;
	return -1;
}
