/* SPDX-License-Identifier: BSD-2-Clause */
/* again.c - a secret that the provider refused, asked for on the spot. */
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/explain.h"
#include "command/login/login.h"
#include "command/terminal/ask.h"
#include "command/terminal/interrupt.h"

#define WRONG_SECRET 7000215	/* AADSTS */
#define EXPIRED_SECRET 7000222
#define NO_SECRET 7000218
#define PUBLIC_CLIENT 700025

/*
 * invalid_client is what RFC 6749 5.2 has for it; Keycloak says the same with
 * another word, and only its description tells.
 */
static int
is_about_secret(const struct detail *d)
{
	return strcmp(d->error, "invalid_client") == 0 ||
	    d->number == WRONG_SECRET || d->number == EXPIRED_SECRET ||
	    d->number == NO_SECRET || d->number == PUBLIC_CLIENT ||
	    (strcmp(d->error, "unauthorized_client") == 0 &&
	    (strcasestr(d->words, "secret") != NULL ||
	    strcasestr(d->words, "credential") != NULL));
}

/* What the account's file names is corrected there, and a key is no secret. */
static int
is_by_secret(const struct login *l)
{
	const struct account *a = &l->account;

	return (a->grant == GRANT_REFRESH_TOKEN ||
	    a->grant == GRANT_CLIENT_CREDENTIALS) &&
	    a->client_secret == NULL && a->client_secret_file == NULL &&
	    a->client_key == NULL && a->client_assertion_file == NULL &&
	    l->typed.client_key.len == 0;
}

/* All but the command that would be typed if it were not asked here. */
static void
show_refusal(const struct login *l)
{
	struct detail d = l->detail;

	d.remedy[0] = '\0';
	command_failed(&l->why);
	if (isatty(STDERR_FILENO))
		explain(stderr, &d);
}

static int
ask(struct login *l)
{
	struct failure why;
	const int may_be_none = l->account.grant == GRANT_REFRESH_TOKEN;

	if (l->detail.number == PUBLIC_CLIENT) {
		if (l->typed.client_secret.len == 0 ||
		    ask_yes("Sign in without a secret?", &why) != 1)
			return 0;
		buf_reset(&l->typed.client_secret);
		return 1;
	}
	why = l->why;
	if (login_ask_secret(l, may_be_none ?
	    "Client secret again (not shown; empty gives up)" :
	    "Client secret again (not shown)", may_be_none) == -1) {
		l->why = why;
		return 0;
	}
	return l->typed.client_secret.len > 0;
}

int
login_again(struct login *l)
{
	if (!l->is_asking || interrupt_came() || l->is_committed ||
	    !is_about_secret(&l->detail) || !is_by_secret(l))
		return 0;
	show_refusal(l);
	if (!ask(l))
		return 0;
	memset(&l->why, 0, sizeof(l->why));
	memset(&l->detail, 0, sizeof(l->detail));
	return 1;
}
