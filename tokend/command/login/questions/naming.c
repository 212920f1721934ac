/* SPDX-License-Identifier: BSD-2-Clause */
/* naming.c - which account `tokend login` is about. */
#include <stdio.h>
#include <string.h>

#include "account/draft.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/login/questions/forms.h"
#include "command/login/login.h"
#include "command/terminal/ask.h"

#define TIMES 3			/* that an answer may be wrong */

static int
ask_address(struct login *l, struct buf *answer)
{
	const char *wrong;
	int i;

	for (i = 0; i < TIMES; i++) {
		if (ask_line(answer, "Mail address", NULL, 0, &l->why) == -1)
			return -1;
		if (forms_bare_address(answer->data, &answer->len))
			fprintf(stderr, "(Used as %s)\n", buf_text(answer));
		if ((wrong = forms_address(buf_text(answer))) == NULL)
			return 0;
		explain_text(wrong);
	}
	return fail(&l->why, STATUS_CONFIG, "no mail address was given; "
	    "nothing was changed");
}

/* Nothing says which account: the address is asked for. */
static int
ask_name(struct login *l)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	int result = ask_address(l, &answer);

	if (result == 0)
		result = name_fold(l->name, buf_text(&answer), answer.len,
		    &l->why);
	buf_free(&answer);
	return result;
}

static int
find_name(struct login *l)
{
	const char *given = l->o.name;
	struct failure why;

	if (given == NULL)
		given = l->o.keys.user;
	if (given != NULL)
		return name_fold(l->name, given, strlen(given), &l->why);
	/* With a provider it is a new account. */
	if (l->o.keys.provider == NULL && l->o.keys.issuer == NULL &&
	    command_account(l->name, &l->scope, NULL, &why) == 0)
		return 0;
	if (l->is_asking)
		return ask_name(l);
	return command_account(l->name, &l->scope, NULL, &l->why);
}

/* The account's file as it is; l->is_new if there is none. */
static int
read_account(struct login *l)
{
	int found = draft_before(&l->scope, l->name, &l->before, &l->why);

	l->is_new = found == 1;
	return found == -1 ? -1 : 0;
}

/* --user, or the name if it is an address, or it is asked for. */
static int
find_user(struct login *l)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	const char *user = l->name;
	int result = 0;

	if (!l->is_new || l->o.keys.user != NULL)
		return 0;
	if (strchr(l->name, '@') != NULL && forms_address(l->name) != NULL)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": not a "
		    "mail address. Give it without brackets and quotes, or use "
		    "--user MAILBOX for an account of another name",
		    l->name);
	if (strchr(l->name, '@') == NULL) {
		if (!l->is_asking)
			return fail(&l->why, STATUS_CONFIG, "account \"%s\": "
			    "its name is not a mail address. Use --user "
			    "MAILBOX",
			    l->name);
		result = ask_address(l, &answer);
		user = buf_text(&answer);
	}
	if (result == 0)
		result = key_copy(&l->o.keys.user, user, &l->why);
	buf_free(&answer);
	return result;
}

/* Without a terminal a new account needs options. */
static int
check_new(struct login *l)
{
	if (!l->is_new || l->is_asking || l->o.has_keys)
		return 0;
	return fail(&l->why, STATUS_NO_ACCOUNT, "account \"%s\": there is no "
	    "%s/accounts/%s.conf, and no terminal to ask on. To create it, "
	    "give --client-id, and --provider or --issuer", l->name,
	    l->scope.config, l->name);
}

int
login_name(struct login *l)
{
	return find_name(l) == -1 || read_account(l) == -1 ? -1 : 0;
}

int
login_user(struct login *l)
{
	return check_new(l) == -1 || find_user(l) == -1 ? -1 : 0;
}
