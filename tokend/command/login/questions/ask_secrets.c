/* SPDX-License-Identifier: BSD-2-Clause */
/* ask_secrets.c - the secrets that an account needs; see login.h */
#include "command/login/login.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/oauth_client.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/login/questions/forms.h"
#include "command/terminal/input_file.h"
#include "command/terminal/interrupt.h"

#define TIMES 3			/* that an answer may be wrong */
#define WRONG_SECRET 7000215	/* AADSTS */
#define EXPIRED_SECRET 7000222
#define NO_SECRET 7000218
#define PUBLIC_CLIENT 700025

/* The account can authenticate the client, or a secret was typed before. */
static int
has_client_secret(const struct login *l)
{
	const struct account *a = &l->account;
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];

	if (a->client_secret != NULL || a->client_secret_file != NULL ||
	    a->client_key != NULL || a->client_assertion_file != NULL ||
	    l->secrets.client_secret.len > 0 || l->secrets.client_key.len > 0)
		return 1;
	if (l->draft != -1 && !account_keeps_client(a, &l->scope))
		return 0;
	snprintf(path, sizeof(path), "%s/credentials/%s", l->scope.state,
	    l->name);
	return access(path, F_OK) == 0;
}

/* A mistyped path must not cost all the answers before it. */
static int
ask_key_file(struct login *l)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	struct buf path = BUF_INIT(2 * ASK_LINE_MAX);
	int i, result = -1;

	for (i = 0; i < TIMES && result == -1 && !interrupt_came(); i++) {
		if (i > 0)
			command_failed(&l->why);
		if (ask_line(&answer, "Downloaded key file", NULL, 0,
		    &l->why) == -1)
			break;
		buf_reset(&path);
		result = input_file_path(&path, buf_text(&answer)) == -1 ?
		    fail_memory(&l->why) : secrets_read_key_file(&l->secrets,
		    buf_text(&path), &l->why);
	}
	buf_free(&answer);
	buf_free(&path);
	return result;
}

static int
fail_missing(struct login *l, const char *what, const char *option)
{
	return fail(&l->why, STATUS_CONFIG, "account \"%s\": no %s is known. "
	    "Use %s", l->name, what, option);
}

/*
 * Asks for the client secret until it can be right. What was entered twice is
 * taken: the provider knows better than we do.
 */
static int
ask_client_secret(struct login *l, const char *what, int may_be_empty)
{
	const struct account *a = &l->account;
	struct buf *secret = &l->secrets.client_secret;
	struct buf before = BUF_INIT(ASK_LINE_MAX);
	const char *wrong;
	int i, result = -1;

	for (i = 0; i < TIMES; i++) {
		buf_reset(secret);
		if ((result = ask_secret(secret, what, may_be_empty,
		    &l->why)) == -1 || secret->len == 0)
			break;
		if (forms_unquote(secret->data, &secret->len))
			fputs("(Used without the quotes.)\n", stderr);
		wrong = forms_secret(a->token_endpoint, a->client_id,
		    buf_text(secret));
		if (wrong == NULL || strcmp(buf_text(&before),
		    buf_text(secret)) == 0)
			break;
		explain_text(wrong);
		buf_reset(&before);
		if (buf_adds(&before, buf_text(secret)) == -1) {
			result = fail_memory(&l->why);
			break;
		}
		fputs("(Enter it again to use it anyway.)\n", stderr);
	}
	buf_free(&before);
	return result;
}

/* A client that a person uses may be a public one (RFC 6749 2.1). */
static int
ask_for_refresh_token(struct login *l)
{
	const char *type = l->preset.client_type;
	int is_needed = type != NULL && strcmp(type, "confidential") == 0;

	if (has_client_secret(l) || !l->is_asking || l->o.refresh_token ||
	    (type != NULL && strcmp(type, "public") == 0))
		return 0;
	return ask_client_secret(l, is_needed ?
	    "Client secret (not shown)" :
	    "Client secret (not shown; empty if the client has none)",
	    !is_needed);
}

int
login_secrets(struct login *l)
{
	const enum grant grant = l->account.grant;

	if (l->o.refresh_token && grant != GRANT_REFRESH_TOKEN)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": its grant "
		    "has no refresh token. Use --client-secret-stdin or "
		    "--client-key-stdin alone", l->name);
	if (grant == GRANT_REFRESH_TOKEN)
		return ask_for_refresh_token(l);
	if (grant == GRANT_CLIENT_CREDENTIALS && !has_client_secret(l))
		return l->is_asking ? ask_client_secret(l,
		    "Client secret (not shown)", 0) :
		    fail_missing(l, "client secret", "--client-secret-stdin");
	if (grant == GRANT_JWT_BEARER && !has_client_secret(l))
		return l->is_asking ? ask_key_file(l) :
		    fail_missing(l, "key to sign with", "--client-key-stdin");
	return 0;
}

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

/* What the account's file has is corrected there, and a key is no secret. */
static int
is_by_secret(const struct login *l)
{
	const struct account *a = &l->account;

	return (a->grant == GRANT_REFRESH_TOKEN ||
	    a->grant == GRANT_CLIENT_CREDENTIALS) &&
	    a->client_secret == NULL && a->client_secret_file == NULL &&
	    a->client_key == NULL && a->client_assertion_file == NULL &&
	    l->secrets.client_key.len == 0;
}

/* Without the command to type: the secret is asked for here. */
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
ask_again(struct login *l)
{
	struct failure why;
	const int may_be_none = l->account.grant == GRANT_REFRESH_TOKEN;

	if (l->detail.number == PUBLIC_CLIENT) {
		if (l->secrets.client_secret.len == 0 ||
		    ask_yes("Sign in without a secret?", &why) != IS_TRUE)
			return 0;
		buf_reset(&l->secrets.client_secret);
		return 1;
	}
	why = l->why;
	if (ask_client_secret(l, may_be_none ?
	    "Client secret again (not shown; empty cancels)" :
	    "Client secret again (not shown)", may_be_none) == -1) {
		l->why = why;
		return 0;
	}
	return l->secrets.client_secret.len > 0;
}

int
login_ask_again(struct login *l)
{
	if (!l->is_asking || interrupt_came() || l->is_committed ||
	    !is_about_secret(&l->detail) || !is_by_secret(l))
		return 0;
	show_refusal(l);
	if (!ask_again(l))
		return 0;
	memset(&l->why, 0, sizeof(l->why));
	memset(&l->detail, 0, sizeof(l->detail));
	return 1;
}
