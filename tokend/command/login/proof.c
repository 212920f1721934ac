/* SPDX-License-Identifier: BSD-2-Clause */
/* proof.c - prints what was granted, and tries it at the mail servers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/granted_scope.h"
#include "account/send_right.h"
#include "command/command.h"
#include "command/converse.h"
#include "command/explain.h"
#include "command/find_in_path.h"
#include "command/login/login.h"
#include "command/setup/send_account.h"
#include "command/terminal/interrupt.h"
#include "common/date.h"
#include "lineio.h"
#include "base/name.h"
#include "person/person.h"
#include "base/shell_word.h"

#define INDENT 15
#define EVENT_MS 60000
#define SIGN_MAX 128		/* bytes of one sign of a program, with NUL */

static void
print_line(const char *what, const char *value)
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
	print_line("  scope", *granted != '\0' ? granted : l->account.scope);
	granted_text(text, &l->account, granted);
	if (text[0] != '\0')
		command_warn("%s", text);
}

/* A running serve renews it, until the consent expires. */
static void
print_token(const struct login *l)
{
	const struct granted *g = &l->granted;
	const int is_served = serve_is_running(&l->scope);
	char token[96], duration[DURATION_MAX], end[CONSENT_END_TEXT_MAX];

	snprintf(token, sizeof(token), "good for %s, renewed %s",
	    duration_text(duration, g->expires_in), !is_served ?
	    "when a program asks for it" : g->consent.at > 0 ?
	    "automatically while the consent lasts" : "automatically");
	print_line("  token", token);
	if (g->consent.at <= 0)
		return;
	consent_end_text(end, &g->consent, &l->account, g->consent.since,
	    is_served, clock_seconds());
	print_line("  consent", end);
}

/* Root uses every account; which others may, if the file does not say so. */
static void
print_users(const struct login *l)
{
	const struct account *a = &l->account;

	if (l->scope.kind != SCOPE_SYSTEM || a->allow != NULL ||
	    a->allow_send != NULL)
		return;
	print_line("  for", a->send != SEND_NONE ? "root only; a line such as "
	    "\"allow_send = mail\" in the account's file lets other users "
	    "send" : "root only; a line such as \"allow = postfix\" in the "
	    "account's file allows other users");
}

static void
print_granted(const struct login *l)
{
	const struct granted *g = &l->granted;

	printf("account \"%s\": %s\n", l->name, l->is_new ? "made" :
	    l->is_committed ? "changed" : "signed in again");
	if (*g->user != '\0')
		print_line("  signed in", g->user);
	print_token(l);
	print_scopes(l);
	login_show_send_right(l);
	print_users(l);
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
	print_line(label, text != NULL ? text : converse_value(talk, "said"));
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

	snprintf(service, sizeof(service), "%s", server_word(which));
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

	if (sending_is_api(l->account.send))
		return 0;
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
		print_line("  mail login", "not tested: the account has no "
		    "server_smtp, server_imap or server_pop");
	return result;
}

/* Signing in again would not change whose mailbox is opened. */
static void
warn_refused(const struct login *l)
{
	const struct person *p = &l->granted.person;
	const char *user = l->account.users.user, *signed_in = p->name[0];

	if (user == NULL)
		user = l->name;
	/* A name that is no address, or the same, is no other mailbox. */
	if (!name_is_address(signed_in) ||
	    person_judge(&l->account, p, NULL) == PERSON_SAME)
		signed_in = "MAILBOX";
	command_warn("the account is kept. If %s is not the mailbox of the "
	    "user who signed in, put the line \"user = %s\" into "
	    "%s/accounts/%s.conf, then run \"tokend doctor --live %s\". "
	    "Otherwise see the server's answer", user, signed_in,
	    l->scope.config, l->name, SHELL_NAME(l->name));
}

/* Microsoft's words where SMTP AUTH is off; an API does not need it. */
static void
warn_smtp_off(const struct login *l)
{
	if (l->account.send == SEND_SMTP && l->preset.send_api != NULL &&
	    strstr(l->why.text, "5.7.139") != NULL)
		command_warn("where SMTP AUTH is to stay off, send by the "
		    "provider's API: \"tokend login --send-only --send %s "
		    "%s\"", l->preset.send_api, SHELL_NAME(l->name));
}

static int
is_installed(const struct setup_program *p)
{
	char sign[SIGN_MAX], path[FOUND_MAX];
	const char *at = p->signs;
	size_t len;

	for (; (at = words_next(at, &len)) != NULL; at += len) {
		snprintf(sign, sizeof(sign), "%.*s", (int)len, at);
		if (sign[0] == '/' ? access(sign, F_OK) == 0 :
		    find_in_path(path, sign) == 0)
			return 1;
	}
	return 0;
}

/* A program that only fetches mail, and an account that only sends. */
static int
cannot_read(const struct account *a, const struct setup_program *p)
{
	return send_right_is_meant(a) && (p->servers & 1U << SERVER_SMTP) == 0;
}

static unsigned
print_programs(int for_root, const struct account *a, const char *name)
{
	const struct setup_program *p;
	unsigned count = 0;
	int sends;

	for (p = setup_programs; p->name != NULL; p++) {
		sends = a->send != SEND_NONE && p->plan_send != NULL;
		if (p->for_root != for_root || !setup_fits(p, a, sends) ||
		    (!sends && cannot_read(a, p)) || !is_installed(p))
			continue;
		fputs(count++ == 0 ? "\nNext, configure a program to use "
		    "it:\n\n" : "", stdout);
		printf("    tokend setup %s%s %s\n", p->name, sends &&
		    p->plan != NULL ? " --send" : "", name);
	}
	return count;
}

/* No other program gets the token: they pass their mails to tokend. */
static void
print_sending(const struct account *a, const char *name)
{
	const char *to = a->users.user != NULL ? a->users.user : a->name;

	printf("\nThis sends a mail:\n\n    echo test | tokend send %s %s\n",
	    name, SHELL_WORD(to));
}

/*
 * What a person types next: the setup commands of the programs that are
 * installed and can use the account, as root those of the machine.
 */
static void
print_next(const struct scope *s, const struct account *a)
{
	char name[SHELL_WORD_MAX(NAME_MAX_LEN)];
	const int for_root = s->kind == SCOPE_SYSTEM;

	shell_word(name, sizeof(name), a->name);
	if (print_programs(for_root, a, name) == 0)
		printf("\nNo program that \"tokend setup\" knows is "
		    "installed%s.\n"
		    "The pages for all programs:\n\n"
		    "    %s/README.md\n", for_root ? ", such as Postfix" : "",
		    TOKEND_CLIENTS_DIR);
	if (a->send != SEND_NONE)
		print_sending(a, name);
	if (!sending_is_api(a->send))
		printf("\nFor other programs, this prints a token:\n\n"
		    "    tokend token %s\n", name);
}

int
login_prove(struct login *l)
{
	int result;

	l->why.code = STATUS_OK;
	print_granted(l);
	result = l->o.no_test ? 0 : try_logins(l);
	if (result == 0 && !l->o.no_test)
		result = login_test_mail(l);
	if (result == -1)
		warn_smtp_off(l);
	if (result == -1 && l->why.code == STATUS_REJECTED)
		warn_refused(l);
	else if (result == -1 && l->why.code == STATUS_LATER)
		command_warn("the account is kept. Try again later by "
		    "\"tokend doctor --live %s\"",
		    SHELL_NAME(l->name));
	else if (result == -1)
		command_warn("the account is kept. Fix this, or sign in "
		    "again by \"tokend login %s\"",
		    SHELL_NAME(l->name));
	else
		print_next(&l->scope, &l->account);
	return result;
}
