/* SPDX-License-Identifier: BSD-2-Clause */
/* address.c - see tunnel_command.h: the address of a listener, on loopback */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command/tunnel/tunnel_command.h"
#include "base/number.h"

#define BACKLOG 16

/* Splits ADDRESS:PORT or [ADDRESS]:PORT; the port in network order, or 0. */
static in_port_t
split_address(char host[INET6_ADDRSTRLEN], const char *text)
{
	const char *colon = strrchr(text, ':');
	int64_t port = 0;
	size_t len = 0;

	if (colon == NULL || number_read(colon + 1, &port) == 0 ||
	    number_read(colon + 1, &port) != strlen(colon + 1) || port < 1 ||
	    port > 65535)
		return 0;
	len = (size_t)(colon - text);
	if (text[0] == '[' && len > 1 && colon[-1] == ']') {
		text++;
		len -= 2;
	} else if (memchr(text, ':', len) != NULL) {
		return 0;
	}
	if (len >= INET6_ADDRSTRLEN)
		return 0;
	memcpy(host, text, len);
	host[len] = '\0';
	return htons((in_port_t)port);
}

int
tunnel_address(struct sockaddr_storage *address, const char *text,
    struct failure *why)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	char host[INET6_ADDRSTRLEN] = "";

	memset(address, 0, sizeof(*address));
	v4.sin_port = v6.sin6_port = split_address(host, text);
	if (v4.sin_port != 0 && inet_pton(AF_INET, host, &v4.sin_addr) == 1 &&
	    ntohl(v4.sin_addr.s_addr) >> 24 == IN_LOOPBACKNET) {
		memcpy(address, &v4, sizeof(v4));
		return 0;
	}
	if (v4.sin_port != 0 &&
	    inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr)) {
		memcpy(address, &v6, sizeof(v6));
		return 0;
	}
	return fail(why, STATUS_CONFIG, "--listen: %.80s is not 127.0.0.1:PORT "
	    "or [::1]:PORT: a program that logs in there sends a password in "
	    "clear, so only loopback is allowed", text);
}

int
tunnel_bind(const struct sockaddr_storage *address, const char *text,
    struct failure *why)
{
	int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0), on = 1;

	if (fd != -1 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on)) == 0 &&
	    bind(fd, (const struct sockaddr *)address,
	    address->ss_family == AF_INET ? sizeof(struct sockaddr_in) :
	    sizeof(struct sockaddr_in6)) == 0 && listen(fd, BACKLOG) == 0)
		return fd;
	fail(why, errno == EADDRINUSE ? STATUS_LATER : STATUS_CONFIG,
	    "--listen: cannot listen at %.80s: %s", text, strerror(errno));
	if (fd != -1)
		close(fd);
	return -1;
}
