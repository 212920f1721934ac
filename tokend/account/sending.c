/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/sending.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/endpoint.h"
#include "account/keys.h"
#include "base/buf.h"
#include "disk/conf.h"

static const char *const words[SEND_WAYS] = { [SEND_NONE] = "",
    [SEND_SMTP] = "smtp", [SEND_GMAIL] = "gmail", [SEND_GRAPH] = "graph" };

const char *
send_way_word(enum send_way way)
{
	return words[way];
}

enum send_way
sending_parse(const char *word)
{
	int way;

	for (way = SEND_SMTP; word != NULL && way < SEND_WAYS; way++)
		if (strcmp(word, words[way]) == 0)
			return (enum send_way)way;
	return SEND_NONE;
}

static int
parse_way(struct send_basis *s, const struct keys *k, struct failure *why)
{
	s->way = sending_parse(k->send);
	return k->send == NULL || s->way != SEND_NONE ? 0 :
	    conf_fail(why, s->path, "send", "is smtp, gmail or graph");
}

int
sending_is_api(enum send_way way)
{
	return way == SEND_GMAIL || way == SEND_GRAPH;
}

/* A preset's endpoint speaks one language; one of the file's own, any. */
static int
check_endpoint(const struct send_basis *s, struct keys *k, struct failure *why)
{
	char what[160];

	if (k->send_endpoint == NULL)
		return conf_fail(why, s->path, "send_endpoint", "is missing, "
		    "and no preset gives it");
	if (k->send_api != NULL && strcmp(k->send_api, k->send) != 0) {
		snprintf(what, sizeof(what), "is %s, and this provider has "
		    "smtp and %s", words[s->way], k->send_api);
		return conf_fail(why, s->path, "send", what);
	}
	return endpoint_complete(&k->send_endpoint, k->tenant, s->path,
	    "send_endpoint", why);
}

/* The host of a URL that endpoint_complete passed. */
static const char *
find_host(const char *endpoint, size_t *len)
{
	const char *host = strstr(endpoint, "://") + 3;

	*len = host[0] == '[' ? strcspn(host, "]") + 1 :
	    strcspn(host, ":/?#");
	return host;
}

char *
sending_copy_host(const char *endpoint)
{
	const char *host;
	size_t len;

	if (strstr(endpoint, "://") == NULL)
		return NULL;
	host = find_host(endpoint, &len);
	return strndup(host, len);
}

static int
set_hosts(struct keys *k, struct failure *why)
{
	char *host = sending_copy_host(k->send_endpoint);

	if (host == NULL)
		return fail_memory(why);
	key_drop(&k->hosts);
	k->hosts = host;
	return 0;
}

char **
sending_scope(struct keys *k, enum send_way way, int has_person)
{
	switch (way) {
	case SEND_SMTP:
		return has_person ? &k->scope_send_smtp : NULL;
	case SEND_GMAIL:
		return &k->scope_send_gmail;
	case SEND_GRAPH:
		return has_person ? &k->scope_send_graph :
		    &k->scope_send_graph_client_credentials;
	default:
		return NULL;
	}
}

static int
set_scope(struct send_basis *s, struct keys *k, struct failure *why)
{
	char **narrowest = sending_scope(k, s->way, s->has_person);

	if (narrowest == NULL || *narrowest == NULL)
		return 0;
	s->scope = key_take(narrowest);
	if (s->way == SEND_SMTP || s->scope_is_stated)
		return 0;
	key_drop(&k->scope);
	k->scope = strdup(s->scope);
	return k->scope != NULL ? 0 : fail_memory(why);
}

int
sending_take(struct send_basis *s, struct keys *k, struct failure *why)
{
	if (parse_way(s, k, why) == -1)
		return -1;
	if (s->way == SEND_SMTP && k->server_smtp == NULL)
		return conf_fail(why, s->path, "server_smtp", "is missing: "
		    "send = smtp needs it");
	if (sending_is_api(s->way) && (check_endpoint(s, k, why) == -1 ||
	    (!s->hosts_are_own && set_hosts(k, why) == -1)))
		return -1;
	return set_scope(s, k, why);
}

int
sending_host(enum send_way way, const char *server, const char *endpoint,
    char *host, size_t size)
{
	const char *found = server;
	size_t len;

	if (sending_is_api(way)) {
		found = find_host(endpoint, &len);
	} else if (server[0] == '[') {
		found++;
		len = strcspn(found, "]");
	} else {
		len = strcspn(server, ":");
	}
	if (len >= size)
		return -1;
	memcpy(host, found, len);
	host[len] = '\0';
	return 0;
}

int
sending_address(struct buf *url, const char *endpoint, const char *path)
{
	size_t len = strlen(endpoint);

	while (len > 0 && endpoint[len - 1] == '/')
		len--;
	return buf_add(url, endpoint, len) == 0 ? buf_adds(url, path) : -1;
}
