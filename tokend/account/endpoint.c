/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "disk/conf.h"

#define URL_MAX 2048
#define URL_SHOWN 120		/* bytes of one in a text, with NUL */
#define PLACE "{tenant}"

/* The host is one of these, and nothing that only begins like one. */
static int
is_loopback(const char *authority)
{
	static const char *const names[] = { "localhost", "127.0.0.1",
	    "[::1]" };
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		n = strlen(names[i]);
		if (strncasecmp(authority, names[i], n) == 0 &&
		    strchr(":/?", authority[n]) != NULL &&
		    memchr(authority, '@', strcspn(authority, "/?")) == NULL)
			return 1;
	}
	return 0;
}

int
endpoint_is_safe(const char *url)
{
	if (strncasecmp(url, "https://", 8) == 0)
		return url[8] != '\0' && url[8] != '/';
	return strncasecmp(url, "http://", 7) == 0 && is_loopback(url + 7);
}

int
endpoint_same_origin(const char *a, const char *b)
{
	const char *rest = a != NULL ? strstr(a, "://") : NULL;
	size_t len;

	if (rest == NULL || b == NULL)
		return a == b;
	len = strcspn(rest + 3, "/?#") + (size_t)(rest + 3 - a);
	return strncmp(a, b, len) == 0 && strchr("/?#", b[len]) != NULL;
}

/* With what to write, unless that is too long for a text. */
static int
fail_plain(const char *url, const char *file, const char *key,
    struct failure *why)
{
	const char *rest = strstr(url, "://");
	char what[128 + URL_SHOWN] = "";
	size_t len;

	rest = rest != NULL ? rest + strlen("://") : url;
	len = strlen(rest) < URL_SHOWN ? strlen(rest) : 0;
	snprintf(what, sizeof(what), "is not https://, so secrets would be "
	    "read on the way (http:// is for loopback only)%s%.*s",
	    len != 0 ? ": write https://" : "", (int)len, rest);
	return conf_fail(why, file, key, what);
}

int
endpoint_complete(char **url, const char *tenant, const char *file,
    const char *key, struct failure *why)
{
	struct buf b = BUF_INIT(URL_MAX);
	char *place = strstr(*url, PLACE), *copy = NULL;

	if (place != NULL) {
		if (tenant == NULL)
			return conf_fail(why, file, "tenant", "is missing: the "
			    "directory's id or domain, from the provider's "
			    "console");
		if (tenant[strcspn(tenant, "/?#@: ")] != '\0')
			return conf_fail(why, file, "tenant",
			    "is an id or a domain, not an address");
		if (buf_add(&b, *url, (size_t)(place - *url)) == -1 ||
		    buf_adds(&b, tenant) == -1 ||
		    buf_adds(&b, place + strlen(PLACE)) == -1 ||
		    (copy = strdup(buf_text(&b))) == NULL) {
			buf_free(&b);
			return errno == ENOMEM ? fail_memory(why) :
			    conf_fail(why, file, key, "is too long");
		}
		buf_free(&b);
		free(*url);
		*url = copy;
	}
	if ((*url)[strcspn(*url, " {}<>\"\\")] != '\0' ||
	    strlen(*url) > URL_MAX)
		return conf_fail(why, file, key, "is not a proper address");
	if (memchr(*url, '@', strcspn(*url, "?")) != NULL)
		return conf_fail(why, file, key, "has a user name in it: "
		    "write https://HOST/PATH");
	return endpoint_is_safe(*url) ? 0 : fail_plain(*url, file, key, why);
}
