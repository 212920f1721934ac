/* SPDX-License-Identifier: BSD-2-Clause */
/* values.c - values of an account that cannot be what was meant */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "account/granted_scope.h"
#include "account/placeholder.h"
#include "command/account_mistakes.h"
#include "command/doctor/accounts/accounts.h"
#include "shell_word.h"

static int
tell(struct doctor *d, struct finding *f)
{
	f->check = ACCOUNTS_CHECK;
	f->verdict = VERDICT_FAULT;
	f->code = STATUS_CONFIG;
	doctor_report(d, f);
	return 1;
}

static int
look_at_scope(struct doctor *d, const struct account *a)
{
	struct finding f = { .check = NULL };
	struct graph g;

	mistake_graph_scope(&g, a);
	if (g.word == NULL)
		return 0;
	finding_text(f.found, "%s: scope: \"%.*s\" is of Microsoft Graph%s.",
	    a->path, g.len, g.word, g.has_outlook ? ", and stands beside ones "
	    "of Outlook" : "");
	finding_text(f.matters, g.has_outlook ? "A token is for one of the two "
	    "only: Microsoft refuses both together (AADSTS70011)." :
	    "Such a token is for another service: SMTP, IMAP and POP servers "
	    "refuse it.");
	if (a->provider != NULL)
		finding_text(f.fix, "Take scope out of that file, as the "
		    "preset has the right ones: \"sed -i /^scope/d %s\". Then "
		    "\"tokend login %s\".", SHELL_WORD(a->path),
		    SHELL_NAME(a->name));
	else
		finding_text(f.fix, "Put this line in %s: \"scope = "
		    "https://outlook.office.com/SMTP.Send offline_access\" "
		    "(beside SMTP.Send there are IMAP.AccessAsUser.All and "
		    "POP.AccessAsUser.All). Then \"tokend login %s\".",
		    a->path, SHELL_NAME(a->name));
	return tell(d, &f);
}

/* AADSTS7000215: each secret of Microsoft's has an id beside its value. */
static int
look_at_secret(struct doctor *d, const struct account *a)
{
	struct finding f = { .check = NULL };

	if (a->client_secret == NULL || !granted_by_microsoft(a) ||
	    !is_guid(a->client_secret))
		return 0;
	finding_text(f.found, "%s: client_secret looks like the secret's ID, "
	    "and not like its value.", a->path);
	finding_text(f.matters, "Microsoft refuses it as an invalid client "
	    "secret (AADSTS7000215).");
	finding_text(f.fix, "In the Entra console, under Certificates & "
	    "secrets, copy the column Value (shown once, right after it is "
	    "made; make a new one else) to client_secret in %s.", a->path);
	return tell(d, &f);
}

/* An application belongs to one directory; only people can be looked up. */
static int
look_at_tenant(struct doctor *d, const struct account *a)
{
	static const char *const many[] = { "/common/", "/organizations/",
	    "/consumers/" };
	const char *user = a->users.user != NULL ? a->users.user : a->name;
	const char *at = strrchr(user, '@');
	struct finding f = { .check = NULL };
	size_t i;

	if (a->grant != GRANT_CLIENT_CREDENTIALS || !granted_by_microsoft(a))
		return 0;
	for (i = 0; i < sizeof(many) / sizeof(many[0]); i++)
		if (strstr(a->token_endpoint, many[i]) != NULL)
			break;
	if (i == sizeof(many) / sizeof(many[0]))
		return 0;
	finding_text(f.found, "%s: the token endpoint is for any directory "
	    "(%.*s), and grant = client_credentials needs one.", a->path,
	    (int)strlen(many[i]) - 2, many[i] + 1);
	finding_text(f.matters, "An application has no user by whom Microsoft "
	    "could find the directory, and it refuses the request.");
	finding_text(f.fix, "Put this line in %s: \"tenant = %s\". It is the "
	    "directory's id, or a domain of it.", a->path,
	    at != NULL ? at + 1 : "example.com");
	return tell(d, &f);
}

static int
look_at_allow(struct doctor *d, const struct account *a)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	const char *at = a->allow;
	char name[256];
	int count = 0;

	for (; mistake_unknown_allow(&at, name); count++) {
		finding_text(f.found, "account \"%s\": allow: this machine has "
		    "no %s \"%s\".", a->name, name[0] == '@' ? "group" : "user",
		    name + (name[0] == '@'));
		finding_text(f.matters, "Nobody is let in by that word.");
		finding_text(f.fix, "Mend allow in %s, or make that %s.",
		    a->allow_is_own ? a->path : "tokend.conf",
		    name[0] == '@' ? "group" : "user");
		doctor_report(d, &f);
	}
	return count;
}

static int
tell_missing(struct doctor *d, const struct account *a, const char *key,
    const char *path)
{
	struct finding f = { .check = NULL };

	finding_text(f.found, "%s: %s: there is no file %s.", a->path, key,
	    path);
	finding_text(f.matters, "No token is renewed without it.");
	finding_text(f.fix, "Put the file back there, or correct %s in %s. "
	    "In a container: the secret or volume that has it is not mounted "
	    "there, or has it by another name.", key, a->path);
	return tell(d, &f);
}

/* What a platform may have mounted; --live says what is in them. */
static int
look_at_files(struct doctor *d, const struct account *a)
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
	int count = 0, found;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].path == NULL || files[i].path[0] != '/')
			continue;
		found = access(files[i].path, F_OK) == -1 && errno == ENOENT ?
		    -1 : files[i].want == FILE_SHOWN ? 1 :
		    check_path(d, files[i].path, files[i].want);
		if (found == -1)
			tell_missing(d, a, files[i].key, files[i].path);
		count += found != 1;
	}
	return count;
}

int
check_account_values(struct doctor *d, const struct account *a)
{
	return look_at_scope(d, a) + look_at_secret(d, a) +
	    look_at_tenant(d, a) + look_at_files(d, a) +
	    look_at_allow(d, a);
}
