/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/postfix/route.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command/postfix/map.h"
#include "base/number.h"

void
route_parse(struct route *r, const char *nexthop)
{
	const char *host = nexthop, *end, *colon;

	snprintf(r->nexthop, sizeof(r->nexthop), "%s", nexthop);
	r->port[0] = '\0';
	r->is_bracketed = *host == '[' && (end = strchr(host, ']')) != NULL;
	if (r->is_bracketed)
		colon = *++host != '\0' && end[1] == ':' ? end + 1 : NULL;
	else
		end = (colon = strrchr(host, ':')) != NULL ? colon :
		    host + strlen(host);
	snprintf(r->host, sizeof(r->host), "%.*s", (int)(end - host), host);
	if (colon != NULL)
		snprintf(r->port, sizeof(r->port), "%s", colon + 1);
}

int
route_port(const struct route *r)
{
	const struct servent *service;
	int64_t number = 0;

	if (r->port[0] == '\0')
		return 25;
	if (number_read(r->port, &number) == strlen(r->port))
		return number < 65536 ? (int)number : -1;
	service = getservbyname(r->port, "tcp");
	return service != NULL ? ntohs((uint16_t)service->s_port) : -1;
}

static int
is_known(const struct routes *r, const struct route *n)
{
	size_t i;

	for (i = 0; i < r->count; i++)
		if (r->route[i].service == n->service &&
		    strcmp(r->route[i].nexthop, n->nexthop) == 0 &&
		    (!n->is_by_sender || strcmp(r->route[i].key, n->key) == 0))
			return 1;
	return 0;
}

static void
add_route(struct routes *r, const struct postfix_service *service,
    const char *nexthop, const char *parameter, const char *key)
{
	struct route *n = &r->route[r->count];

	if (service == NULL || *nexthop == '\0' || r->count == POSTFIX_ROUTES)
		return;
	memset(n, 0, sizeof(*n));
	n->service = service;
	n->parameter = parameter;
	snprintf(n->key, sizeof(n->key), "%s", key);
	n->is_by_sender = strncmp(parameter, "sender_", 7) == 0;
	route_parse(n, nexthop);
	if (!is_known(r, n))
		r->count++;
}

/* "service:nexthop"; where the second is empty it is the relayhost. */
static void
add_transport(struct routes *r, const struct postfix *p, const char *value,
    const char *parameter, const char *key)
{
	size_t len = strcspn(value, ":");
	const char *nexthop = value[len] == ':' ? value + len + 1 : "";
	const struct postfix_service *service = len > 0 ?
	    postfix_find_client(p, value, len) :
	    postfix_find_client(p, "smtp", 4);

	if (*nexthop == '\0') {
		nexthop = postfix_value(p, NULL, "relayhost");
		if (strcmp(parameter, "default_transport") == 0)
			parameter = "relayhost";
	}
	add_route(r, service, nexthop, parameter, key);
}

static void
add_table(struct routes *r, const struct postfix *p, const char *parameter,
    int is_transport)
{
	const char *transport = postfix_value(p, NULL, "default_transport");
	struct buf lines = BUF_INIT(POSTFIX_TEXT_MAX);
	char *line, *at, *value;

	map_list(p, postfix_value(p, NULL, parameter), &lines);
	for (at = lines.data; (line = postfix_next_line(&at)) != NULL; ) {
		if ((value = map_value(line)) == NULL)
			continue;
		if (is_transport)
			add_transport(r, p, value, parameter, line);
		else
			add_route(r, postfix_find_client(p, transport,
			    strcspn(transport, ":")), value, parameter, line);
	}
	buf_free(&lines);
}

void
routes_find(struct routes *r, const struct postfix *p)
{
	memset(r, 0, sizeof(*r));
	add_transport(r, p, postfix_value(p, NULL, "default_transport"),
	    "default_transport", "");
	add_table(r, p, "sender_dependent_relayhost_maps", 0);
	add_table(r, p, "sender_dependent_default_transport_maps", 1);
	add_table(r, p, "transport_maps", 1);
}
