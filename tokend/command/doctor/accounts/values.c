/* SPDX-License-Identifier: BSD-2-Clause */
/* values.c - values of an account that cannot be what was meant */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/granted_scope.h"
#include "account/placeholder.h"
#include "command/account_mistakes.h"
#include "command/doctor/accounts/accounts.h"

static int
check_scope(struct doctor *d, const struct account *a)
{
	enum account_finding found = GRAPH_OWN;
	char word[FINDING_TEXT_MAX + 1];
	struct graph g;

	mistake_graph_scope(&g, a);
	if (g.word == NULL)
		return 0;
	if (g.has_outlook)
		found = a->provider != NULL ? GRAPH_MIXED_PRESET :
		    GRAPH_MIXED_OWN;
	else if (a->provider != NULL)
		found = GRAPH_PRESET;
	snprintf(word, sizeof(word), "%.*s", g.len, g.word);
	report_account(d, found, KNOWN_VALUES({ "file", a->path },
	    { "account", a->name }, { "word", word }));
	return 1;
}

/* AADSTS7000215: each secret of Microsoft's has an id and a value. */
static int
check_secret(struct doctor *d, const struct account *a)
{
	if (a->client_secret == NULL || !granted_by_microsoft(a) ||
	    !is_guid(a->client_secret))
		return 0;
	report_account(d, SECRET_ID, KNOWN_VALUES({ "file", a->path }));
	return 1;
}

/* An application belongs to one directory; only people can be looked up. */
static int
check_tenant(struct doctor *d, const struct account *a)
{
	static const char *const many[] = { "/common/", "/organizations/",
	    "/consumers/" };
	const char *user = a->users.user != NULL ? a->users.user : a->name;
	const char *at = strrchr(user, '@');
	char word[32];
	size_t i;

	if (a->grant != GRANT_CLIENT_CREDENTIALS || !granted_by_microsoft(a))
		return 0;
	for (i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		if (strstr(a->token_endpoint, many[i]) != NULL)
			break;
	if (i == sizeof(many) / sizeof(many[0]))
		return 0;
	snprintf(word, sizeof(word), "%.*s", (int)strlen(many[i]) - 2,
	    many[i] + 1);
	report_account(d, TENANT_MISSING, KNOWN_VALUES({ "file", a->path },
	    { "word", word },
	    { "domain", at != NULL ? at + 1 : "example.com" }));
	return 1;
}

static int
check_allow(struct doctor *d, const struct account *a)
{
	const char *at = a->allow;
	char name[256];
	int count = 0, is_group;

	for (; mistake_unknown_allow(&at, name); count++) {
		is_group = name[0] == '@';
		report_account(d, is_group ? ALLOW_NO_GROUP : ALLOW_NO_USER,
		    KNOWN_VALUES({ "account", a->name },
		    { "word", name + is_group }, { "file",
		    a->allow_is_own ? a->path : "tokend.conf" }));
	}
	return count;
}

/* What a platform may have mounted; --live says what is in them. */
static int
check_files(struct doctor *d, const struct account *a)
{
	const struct {
		const char *key, *path;
		enum file_want want;
	} files[] = {
		{ "client_secret_file", a->client_secret_file, FILE_SECRET },
		{ "client_key", a->client_key, FILE_SECRET },
		{ "client_certificate", a->client_certificate, FILE_SHOWN },
		{ "client_assertion_file", a->client_assertion_file,
		    FILE_SECRET },
		{ "ca_file", a->ca_file, FILE_SHOWN }
	};
	enum path_state found;
	int count = 0;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].path == NULL || files[i].path[0] != '/')
			continue;
		found = PATH_GOOD;
		if (access(files[i].path, F_OK) == -1 && errno == ENOENT)
			found = PATH_MISSING;
		else if (files[i].want != FILE_SHOWN)
			found = check_path(d, files[i].path,
			    files[i].want);
		if (found == PATH_MISSING)
			report_account(d, FILE_MISSING, KNOWN_VALUES(
			    { "file", a->path }, { "setting", files[i].key },
			    { "path", files[i].path }));
		count += found != PATH_GOOD;
	}
	return count;
}

int
check_account_values(struct doctor *d, const struct account *a)
{
	return check_scope(d, a) + check_secret(d, a) + check_tenant(d, a) +
	    check_files(d, a) + check_allow(d, a);
}
