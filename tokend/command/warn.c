/* warn.c - mistakes that can be seen before the provider is asked. */
#include <string.h>

#include "command/command.h"
#include "command/judge.h"
#include "command/login.h"

/* One token is for one resource. */
static int
check_scopes(const struct login *l, struct failure *why)
{
	struct graph g;

	judge_graph(&g, &l->account);
	if (g.word != NULL && g.has_outlook)
		return fail(why, STATUS_CONFIG, "account \"%s\": scope: "
		    "\"%.*s\" is of Microsoft Graph, and stands beside ones of "
		    "Outlook: a token is for one of them (AADSTS70011): leave "
		    "it out", l->name, g.len, g.word);
	if (g.word != NULL)
		command_warn("scope: \"%.*s\" is of Microsoft Graph: no SMTP, "
		    "IMAP or POP server takes such a token", g.len, g.word);
	return 0;
}

/* Whoever is not there yet may come; a typing error never does. */
static void
warn_allow(const char *allow)
{
	char name[256];

	while (judge_allow(&allow, name))
		command_warn("allow: this machine has no %s \"%s\"",
		    name[0] == '@' ? "group" : "user",
		    name + (name[0] == '@'));
}

int
login_warn(const struct login *l, struct failure *why)
{
	const struct account *a = &l->account;
	const char *type = l->preset.client_type;

	if (a->grant == GRANT_REFRESH_TOKEN && type != NULL &&
	    strcmp(type, "public") == 0 && (l->o.client_secret ||
	    a->client_secret != NULL || a->client_secret_file != NULL))
		command_warn("a public client of %s has no secret: the "
		    "provider may refuse one that sends it", a->provider);
	if (l->o.keys.allow != NULL)
		warn_allow(a->allow);
	return check_scopes(l, why);
}
