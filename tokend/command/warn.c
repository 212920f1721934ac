/* warn.c - mistakes that can be seen before the provider is asked. */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "command/command.h"
#include "command/login.h"
#include "command/words.h"

#define GRAPH "https://graph.microsoft.com/"
#define OUTLOOK "https://outlook"

/* Microsoft takes a permission without its resource for one of Graph's. */
static int
is_graph(const struct account *a, const char *word, size_t len)
{
	static const char *const plain[] = { "openid", "profile", "email",
	    "offline_access" };
	size_t i;

	if (len >= strlen(GRAPH) && strncasecmp(word, GRAPH,
	    strlen(GRAPH)) == 0)
		return 1;
	if (a->token_endpoint == NULL || memmem(word, len, "://", 3) != NULL ||
	    strstr(a->token_endpoint, "//login.microsoftonline.") == NULL)
		return 0;
	for (i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (words_equal(word, len, plain[i], strlen(plain[i])))
			return 0;
	return 1;
}

/* One token is for one resource. */
static int
check_scopes(const struct login *l, struct failure *why)
{
	const struct account *a = &l->account;
	const char *word = a->scope, *graph = NULL;
	size_t len = 0, graph_len = 0;
	int has_outlook = 0;

	while (word != NULL && (word = words_next(word, &len)) != NULL) {
		if (is_graph(a, word, len)) {
			graph = word;
			graph_len = len;
		} else if (len > strlen(OUTLOOK) &&
		    strncasecmp(word, OUTLOOK, strlen(OUTLOOK)) == 0) {
			has_outlook = 1;
		}
		word += len;
	}
	if (graph != NULL && has_outlook)
		return fail(why, STATUS_CONFIG, "account \"%s\": scope: "
		    "\"%.*s\" is of Microsoft Graph, and stands beside ones of "
		    "Outlook: a token is for one of them (AADSTS70011): leave "
		    "it out", l->name, (int)(graph_len < 80 ? graph_len : 80),
		    graph);
	if (graph != NULL)
		command_warn("scope: \"%.*s\" is of Microsoft Graph: no SMTP, "
		    "IMAP or POP server takes such a token",
		    (int)(graph_len < 80 ? graph_len : 80), graph);
	return 0;
}

/* Whoever is not there yet may come; a typing error never does. */
static void
warn_allow(const char *word)
{
	char name[256];
	size_t len;

	for (; word != NULL && (word = words_next(word, &len)) != NULL;
	    word += len) {
		if (len >= sizeof(name) || strspn(word, "0123456789") >= len)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)len, word);
		if (name[0] == '@' ? getgrnam(name + 1) == NULL :
		    getpwnam(name) == NULL)
			command_warn("allow: this machine has no %s \"%s\"",
			    name[0] == '@' ? "group" : "user",
			    name + (name[0] == '@'));
	}
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
