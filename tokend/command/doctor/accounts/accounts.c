/* SPDX-License-Identifier: BSD-2-Clause */
/* accounts.c - what is wrong with the accounts, as their files are */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command/doctor/accounts/accounts.h"
#include "command/safe_path.h"
#include "files/folder.h"
#include "files/leftover.h"
#include "shell_word.h"

static void
tell_none(struct doctor *d)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = STATUS_NO_ACCOUNT };

	finding_text(f.found, "There is no account in %s/accounts.",
	    d->scope.config);
	finding_text(f.matters, "tokend has nothing to give a token for.");
	if (d->scope.kind == SCOPE_SYSTEM)
		finding_text(f.fix, "\"tokend login --set allow=postfix "
		    "you@example.org\", with the address that Postfix sends "
		    "by.");
	else
		finding_text(f.fix, "\"tokend login you@example.org\", with "
		    "your own address.");
	doctor_report(d, &f);
}

static void
tell_unusable(struct doctor *d, const struct account *a,
    const struct failure *why)
{
	struct finding f = { .check = ACCOUNTS_CHECK, .verdict = VERDICT_FAULT,
	    .code = why->code };

	finding_text(f.found, "%s%s", why->text,
	    why->text[strlen(why->text) - 1] == '?' ? "" : ".");
	finding_text(f.matters, "Account \"%s\" cannot be used while it is so; "
	    "others can.", a->name);
	if (why->code == STATUS_NO_ACCOUNT)
		finding_text(f.fix, "\"tokend login %s\"; tokend status lists "
		    "the accounts that there are.", SHELL_NAME(a->name));
	else
		finding_text(f.fix, "Mend it in %s: tokend.conf(5) has the "
		    "keys. Then \"tokend refresh %s\".", a->path,
		    SHELL_NAME(a->name));
	doctor_report(d, &f);
}

static void
look_at(struct doctor *d, const char *name)
{
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32], span[RENEWAL_SPAN];
	struct failure why;
	struct account a;

	snprintf(path, sizeof(path), "%s/accounts/%s.conf", d->scope.config,
	    name);
	if (check_path(d, path, FILE_SHOWN) == 0)
		return;
	if (account_load(&a, &d->scope, name, &why) == -1)
		tell_unusable(d, &a, &why);
	else if (check_account_values(d, &a) + check_renewal(d, &a, span) == 0)
		doctor_ok(d, ACCOUNTS_CHECK, "%s: %s%s%s, %s.", a.name,
		    account_grant_word(a.grant),
		    a.provider != NULL ? ", provider " : "",
		    a.provider != NULL ? a.provider : "", span);
	account_free(&a);
}

static void
look_at_leftovers(struct doctor *d)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	char word[SHELL_WORD_MAX(NAME_MAX_LEN)];
	struct names n;
	size_t i;

	if (leftover_names(&n, &d->scope, NULL) == 0)
		for (i = 0; i < n.count; i++) {
			finding_text(f.found, "%s has no account file, but "
			    "tokens or secrets are stored for it in %s.",
			    n.name[i], d->scope.state);
			finding_text(f.matters, "No program uses them, and "
			    "the provider still takes them.");
			finding_text(f.fix, "\"tokend remove %s\"; or put "
			    "its file back into %s/accounts.",
			    shell_word(word, sizeof(word), n.name[i]),
			    d->scope.config);
			doctor_report(d, &f);
		}
	names_free(&n);
}

static void
look_at_all(struct doctor *d)
{
	struct failure why;
	struct names n;
	size_t i;

	if (names_list(&n, &d->scope, &why) == -1)
		doctor_failure(d, ACCOUNTS_CHECK, &why, "No account can be "
		    "used while it is so.");
	else if (n.count == 0)
		tell_none(d);
	for (i = 0; i < n.count; i++)
		look_at(d, n.name[i]);
	names_free(&n);
	look_at_leftovers(d);
}

void
doctor_accounts(struct doctor *d)
{
	char accounts[SCOPE_PATH_MAX + 16];
	int found;

	if (!d->has_scope)
		return;
	snprintf(accounts, sizeof(accounts), "%s/accounts", d->scope.config);
	found = check_path(d, d->scope.config, FILE_FOLDER);
	if (found == 1)
		found = check_path(d, accounts, FILE_FOLDER);
	if (found == -1)
		tell_none(d);
	if (found != 1 || !check_store(d) || !check_encryption(d))
		return;
	if (d->account != NULL)
		look_at(d, d->account);
	else
		look_at_all(d);
}

/* Where somebody who was not root yet, or is no longer, may have made some. */
static void
tell_root(struct doctor *d, const char *file, size_t count)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };

	finding_text(f.found, "%s is never read%s: root has no accounts of its "
	    "own, only the machine's in %s/accounts.", file, count > 1 ?
	    ", nor are the others beside it" : "", d->scope.config);
	finding_text(f.matters, "Programs run by root ask the machine's "
	    "tokend.");
	finding_text(f.fix, "As root tokend login makes an account of the "
	    "machine's; then \"rm %s\".", SHELL_WORD(file));
	doctor_report(d, &f);
}

static void
look_at_roots(struct doctor *d)
{
	char pattern[SCOPE_PATH_MAX];
	const char *home = getenv("HOME");
	unsigned owner;
	glob_t found;

	/* Another user's, by `sudo -E`: those accounts are good as they are. */
	if (home == NULL || safe_path_home_is_ours(home, &owner) != 1 ||
	    snprintf(pattern, sizeof(pattern),
	    "%s/.config/tokend/accounts/*.conf", home) >= SCOPE_PATH_MAX ||
	    glob(pattern, 0, NULL, &found) != 0)
		return;
	if (found.gl_pathc > 0)
		tell_root(d, found.gl_pathv[0], found.gl_pathc);
	globfree(&found);
}

/* One name in both scopes: the user's own account goes before. */
static void
look_at_twins(struct doctor *d)
{
	struct finding f = { .check = ACCOUNTS_CHECK,
	    .verdict = VERDICT_WARNING };
	char path[SCOPE_PATH_MAX];
	struct failure why;
	struct names n;
	size_t i;

	if (names_list(&n, &d->scope, &why) == 0)
		for (i = 0; i < n.count; i++) {
			if (snprintf(path, sizeof(path), TOKEND_SYSCONFDIR
			    "/accounts/%s.conf", n.name[i]) >= SCOPE_PATH_MAX ||
			    access(path, F_OK) == -1)
				continue;
			finding_text(f.found, "%s is an account of your own "
			    "and one of the machine's (%s).", n.name[i], path);
			finding_text(f.matters, "Your programs use your own, "
			    "and a failure of it never falls back to the "
			    "other.");
			finding_text(f.fix, "If you mean the machine's: "
			    "\"tokend remove %s\".", SHELL_NAME(n.name[i]));
			doctor_report(d, &f);
		}
	names_free(&n);
}

void
doctor_scopes(struct doctor *d)
{
	if (!d->has_scope)
		return;
	if (d->scope.kind == SCOPE_SYSTEM && geteuid() == 0)
		look_at_roots(d);
	else if (d->scope.kind == SCOPE_USER)
		look_at_twins(d);
}
