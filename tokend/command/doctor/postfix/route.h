/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * route.h - the relays that an instance of Postfix sends mail to.
 */
#pragma once

#include "command/postfix/postfix.h"

#define ROUTE_TEXT_MAX 300

struct route {
	const struct postfix_service *service;
	char nexthop[ROUTE_TEXT_MAX];	/* the key for tables */
	char host[ROUTE_TEXT_MAX];	/* of it, without brackets and port */
	char port[32];			/* a number or a name; "" for none */
	int is_bracketed;		/* no MX records are asked for */
	const char *parameter;		/* that names it: relayhost, ... */
	char key[ROUTE_TEXT_MAX];	/* in its table; or "" */
	int is_by_sender;
};

struct routes {
	struct route route[POSTFIX_ROUTES];
	size_t count;
};

/*
 * Those of relayhost, default_transport, transport_maps and the tables by
 * sender that go to an smtp transport.
 */
void routes_find(struct routes *r, const struct postfix *p);

/* Splits a nexthop into host, port and is_bracketed. */
void route_parse(struct route *r, const char *nexthop);

/* The port as a number, by the names that /etc/services has; 25 for none. */
int route_port(const struct route *r);
