/*
 * elsewhere.c - tools whose files hold no token that could be read, and how
 * their users come over.
 */
#include <string.h>

#include "import/import.h"

#define GIVE ": \"tokend login --refresh-token-stdin NAME\" takes it, and asks " \
	"for the client id and secret; clients/migration.md has the steps"
#define CONFIGURED "its client id and secret stand in "

static const struct {
	const char *format, *text;
} tools[] = {
	{ "oama", "oama keeps its tokens encrypted by gpg, or in a keyring: "
	    "let it show the account's refresh_token" GIVE },
	{ "himalaya", "himalaya keeps its tokens in a keyring: let secret-tool "
	    "show the account's refresh token" GIVE },
	{ "pizauth", "pizauth keeps its tokens in memory, and gives none of "
	    "them out: " CONFIGURED "pizauth.conf, and \"tokend login NAME\" "
	    "asks for them; clients/migration.md has the steps" },
	{ "offlineimap", "offlineimap has no token file: what follows "
	    "oauth2_refresh_token in .offlineimaprc is the refresh token"
	    GIVE },
};

const char *
source_elsewhere(const char *format)
{
	size_t i;

	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (strcmp(tools[i].format, format) == 0)
			return tools[i].text;
	return NULL;
}
