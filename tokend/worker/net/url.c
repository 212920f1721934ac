/* SPDX-License-Identifier: BSD-2-Clause */
#include "net/url.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
static const char literal_bytes[] = "0123456789abcdefABCDEF:.";

static int
is_loopback(const char *host)
{
	struct in6_addr six;
	struct in_addr four;

	if (strcasecmp(host, "localhost") == 0)
		return 1;
	if (inet_pton(AF_INET, host, &four) == 1)
		return ntohl(four.s_addr) >> 24 == 127;
	return inet_pton(AF_INET6, host, &six) == 1 &&
	    IN6_IS_ADDR_LOOPBACK(&six);
}

/* Reads the host and moves *rest after it. */
static int
read_host(struct url *u, const char **rest)
{
	struct in6_addr six;
	int is_literal = **rest == '[';
	size_t len = 0;

	*rest += is_literal;
	len = strspn(*rest, is_literal ? literal_bytes : name_bytes);
	if (len == 0 || len >= sizeof(u->host))
		return -1;
	memcpy(u->host, *rest, len);
	u->host[len] = '\0';
	*rest += len;
	if (!is_literal)
		return 0;
	if (**rest != ']' || inet_pton(AF_INET6, u->host, &six) != 1)
		return -1;
	*rest += 1;
	return 0;
}

int
url_read(struct url *u, const char *text)
{
	const char *rest = NULL, *c = NULL;

	memset(u, 0, sizeof(*u));
	for (c = text; *c != '\0'; c++)
		if ((unsigned char)*c <= ' ' || (unsigned char)*c >= 0x7f ||
		    *c == '\\')
			return -1;
	if (strncasecmp(text, "https://", 8) == 0)
		u->is_tls = 1;
	else if (strncasecmp(text, "http://", 7) != 0)
		return -1;
	rest = text + (u->is_tls ? 8 : 7);
	if (read_host(u, &rest) == -1)
		return -1;
	if (*rest == ':')
		rest += 1 + strspn(rest + 1, "0123456789");
	/* '\0' counts for strchr: a URL may end here. */
	if (strchr("/?", *rest) == NULL)
		return -1;
	u->is_loopback = is_loopback(u->host);
	u->is_metadata = strcmp(u->host, "169.254.169.254") == 0 ||
	    strcasecmp(u->host, "metadata.google.internal") == 0;
	return 0;
}
