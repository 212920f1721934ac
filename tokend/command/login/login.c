/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - tokend login: from nothing, or a lost consent, to a token. */
#include "command/login/login.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/draft.h"
#include "account/place.h"
#include "command/terminal/ask.h"
#include "command/command.h"
#include "command/edit.h"
#include "command/explain.h"
#include "shell_word.h"
#include "command/terminal/interrupt.h"

int
login_draft(struct login *l)
{
	if (!l->is_new && !l->o.has_keys)
		return 0;
	if (l->is_new ? buf_adds(&l->text, "# tokend.conf(5) says what else "
	    "can stand here.\n") == -1 : buf_add(&l->text,
	    buf_text(&l->before), l->before.len) == -1)
		return fail_memory(&l->why);
	if (edit_set_all(&l->text, &l->o.keys, &l->why) == -1)
		return -1;
	l->draft = draft_write(&l->scope, l->name, &l->text, &l->why);
	return l->draft == -1 ? -1 : 0;
}

/* What is asked and answered would be lost. */
static int
check_place(struct login *l)
{
	return !l->is_new && !l->o.has_keys ? 0 :
	    draft_is_possible(&l->scope, l->name, &l->why);
}

static int
load(struct login *l)
{
	l->is_loaded = (l->draft != -1 ? account_load_draft(&l->account,
	    &l->scope, l->name, &l->why) : account_load(&l->account,
	    &l->scope, l->name, &l->why)) == 0;
	return l->is_loaded ? 0 : -1;
}

static int
login(struct login *l)
{
	return place_find(&l->scope, &l->why) == -1 ||
	    login_name(l) == -1 || check_place(l) == -1 ||
	    login_typed(l) == -1 || login_fill(l) == -1 || login_draft(l) == -1 || load(l) == -1 ||
	    login_warn(l, &l->why) == -1 || login_secrets(l) == -1 ||
	    login_sign_in(l) == -1 ? -1 : 0;
}

static void
login_free(struct login *l)
{
	if (l->draft != -1)
		draft_abandon(&l->scope, l->name, l->draft);
	account_free(&l->account);
	typed_free(&l->typed);
	keys_free(&l->preset);
	keys_free(&l->tried);
	buf_free(&l->before);
	buf_free(&l->text);
	options_free(&l->o);
}

/* The way and the secrets are no keys of the account: they are given again. */
static void
print_options(const struct options *o)
{
	const struct {
		int is_given;
		const char *option;
	} given[] = { { o->device, "device" },
	    { o->no_browser, "no-browser" }, { o->no_receiver, "no-receiver" },
	    { o->any_user, "any-user" },
	    { o->refresh_token, "refresh-token-stdin" },
	    { o->client_secret, "client-secret-stdin" },
	    { o->key_password, "key-password-stdin" },
	    { o->client_key, "client-key-stdin" } };
	size_t i;

	for (i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (given[i].is_given)
			fprintf(stderr, " --%s", given[i].option);
}

static void
tell_kept(const struct login *l)
{
	char name[SHELL_WORD_MAX(NAME_MAX_LEN)];

	fputs(l->is_asking ? "What was answered is kept, without secrets, for "
	    "the next try:\n\n    tokend login" : "tokend: what was given is "
	    "kept, without secrets: \"tokend login", stderr);
	print_options(&l->o);
	fprintf(stderr, l->is_asking ? " %s\n\n" : " %s\" goes on with it\n",
	    shell_word(name, sizeof(name), l->name));
}

static int
tell_failure(struct login *l)
{
	int status = command_failed(&l->why);

	if (isatty(STDERR_FILENO))
		explain(stderr, &l->detail);
	if (!l->is_new)
		return status;
	if (l->is_asking && l->draft != -1 && !interrupt_came())
		fprintf(stderr, "The account \"%s\" was not made.\n", l->name);
	if (login_set_aside(l))
		tell_kept(l);
	return status;
}

int
command_login(int argc, char *argv[])
{
	struct login l = LOGIN_INIT;
	int status = EX_OK;

	switch (options_read(&l.o, argc, argv)) {
	case 0:
		break;
	case 1:
		return command_usage("login", 1);
	default:
		options_free(&l.o);
		return EX_USAGE;
	}
	interrupt_block();
	l.is_asking = ask_is_possible();
	if (login(&l) == -1)
		status = tell_failure(&l);
	else if (login_prove(&l) == -1)
		status = status_exit(l.why.code);
	login_free(&l);
	interrupt_raise();
	return status;
}
