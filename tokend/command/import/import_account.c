/* SPDX-License-Identifier: BSD-2-Clause */
/* import_account.c - see import_command.h: an account that is imported */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/account.h"
#include "account/draft.h"
#include "command/account_mistakes.h"
#include "command/command.h"
#include "command/edit.h"
#include "command/explain.h"
#include "command/import/import_command.h"
#include "base/shell_word.h"

#define INDENT 4

/* What was said by hand goes before what the file says. */
static int
collect_keys(struct import_run *r, struct keys *k, struct failure *why)
{
	const struct conf_key *key;
	const char *value, *set;
	char name[64], **member;

	for (key = account_keys; key->name != NULL; key++) {
		snprintf(name, sizeof(name), "key_%s", key->name);
		value = attrs_get(&r->talk.event.attrs, name);
		set = *(char *const *)((const char *)&r->keys + key->offset);
		if (set != NULL)
			value = set;
		member = (char **)((char *)k + key->offset);
		if (value != NULL && key_copy(member, value, why) == -1)
			return -1;
	}
	return 0;
}

static int
compose_text(struct import_run *r, struct failure *why)
{
	struct taking *t = &r->taking;
	struct keys k = { .provider = NULL };
	int result;

	buf_reset(&t->text);
	if (buf_adds(&t->text, "# Imported by tokend: ") == -1 ||
	    buf_adds(&t->text, r->format) == -1 ||
	    buf_adds(&t->text, ". See tokend.conf(5).\n") == -1)
		return fail_memory(why);
	result = collect_keys(r, &k, why);
	if (result == 0 && k.provider == NULL && k.hosts == NULL)
		result = fail(why, STATUS_CONFIG, "account \"%s\": there is no "
		    "preset for its provider, so say which mail servers may "
		    "have its tokens: --set \"hosts=HOST ...\"", t->name);
	if (result == 0)
		result = edit_set_all(&t->text, &k, why);
	keys_free(&k);
	return result;
}

/* What tokend would say of it later, it says before it is there. */
static int
check_draft(struct import_run *r, struct failure *why)
{
	struct taking *t = &r->taking;
	struct account a;
	int result = account_load_draft(&a, &r->scope, t->name, why);

	t->needs_login = result == 0 && (a.grant == GRANT_REFRESH_TOKEN ?
	    strstr(t->secrets, "refresh_token") == NULL :
	    a.grant == GRANT_CLIENT_CREDENTIALS && a.client_key == NULL &&
	    strstr(t->secrets, "client_secret") == NULL);
	t->needs_allow = result == 0 && a.allow == NULL &&
	    r->scope.kind == SCOPE_SYSTEM;
	account_free(&a);
	return result;
}

static int
make_account(struct import_run *r, struct failure *why)
{
	struct taking *t = &r->taking;
	int found, held;

	buf_reset(&t->before);
	found = draft_before(&r->scope, t->name, &t->before, why);
	if (found == -1)
		return -1;
	t->is_new = found == 1;
	if (!t->is_new && !r->replace)
		return fail(why, STATUS_CONFIG, "account \"%s\": is there "
		    "already, and was left as it is: --replace puts the "
		    "imported one in its place", t->name);
	if (mistake_check_allow(t->name, r->keys.allow, why) == -1 ||
	    compose_text(r, why) == -1 || (held = draft_write(&r->scope,
	    t->name, &t->text, why)) == -1)
		return -1;
	if (check_draft(r, why) == 0 && draft_commit(&r->scope, t->name,
	    t->is_new ? NULL : &t->before, why) == 0) {
		close(held);
		return 0;
	}
	draft_abandon(&r->scope, t->name, held);
	return -1;
}

/* Says on stderr why an account was not taken, and remembers the first. */
static void
note_refused(struct import_run *r, const struct failure *why)
{
	if (r->refused.code == STATUS_OK)
		r->refused = *why;
	command_failed(why);
}

int
import_account(struct import_run *r, struct failure *why)
{
	struct taking *t = &r->taking;
	const char *name = converse_value(&r->talk, "name");
	struct failure refused;
	int result;

	if (name_fold(t->name, name, strlen(name), why) == -1)
		return -1;
	snprintf(t->secrets, sizeof(t->secrets), "%s",
	    converse_value(&r->talk, "secrets"));
	result = make_account(r, &refused);
	t->is_bare = result == 0;
	if (result == -1)
		note_refused(r, &refused);
	return converse_send_one(&r->talk, "keep", result == 0 ? "yes" : "no",
	    why);
}

/* One line, broken at blanks where it would be too wide. */
static void
print_line(const char *line, size_t len)
{
	char *copy = strndup(line, len);

	explain_line(stdout, "", INDENT, copy != NULL ? copy : "");
	free(copy);
}

static void
show_account(const struct taking *t)
{
	static const struct {
		const char *word, *text;
	} secrets[] = { { "refresh_token", "refresh token" },
	    { "client_secret", "client secret" },
	    { "client_key", "private key" } };
	const char *line = buf_text(&t->text), *between = "  stored: ";
	size_t i, len;

	printf("account \"%s\": %s\n", t->name, t->is_new ? "made" :
	    "replaced");
	for (; *line != '\0'; line += len + 1) {
		len = strcspn(line, "\n");
		if (*line != '#')
			print_line(line, len);
	}
	for (i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		if (strstr(t->secrets, secrets[i].word) != NULL) {
			printf("%s%s", between, secrets[i].text);
			between = ", ";
		}
	if (*between == ',')
		putchar('\n');
	if (t->needs_login)
		printf("  next: \"tokend login %s\" signs in\n",
		    SHELL_NAME(t->name));
	else
		printf("  next: \"tokend refresh %s\" gets a first token\n",
		    SHELL_NAME(t->name));
	if (t->needs_allow)
		puts("  allow: only root may ask for its tokens so far; "
		    "add allow = postfix");
	fflush(stdout);
}

void
import_undo(struct import_run *r)
{
	struct taking *t = &r->taking;
	struct failure why;

	if (!t->is_bare)
		return;
	t->is_bare = 0;
	if (draft_take_back(&r->scope, t->name, t->is_new ? NULL : &t->before,
	    &why) == -1)
		command_failed(&why);
}

int
import_kept(struct import_run *r, struct failure *why)
{
	const char *word = converse_value(&r->talk, "code");
	enum status code;
	struct failure refused;

	if (*word == '\0') {
		r->taking.is_bare = 0;
		show_account(&r->taking);
		return 0;
	}
	if (status_parse(word, &code) == -1)
		return fail(why, STATUS_INTERNAL, "the worker has a word that "
		    "is not known here: is it of another version?");
	fail(&refused, code, "%s", converse_value(&r->talk, "text"));
	import_undo(r);
	note_refused(r, &refused);
	return 0;
}
