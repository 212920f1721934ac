/* SPDX-License-Identifier: BSD-2-Clause */
/* proof.c - what the sign-in brought, and whether the servers take it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "account/granted_scope.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/login/login.h"
#include "command/login/next.h"
#include "command/terminal/interrupt.h"
#include "common/date.h"
#include "lineio.h"
#include "person/person.h"
#include "shell_word.h"

#define INDENT 15
#define EVENT_MS 60000

static const char *const services[SERVERS] = { [SERVER_SMTP] = "smtp",
    [SERVER_IMAP] = "imap", [SERVER_POP] = "pop" };

static void
line(const char *what, const char *value)
{
	explain_line(stdout, what, INDENT, value);
}

/* A scope that is not in the answer was granted as asked (RFC 6749 5.1). */
static void
print_scopes(const struct login *l)
{
	const char *granted = l->granted.scope;
	char text[GRANTED_TEXT_MAX];

	if (*granted == '\0' && l->account.scope == NULL)
		return;
	line("  scope", *granted != '\0' ? granted : l->account.scope);
	granted_text(text, &l->account, granted);
	if (text[0] != '\0')
		command_warn("%s", text);
}

/* Something has to run, and the end of the consent to allow it. */
static void
print_token(const struct login *l)
{
	const struct granted *g = &l->granted;
	const int is_served = serve_is_running(&l->scope);
	char token[96], duration[DURATION_MAX], end[CONSENT_END_TEXT_MAX];

	snprintf(token, sizeof(token), "good for %s, renewed %s",
	    duration_text(duration, g->expires_in), !is_served ?
	    "when a program asks for it" : g->consent.at > 0 ?
	    "by itself while the consent lasts" : "by itself");
	line("  token", token);
	if (g->consent.at <= 0)
		return;
	consent_end_text(end, &g->consent, &l->account, g->consent.since,
	    is_served, clock_seconds());
	line("  consent", end);
}

static void
print_granted(const struct login *l)
{
	const struct granted *g = &l->granted;

	printf("account \"%s\": %s\n", l->name, l->is_new ? "made" :
	    l->is_committed ? "changed" : "signed in again");
	if (*g->user != '\0')
		line("  signed in", g->user);
	print_token(l);
	print_scopes(l);
	if (l->scope.kind == SCOPE_SYSTEM && l->account.allow == NULL)
		line("  for", "root alone: a line such as \"allow = postfix\" "
		    "in the account's file lets others use it");
	fflush(stdout);
}

/* SERVER, MECHANISM: what the server said. */
static void
print_mail(struct converse *talk, void *with)
{
	char label[16], *text = NULL;

	if (!converse_is(talk, "mail"))
		return;
	snprintf(label, sizeof(label), "  %s", (const char *)with);
	if (asprintf(&text, "%s, %s: %s", converse_value(talk, "server"),
	    converse_value(talk, "mechanism"),
	    converse_value(talk, "said")) == -1)
		text = NULL;
	line(label, text != NULL ? text : converse_value(talk, "said"));
	free(text);
	fflush(stdout);
}

static int
try_login(struct login *l, enum account_server which)
{
	char service[8];
	const struct converse_job job = { .job = "mail-login",
	    .account = l->name, .name = "service", .value = service,
	    .how = WAIT_EVENT, .timeout_ms = EVENT_MS,
	    .from = "the mail server", .on_event = print_mail,
	    .with = service };
	struct failure why;
	int result;

	snprintf(service, sizeof(service), "%s", services[which]);
	result = converse_run(&job, &l->scope, &why);
	if (interrupt_came())
		result = fail(&why, STATUS_INTERNAL, "account \"%s\": the "
		    "login to the mail server was interrupted", l->name);
	if (result == 0)
		return 0;
	command_failed(&why);
	if (l->why.code == STATUS_OK)
		l->why = why;
	return -1;
}

/* The servers that were named, else the first that the account has. */
static int
try_logins(struct login *l)
{
	int i, is_named = 0, tried = 0, result = 0;

	for (i = 0; i < SERVERS; i++)
		is_named |= l->o.service[i];
	for (i = 0; i < SERVERS && !interrupt_came(); i++) {
		if (is_named ? !l->o.service[i] :
		    tried || l->account.server[i] == NULL)
			continue;
		tried = 1;
		if (try_login(l, (enum account_server)i) == -1)
			result = -1;
	}
	if (!tried)
		line("  mail login", "not tried: the account has no "
		    "server_smtp, server_imap or server_pop");
	return result;
}

/* The same sign-in would not change whose mailbox is opened. */
static void
fix_refused(const struct login *l)
{
	const struct person *p = &l->granted.person;
	const char *user = l->account.users.user, *signed_in = p->name[0];

	if (user == NULL)
		user = l->name;
	/* A bare name need be no mailbox, and one that is the same is none. */
	if (!name_is_address(signed_in) ||
	    person_judge(&l->account, p, NULL) == PERSON_SAME)
		signed_in = "MAILBOX";
	command_warn("the account stays, with its tokens: if %s is not the "
	    "mailbox of who signed in, put the line \"user = %s\" into "
	    "%s/accounts/%s.conf, then run \"tokend doctor --live %s\"; else "
	    "the reason is in the server's words", user, signed_in,
	    l->scope.config, l->name, SHELL_NAME(l->name));
}

int
login_prove(struct login *l)
{
	int result;

	l->why.code = STATUS_OK;
	print_granted(l);
	result = l->o.no_test ? 0 : try_logins(l);
	if (result == -1 && l->why.code == STATUS_REJECTED)
		fix_refused(l);
	else if (result == -1 && l->why.code == STATUS_LATER)
		command_warn("the account stays, with its tokens: when this "
		    "has passed, see with \"tokend doctor --live %s\"",
		    SHELL_NAME(l->name));
	else if (result == -1)
		command_warn("the account stays, with its tokens: mend this, "
		    "or sign in again by \"tokend login %s\"",
		    SHELL_NAME(l->name));
	else
		next_print(&l->scope, &l->account);
	return result;
}
