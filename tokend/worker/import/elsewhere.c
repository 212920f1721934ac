/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * elsewhere.c - tools whose files hold no token that could be read, and how
 * their users come over.
 */
#include <string.h>

#include "import/import_format.h"

#define GIVE ": \"tokend login --refresh-token-stdin NAME\" takes it, and asks " \
	"for the client id and secret; clients/migration.md has the steps"
#define CONFIGURED "its client id and secret stand in "

static const struct {
	const char *format, *text;
} tools[] = {
	{ "oauth2ms", "oauth2ms keeps its tokens in a cache of Microsoft's "
	    "library, credentials.bin: the refresh token is \"secret\" in its "
	    "member \"RefreshToken\"" GIVE },
	{ "thunderbird", "Thunderbird's tokens are of a client that is its "
	    "own, and not for other programs: \"tokend login NAME\" signs in "
	    "with one of yours; clients/migration.md has the steps" },
	{ "evolution", "Evolution and GNOME Online Accounts have tokens of a "
	    "client that is theirs, in a keyring: \"tokend login NAME\" signs "
	    "in with one of yours; clients/migration.md has the steps" },
	{ "davmail", "DavMail keeps its refresh token encrypted in "
	    "davmail.properties, by the mail program's password: \"tokend "
	    "login NAME\" signs in; clients/migration.md has the steps" },
	{ "oama", "oama keeps its tokens encrypted by gpg, or in a keyring: "
	    "let it show the account's refresh_token" GIVE },
	{ "himalaya", "himalaya keeps its tokens in a keyring, or where "
	    "refresh-token in its config.toml says: let secret-tool, or the "
	    "command there, show the account's refresh token" GIVE },
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
