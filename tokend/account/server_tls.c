/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/server_tls.h"

#include <string.h>

static const struct {
	unsigned port;
	unsigned port_tls;
	const char *word;
	const char *key;
	const char *tls_key;
} servers[SERVERS] = {
	[SERVER_SMTP] = { 587, 465, "smtp", "server_smtp", "tls_smtp" },
	[SERVER_IMAP] = { 993, 993, "imap", "server_imap", "tls_imap" },
	[SERVER_POP] = { 995, 995, "pop", "server_pop", "tls_pop" }
};

static const char *const words[] = { [SERVER_TLS_IMPLICIT] = "implicit",
    [SERVER_TLS_STARTTLS] = "starttls" };

const char *
server_word(enum account_server which)
{
	return servers[which].word;
}

const char *
server_key(enum account_server which)
{
	return servers[which].key;
}

enum account_server
server_find(const char *word)
{
	enum account_server which = SERVER_SMTP;

	while (which < SERVERS && (word == NULL ||
	    strcmp(servers[which].word, word) != 0))
		which++;
	return which;
}

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
	return servers[which].tls_key;
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
