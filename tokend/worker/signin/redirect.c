/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/redirect.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/number.h"

/* The port at text, which begins with ':' or is none. */
static int
read_port(struct redirect *r, const char **text)
{
	int64_t port = 0;
	size_t len;

	if (**text != ':')
		return 0;
	len = number_read(*text + 1, &port);
	if (len == 0 || port < 1 || port > 65535)
		return -1;
	r->port = (unsigned)port;
	*text += 1 + len;
	return 0;
}

static int
read_loopback(struct redirect *r, const struct url *u, const char *uri)
{
	const char *rest = uri + strlen("http://");

	snprintf(r->host, sizeof(r->host), "%s", u->host);
	rest += strlen(u->host) + (*rest == '[' ? 2 : 0);
	if (read_port(r, &rest) == -1 || strchr(rest, '#') != NULL)
		return -1;
	snprintf(r->rest, sizeof(r->rest), "%s", rest);
	snprintf(r->path, sizeof(r->path), "%s%.*s",
	    rest[0] == '/' ? "" : "/", (int)strcspn(rest, "?"), rest);
	r->is_loopback = 1;
	return 0;
}

/* The hosts that RFC 8252 8.3 knows; each is what a browser sends as Host. */
static int
is_ours(const struct url *u)
{
	return !u->is_tls && (strcmp(u->host, "127.0.0.1") == 0 ||
	    strcmp(u->host, "::1") == 0 ||
	    strcasecmp(u->host, "localhost") == 0);
}

int
redirect_read(struct redirect *r, const char *uri)
{
	struct url u;

	memset(r, 0, sizeof(*r));
	r->is_stated = uri != NULL;
	if (uri == NULL)
		uri = "http://127.0.0.1/";
	/* Room for a port, and for the slash that a browser adds. */
	if (strlen(uri) + sizeof(":65535/") > sizeof(r->uri))
		return -1;
	if (url_read(&u, uri) == 0 && is_ours(&u))
		return read_loopback(r, &u, uri);
	snprintf(r->uri, sizeof(r->uri), "%s", uri);
	return 0;
}

int
redirect_write(const struct redirect *r, unsigned port,
    char uri[REDIRECT_MAX])
{
	int is_six = strchr(r->host, ':') != NULL, n;

	n = r->is_loopback ? snprintf(uri, REDIRECT_MAX,
	    "http://%s%s%s:%u%s", is_six ? "[" : "", r->host,
	    is_six ? "]" : "", port, r->rest) :
	    snprintf(uri, REDIRECT_MAX, "%s", r->uri);
	return n < REDIRECT_MAX ? 0 : -1;
}
