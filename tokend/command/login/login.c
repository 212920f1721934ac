/* SPDX-License-Identifier: BSD-2-Clause */
/* login.c - tokend login: its steps, and what it prints if one fails. */
#include "command/login/login.h"

#include <stdio.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/draft.h"
#include "account/place.h"
#include "command/terminal/ask.h"
#include "command/command.h"
#include "command/explain.h"
#include "base/shell_word.h"
#include "command/terminal/interrupt.h"

/* Before anything is asked: the answers would be lost. */
static int
check_folder(struct login *l)
{
	return !l->is_new && !l->o.has_keys ? 0 :
	    draft_is_possible(&l->scope, l->name, &l->why);
}

static int
load_account(struct login *l)
{
	l->is_loaded = (l->draft != -1 ? account_load_draft(&l->account,
	    &l->scope, l->name, &l->why) : account_load(&l->account,
	    &l->scope, l->name, &l->why)) == 0;
	return l->is_loaded ? 0 : -1;
}

static int
login(struct login *l)
{
	return place_find(&l->scope, &l->why) == -1 || login_name(l) == -1 ||
	    login_resume(l) == -1 || login_user(l) == -1 ||
	    check_folder(l) == -1 ||
	    secrets_read(&l->secrets, &l->o, &l->why) == -1 ||
	    login_fill(l) == -1 || login_draft(l) == -1 ||
	    load_account(l) == -1 || login_warn(l, &l->why) == -1 ||
	    login_secrets(l) == -1 || login_sign_in(l) == -1 ? -1 : 0;
}

static void
login_free(struct login *l)
{
	if (l->draft != -1)
		draft_abandon(&l->scope, l->name, l->draft);
	account_free(&l->account);
	secrets_free(&l->secrets);
	keys_free(&l->preset);
	keys_free(&l->tried);
	buf_free(&l->before);
	buf_free(&l->text);
	keys_free(&l->o.keys);
}

/* Those that are no keys of the account, and so are not kept. */
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
print_next_try(const struct login *l)
{
	char name[SHELL_WORD_MAX(NAME_MAX_LEN)];

	fputs(l->is_asking ? "Your answers are kept for the next try, without "
	    "secrets:\n\n    tokend login" : "tokend: the settings are kept "
	    "for the next try, without secrets: \"tokend login", stderr);
	print_options(&l->o);
	fprintf(stderr, l->is_asking ? " %s\n\n" : " %s\"\n",
	    shell_word(name, sizeof(name), l->name));
}

static int
report_failure(struct login *l)
{
	int status = command_failed(&l->why);

	if (isatty(STDERR_FILENO))
		explain(stderr, &l->detail);
	if (!l->is_new)
		return status;
	if (l->is_asking && l->draft != -1 && !interrupt_came())
		fprintf(stderr, "The account \"%s\" was not created.\n",
		    l->name);
	if (login_set_aside(l))
		print_next_try(l);
	return status;
}

int
command_login(int argc, char *argv[])
{
	struct login l = LOGIN_INIT;
	int status = EX_OK;

	switch (options_read(&l.o, argc, argv)) {
	case OPTIONS_TAKEN:
		break;
	case OPTIONS_HELP:
		keys_free(&l.o.keys);
		return command_usage("login", 1);
	default:
		keys_free(&l.o.keys);
		return EX_USAGE;
	}
	interrupt_block();
	l.is_asking = ask_is_possible();
	if (login(&l) == -1)
		status = report_failure(&l);
	else if (login_prove(&l) == -1)
		status = status_exit(l.why.code);
	login_free(&l);
	interrupt_raise();
	return status;
}
