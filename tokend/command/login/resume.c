/* SPDX-License-Identifier: BSD-2-Clause */
/* resume.c - an account's draft, and the answers of a try that failed. */
#include <stdio.h>
#include <string.h>

#include "account/draft.h"
#include "base/name.h"
#include "command/edit.h"
#include "command/login/login.h"
#include "command/terminal/ask.h"

int
login_draft(struct login *l)
{
	if (!l->is_new && !l->o.has_keys)
		return 0;
	if (l->is_new ? buf_adds(&l->text, "# See tokend.conf(5) for all "
	    "keys.\n") == -1 : buf_add(&l->text,
	    buf_text(&l->before), l->before.len) == -1)
		return fail_memory(&l->why);
	if (edit_set_all(&l->text, &l->o.keys, &l->why) == -1)
		return -1;
	l->draft = draft_write(&l->scope, l->name, &l->text, &l->why);
	return l->draft == -1 ? -1 : 0;
}

static char **
key_member(struct keys *k, const struct conf_key *key)
{
	return (char **)((char *)k + key->offset);
}

/* Answers about one provider are of no use with another. */
static int
is_about_another(struct login *l)
{
	static const char *const decisive[] = { "provider", "cloud", "issuer",
	    "token_endpoint", "grant", NULL };
	char *given, *tried;
	size_t i;

	for (i = 0; decisive[i] != NULL; i++) {
		given = *edit_key(&l->o.keys, decisive[i]);
		tried = *edit_key(&l->tried, decisive[i]);
		if (given != NULL && (tried == NULL ||
		    strcmp(given, tried) != 0))
			return 1;
	}
	return 0;
}

/* Those that fill.c asks for. The hosts are then those of the servers. */
static int
is_asked(const struct login *l, const char *name)
{
	return words_have("provider issuer tenant client_id scope server_smtp "
	    "server_imap allow", name, strlen(name)) ||
	    (strcmp(name, "hosts") == 0 && (l->tried.server_smtp != NULL ||
	    l->tried.server_imap != NULL));
}

/* A key that was given this time stays. */
static void
take_tried(struct login *l, int with_asked)
{
	const struct conf_key *key;
	char **to;

	for (key = account_keys; key->name != NULL; key++) {
		to = key_member(&l->o.keys, key);
		if (*to == NULL && (with_asked || !is_asked(l, key->name)))
			*to = key_take(key_member(&l->tried, key));
	}
}

static void
show_tried(struct login *l)
{
	const struct conf_key *key;
	const char *value;

	fprintf(stderr, "There is no account \"%s\" yet. Your answers of the "
	    "last try:\n\n", l->name);
	for (key = account_keys; key->name != NULL; key++)
		if ((value = *key_member(&l->tried, key)) != NULL)
			fprintf(stderr, "    %s = %s\n", key->name, value);
	fputc('\n', stderr);
}

static int
use_tried(struct login *l)
{
	enum truth yes;

	if (l->is_asking) {
		show_tried(l);
		yes = ask_yes("Change any of this?", &l->why);
		if (yes == IS_UNKNOWN)
			return -1;
		l->is_resumed = yes == IS_FALSE;
		take_tried(l, l->is_resumed);
		return 0;
	}
	fprintf(stderr, "tokend: account \"%s\": using the settings of the "
	    "last try\n", l->name);
	take_tried(l, 1);
	l->o.has_keys = 1;
	return 0;
}

int
login_resume(struct login *l)
{
	if (!l->is_new)
		return 0;
	/* A script that gives settings means those, and no others. */
	if (draft_tried(&l->scope, l->name, &l->tried) == -1 ||
	    is_about_another(l) || (!l->is_asking && l->o.has_keys)) {
		keys_free(&l->tried);
		return 0;
	}
	return use_tried(l);
}

static int
has_answers(struct login *l)
{
	const struct conf_key *key;

	for (key = account_keys; key->name != NULL; key++)
		if (strcmp(key->name, "user") != 0 &&
		    *key_member(&l->o.keys, key) != NULL)
			return 1;
	return 0;
}

int
login_set_aside(struct login *l)
{
	struct failure why = l->why;
	int held;

	/* A person can correct a mistake; a script would repeat it. */
	if (l->is_committed || !has_answers(l) ||
	    (!l->is_asking && !l->is_loaded))
		return 0;
	/* A question was not answered, or the account was restored. */
	if (l->draft == -1) {
		buf_reset(&l->text);
		if (login_draft(l) == -1) {
			l->why = why;
			return 0;
		}
	}
	held = l->draft;
	l->draft = -1;
	return draft_set_aside(&l->scope, l->name, held) == 0;
}
