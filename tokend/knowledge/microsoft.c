/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/microsoft.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/*
 * Of each cloud the host of today and those before it, which still answer; a
 * dot first: any name below it, as regions have them.
 */
static const char *const hosts[] = {
	/* global */
	"login.microsoftonline.com", "login.microsoft.com",
	".login.microsoft.com", "login.windows.net", "sts.windows.net",
	/* US government */
	"login.microsoftonline.us", "login-us.microsoftonline.com",
	/* China */
	"login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
	"sts.chinacloudapi.cn",
	/* Germany, until 2021 */
	"login.microsoftonline.de"
};

static int
is_host(const char *name, size_t len, const char *known)
{
	size_t n = strlen(known);

	return (known[0] == '.' ? len > n : len == n) &&
	    strncasecmp(name + len - n, known, n) == 0;
}

int
microsoft_has(const char *url)
{
	const char *name = url != NULL ? strstr(url, "://") : NULL;
	size_t len = 0, i = 0;

	if (name == NULL)
		return 0;
	name += strlen("://");
	len = strcspn(name, ":/?#");
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++)
		if (is_host(name, len, hosts[i]))
			return 1;
	return 0;
}
