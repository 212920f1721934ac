/* SPDX-License-Identifier: BSD-2-Clause */
/* secrets.c - the secrets that an account needs, typed or asked for. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/oauth_client.h"
#include "command/command.h"
#include "command/explain.h"
#include "command/login/forms.h"
#include "command/login/login.h"
#include "command/login/typed.h"
#include "command/terminal/ask.h"
#include "command/terminal/input_file.h"
#include "command/terminal/interrupt.h"

#define TIMES 3			/* that an answer may be wrong */

/* The account has a way to show who the client is, or had one typed before. */
static int
has_client_secret(const struct login *l)
{
	const struct account *a = &l->account;
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32];

	if (a->client_secret != NULL || a->client_secret_file != NULL ||
	    a->client_key != NULL || a->client_assertion_file != NULL ||
	    l->typed.client_secret.len > 0 || l->typed.client_key.len > 0)
		return 1;
	if (l->draft != -1 && !account_keeps_client(a, &l->scope))
		return 0;
	snprintf(path, sizeof(path), "%s/credentials/%s", l->scope.state,
	    l->name);
	return access(path, F_OK) == 0;
}

static int
read_key(struct login *l, const char *given)
{
	struct buf path = BUF_INIT(2 * ASK_LINE_MAX);
	int result = input_file_path(&path, given) == -1 ? fail_memory(&l->why) :
	    typed_read_key(&l->typed, buf_text(&path), &l->why);

	buf_free(&path);
	return result;
}

/* A path is easily mistyped, and then all answers before it would be lost. */
static int
ask_key_file(struct login *l)
{
	struct buf answer = BUF_INIT(ASK_LINE_MAX);
	int i, result = -1;

	for (i = 0; i < TIMES && result == -1 && !interrupt_came(); i++) {
		if (i > 0)
			command_failed(&l->why);
		if (ask_line(&answer, "File with the key, as it was "
		    "downloaded", NULL, 0, &l->why) == -1)
			break;
		result = read_key(l, buf_text(&answer));
	}
	buf_free(&answer);
	return result;
}

static int
missing(struct login *l, const char *what, const char *option)
{
	return fail(&l->why, STATUS_CONFIG, "account \"%s\": there is no %s: "
	    "give %s", l->name, what, option);
}

/* What was entered twice is taken: the provider knows better than we do. */
int
login_ask_secret(struct login *l, const char *what, int may_be_empty)
{
	const struct account *a = &l->account;
	struct buf *secret = &l->typed.client_secret;
	struct buf before = BUF_INIT(ASK_LINE_MAX);
	const char *wrong;
	int i, result = -1;

	for (i = 0; i < TIMES; i++) {
		buf_reset(secret);
		if ((result = ask_secret(secret, what, may_be_empty,
		    &l->why)) == -1 || secret->len == 0)
			break;
		if (forms_unquote(secret->data, &secret->len))
			fputs("(Taken without the quotes.)\n", stderr);
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
		fputs("(The same again is taken.)\n", stderr);
	}
	buf_free(&before);
	return result;
}

/* A client with a person in front of it may be a public one (RFC 6749 2.1). */
static int
of_refresh_token(struct login *l)
{
	const char *type = l->preset.client_type;
	int is_needed = type != NULL && strcmp(type, "confidential") == 0;

	if (has_client_secret(l) || !l->is_asking || l->o.refresh_token ||
	    (type != NULL && strcmp(type, "public") == 0))
		return 0;
	return login_ask_secret(l, is_needed ?
	    "Client secret (not shown)" :
	    "Client secret (not shown; empty if the client has none)",
	    !is_needed);
}

int
login_typed(struct login *l)
{
	return typed_read(&l->typed, &l->o, &l->why);
}

int
login_secrets(struct login *l)
{
	const enum grant grant = l->account.grant;

	if (l->o.refresh_token && grant != GRANT_REFRESH_TOKEN)
		return fail(&l->why, STATUS_CONFIG, "account \"%s\": its grant "
		    "has no refresh token: give --client-secret-stdin or "
		    "--client-key-stdin alone", l->name);
	if (grant == GRANT_REFRESH_TOKEN)
		return of_refresh_token(l);
	if (grant == GRANT_CLIENT_CREDENTIALS && !has_client_secret(l))
		return l->is_asking ? login_ask_secret(l,
		    "Client secret (not shown)", 0) :
		    missing(l, "client secret", "--client-secret-stdin");
	if (grant == GRANT_JWT_BEARER && !has_client_secret(l))
		return l->is_asking ? ask_key_file(l) :
		    missing(l, "key to sign with", "--client-key-stdin");
	return 0;
}
