/* proof.c - what the sign-in brought, and whether the servers take it. */
#include <stdio.h>
#include <string.h>

#include "command/command.h"
#include "command/converse.h"
#include "command/login.h"
#include "command/words.h"

#define LOGIN_MOST 60000	/* ms for one event of the job */

static const char *const services[SERVERS] = { [SERVER_SMTP] = "smtp",
    [SERVER_IMAP] = "imap", [SERVER_POP] = "pop" };

static void
line(const char *what, const char *value)
{
	printf("  %-12s %s\n", what, value);
}

/* Those that no provider names in its answer, though it grants them. */
static int
is_silent(const char *word, size_t len)
{
	return words_have("offline_access openid profile email", word, len);
}

/* A scope that is not in the answer was granted as asked (RFC 6749 5.1). */
static void
print_scopes(const struct login *l)
{
	const char *granted = l->granted.scope, *word = l->account.scope;
	size_t len;

	if (*granted != '\0' || word != NULL)
		line("scope", *granted != '\0' ? granted : word);
	if (*granted == '\0' || word == NULL)
		return;
	for (; (word = words_next(word, &len)) != NULL; word += len)
		if (!words_have(granted, word, len) && !is_silent(word, len))
			fprintf(stderr, "tokend: warning: not granted: "
			    "\"%.*s\"\n", (int)(len < 200 ? len : 200), word);
}

static void
print_granted(const struct login *l)
{
	const struct granted *g = &l->granted;
	char token[96], span[32];
	int ends = l->account.grant == GRANT_REFRESH_TOKEN && !g->renews;

	printf("account \"%s\": %s\n", l->name, l->is_new ? "made" :
	    l->is_committed ? "changed" : "signed in again");
	if (*g->user != '\0')
		line("signed in", g->user);
	snprintf(token, sizeof(token), "good for %s, %s",
	    command_span(span, g->expires_in), ends ?
	    "and then gone: no refresh token came" : "renewed by itself");
	line("token", token);
	print_scopes(l);
	fflush(stdout);
}

static int
try_login(struct login *l, enum account_server which)
{
	struct converse talk = CONVERSE_INIT;
	struct failure why;
	int happened = -1;

	if (converse_open(&talk, &l->scope, "mail-login", l->name,
	    &why) == 0 && converse_say_one(&talk, "service", services[which],
	    &why) == 0)
		while ((happened = converse_wait(&talk, WAIT_EVENT,
		    LOGIN_MOST, &why)) == HAPPENED_EVENT)
			if (converse_is(&talk, "mail"))
				printf("  %-12s %s, %s: %s\n",
				    services[which],
				    converse_value(&talk, "server"),
				    converse_value(&talk, "mechanism"),
				    converse_value(&talk, "said"));
	if (happened == HAPPENED_NOTHING)
		happened = fail(&why, STATUS_LATER, "account \"%s\": the "
		    "%s server has not answered in time", l->name,
		    services[which]);
	converse_close(&talk);
	fflush(stdout);
	if (happened != -1)
		return 0;
	fprintf(stderr, "tokend: %s\n", why.text);
	if (l->why.code == STATUS_OK)
		l->why = why;
	return -1;
}

/* The servers that were named, else the first that the account has. */
static int
try_logins(struct login *l)
{
	int i, is_named = 0, result = 0;

	for (i = 0; i < SERVERS; i++)
		is_named |= l->o.service[i];
	for (i = 0; i < SERVERS; i++) {
		if (is_named ? !l->o.service[i] : l->account.server[i] == NULL)
			continue;
		if (try_login(l, (enum account_server)i) == -1)
			result = -1;
		if (!is_named)
			break;
	}
	return result;
}

int
login_prove(struct login *l)
{
	int result;

	l->why.code = STATUS_OK;
	print_granted(l);
	result = l->o.no_test ? 0 : try_logins(l);
	if (result == -1)
		fprintf(stderr, "tokend: the account stays as it is now: when "
		    "this is mended, \"tokend status %s\" and the servers "
		    "will say so\n", l->name);
	else
		printf("\nPrograms with Cyrus SASL find it by themselves, "
		    "libxoauth2(8); for others this\nprints a token:\n\n"
		    "    tokend token %s\n", l->name);
	return result;
}
