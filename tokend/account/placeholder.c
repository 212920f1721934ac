/* SPDX-License-Identifier: BSD-2-Clause */
#include "account/placeholder.h"

#include <string.h>
#include <strings.h>

static const char hex[] = "0123456789abcdefABCDEF";

/* Of our own README and man pages, and of everybody's. */
static const char *const examples[] = {
	"9a3e7d0c-58b1-4a5f-bb0e-0d9f3b7c2e44",
	"00000000-0000-0000-0000-000000000000",
	"12345678-1234-1234-1234-123456789012",
	"12345678-1234-1234-1234-123456789abc",
	"changeme", "change-me", "change_me", "client_id", "client-id",
	"client_secret", "client-secret", "clientid", "clientsecret"
};

int
is_guid(const char *value)
{
	static const size_t parts[] = { 8, 4, 4, 4, 12 };
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (i > 0 && *value++ != '-')
			return 0;
		if (strspn(value, hex) < parts[i])
			return 0;
		value += parts[i];
	}
	return *value == '\0';
}

/* xxx, xxxxxxxx-xxxx-..., xxx.apps.googleusercontent.com */
static int
is_crossed_out(const char *value)
{
	size_t len = strspn(value, "xX"), all = strspn(value, "xX-_.");

	return len >= 3 && (value[all] == '\0' || value[len] == '.');
}

int
is_placeholder(const char *value)
{
	size_t i, len = strlen(value);

	if (len == 0)
		return 0;
	for (i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		if (strcasecmp(value, examples[i]) == 0)
			return 1;
	return (value[0] == '<' && value[len - 1] == '>') ||
	    (value[0] == '{' && value[len - 1] == '}') ||
	    (value[0] == '[' && value[len - 1] == ']') ||
	    strncasecmp(value, "your-", 5) == 0 ||
	    strncasecmp(value, "your_", 5) == 0 || is_crossed_out(value);
}
