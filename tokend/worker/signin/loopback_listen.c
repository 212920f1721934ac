/* SPDX-License-Identifier: BSD-2-Clause */
#include "signin/loopback_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 16
#define TRIES 8		/* to find one port that is free in both families */

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
};

static socklen_t
set_loopback(union address *a, int family, unsigned port)
{
	memset(a, 0, sizeof(*a));
	if (family == AF_INET) {
		a->four.sin_family = AF_INET;
		a->four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
		a->four.sin_port = htons((uint16_t)port);
		return sizeof(a->four);
	}
	a->six.sin6_family = AF_INET6;
	a->six.sin6_addr = in6addr_loopback;
	a->six.sin6_port = htons((uint16_t)port);
	return sizeof(a->six);
}

/* A socket, and in *port the port that it has. -1 with errno. */
static int
open_one(int family, unsigned *port, int listens)
{
	static const int on = 1;
	union address a;
	socklen_t len = set_loopback(&a, family, *port);
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
	    0), error;

	if (fd == -1)
		return -1;
	/*
	 * A fixed port is free again at once after the last sign-in. It does
	 * not allow a second listener; but where none listens, another user
	 * could start to, so a port that is only held does without it.
	 */
	if ((!listens || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == 0) &&
	    (family == AF_INET || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
	    &on, sizeof(on)) == 0) &&
	    bind(fd, &a.any, len) == 0 &&
	    (!listens || listen(fd, BACKLOG) == 0) &&
	    getsockname(fd, &a.any, &len) == 0) {
		*port = ntohs(family == AF_INET ? a.four.sin_port :
		    a.six.sin6_port);
		return fd;
	}
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

void
close_loopback(int sockets[2])
{
	int i;

	for (i = 0; i < 2; i++)
		if (sockets[i] != -1) {
			close(sockets[i]);
			sockets[i] = -1;
		}
}

/* One family may be missing on this machine, and one is enough then. */
static int
is_missing(int error)
{
	return error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
}

/* Both families at one port. The port, or 0 with errno. */
static unsigned
open_both(unsigned fixed, int sockets[2], int listens)
{
	unsigned port;
	int tries, error = 0;

	for (tries = 0; tries < TRIES; tries++) {
		port = fixed;
		sockets[0] = open_one(AF_INET, &port, listens);
		if (sockets[0] == -1 && !is_missing(errno))
			return 0;
		sockets[1] = open_one(AF_INET6, &port, listens);
		if (sockets[1] != -1 || (is_missing(errno) &&
		    sockets[0] != -1))
			return port;
		error = errno;
		close_loopback(sockets);
		if (error != EADDRINUSE || fixed != 0)
			break;
	}
	errno = error;
	return 0;
}

static unsigned
open_family(int family, unsigned port, int sockets[2], int listens)
{
	int *fd = &sockets[family == AF_INET ? 0 : 1];

	*fd = open_one(family, &port, listens);
	return *fd == -1 ? 0 : port;
}

static unsigned
fail_bind(const struct redirect *r, const char *account, struct failure *why)
{
	if (errno == EADDRINUSE && r->port != 0)
		fail(why, STATUS_CONFIG, "account \"%s\": port %u, which "
		    "redirect_uri names, is taken by another program: end it, "
		    "or register and set another port", account, r->port);
	else if (errno == EACCES && r->port != 0)
		fail(why, STATUS_CONFIG, "account \"%s\": port %u, which "
		    "redirect_uri names, is for root alone: register and set "
		    "one above 1023", account, r->port);
	else
		fail(why, status_of_errno(errno), "account \"%s\": no "
		    "listening at %s for the browser's return: %s", account,
		    r->host, strerror(errno));
	return 0;
}

unsigned
listen_loopback(struct redirect *r, int sockets[2], int listens,
    const char *account, struct failure *why)
{
	unsigned port;

	sockets[0] = sockets[1] = -1;
	if (strcasecmp(r->host, "localhost") == 0)
		port = open_both(r->port, sockets, listens);
	else
		port = open_family(strchr(r->host, ':') == NULL ? AF_INET :
		    AF_INET6, r->port, sockets, listens);
	if (port == 0 && !r->is_stated && is_missing(errno)) {
		snprintf(r->host, sizeof(r->host), "::1");
		port = open_family(AF_INET6, 0, sockets, listens);
	}
	return port != 0 ? port : fail_bind(r, account, why);
}
