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

static void
report_none(struct doctor *d)
{
	report_account(d, d->scope.kind == SCOPE_SYSTEM ? ACCOUNT_NONE_SYSTEM :
	    ACCOUNT_NONE_USER, KNOWN_VALUES({ "folder", d->scope.config }));
}

static void
report_unusable(struct doctor *d, const struct account *a,
    const struct failure *why)
{
	char text[FAILURE_TEXT_MAX + 2];
	int is_question = why->text[strlen(why->text) - 1] == '?';

	snprintf(text, sizeof(text), "%s%s", why->text,
	    is_question ? "" : ".");
	doctor_found_as(d, ACCOUNTS_CHECK, &account_findings[
	    why->code == STATUS_NO_ACCOUNT ? ACCOUNT_MISSING :
	    ACCOUNT_UNUSABLE], why->code, KNOWN_VALUES({ "failure", text },
	    { "account", a->name }, { "file", a->path }));
}

static void
check_account(struct doctor *d, const char *name)
{
	char path[SCOPE_PATH_MAX + NAME_MAX_LEN + 32], age[RENEWAL_AGE_MAX];
	char provider[NAME_MAX_LEN + 32] = "";
	struct failure why;
	struct account a;

	snprintf(path, sizeof(path), "%s/accounts/%s.conf", d->scope.config,
	    name);
	if (check_path(d, path, FILE_SHOWN) == PATH_BAD)
		return;
	if (account_load(&a, &d->scope, name, &why) == -1) {
		report_unusable(d, &a, &why);
	} else if (check_account_values(d, &a) + check_sending(d, &a) +
	    check_renewal(d, &a, age) == 0) {
		if (a.provider != NULL)
			snprintf(provider, sizeof(provider), ", provider %s",
			    a.provider);
		report_account(d, ACCOUNT_OK, KNOWN_VALUES(
		    { "account", a.name },
		    { "grant", account_grant_word(a.grant) },
		    { "provider", provider }, { "age", age }));
	}
	account_free(&a);
}

static void
check_leftovers(struct doctor *d)
{
	struct names n;
	size_t i;

	if (leftover_names(&n, &d->scope, NULL) == 0)
		for (i = 0; i < n.count; i++)
			report_account(d, ACCOUNT_LEFTOVER, KNOWN_VALUES(
			    { "account", n.name[i] },
			    { "folder", d->scope.config },
			    { "folder_state", d->scope.state }));
	names_free(&n);
}

static void
check_all_accounts(struct doctor *d)
{
	struct failure why;
	struct names n;
	size_t i;

	if (names_list(&n, &d->scope, &why) == -1)
		doctor_found_as(d, ACCOUNTS_CHECK,
		    &account_findings[ACCOUNTS_UNREADABLE], why.code,
		    KNOWN_VALUES({ "failure", why.text }));
	else if (n.count == 0)
		report_none(d);
	for (i = 0; i < n.count; i++)
		check_account(d, n.name[i]);
	names_free(&n);
	check_leftovers(d);
}

void
doctor_accounts(struct doctor *d)
{
	char accounts[SCOPE_PATH_MAX + 16];
	enum path_state found;

	if (!d->has_scope)
		return;
	snprintf(accounts, sizeof(accounts), "%s/accounts", d->scope.config);
	found = check_path(d, d->scope.config, FILE_FOLDER);
	if (found == PATH_GOOD)
		found = check_path(d, accounts, FILE_FOLDER);
	if (found == PATH_MISSING)
		report_none(d);
	if (found != PATH_GOOD || !check_store(d) || !check_encryption(d))
		return;
	if (d->account != NULL)
		check_account(d, d->account);
	else
		check_all_accounts(d);
}

static void
check_roots_own(struct doctor *d)
{
	char pattern[SCOPE_PATH_MAX];
	const char *home = getenv("HOME");
	unsigned owner;
	glob_t found;

	/* Another user's, by `sudo -E`: those accounts are good as they are. */
	if (home == NULL || safe_path_home_is_ours(home, &owner) != IS_TRUE ||
	    snprintf(pattern, sizeof(pattern),
	    "%s/.config/tokend/accounts/*.conf", home) >= SCOPE_PATH_MAX ||
	    glob(pattern, 0, NULL, &found) != 0)
		return;
	if (found.gl_pathc > 0)
		report_account(d, ACCOUNT_OF_ROOT, KNOWN_VALUES(
		    { "file", found.gl_pathv[0] },
		    { "more", found.gl_pathc > 1 ?
		    ", nor are the others next to it" : "" },
		    { "folder", d->scope.config }));
	globfree(&found);
}

/* One name in both scopes: the user's own account goes before. */
static void
check_twins(struct doctor *d)
{
	char path[SCOPE_PATH_MAX];
	struct failure why;
	struct names n;
	size_t i;

	if (names_list(&n, &d->scope, &why) == 0)
		for (i = 0; i < n.count; i++)
			if (snprintf(path, sizeof(path), TOKEND_SYSCONFDIR
			    "/accounts/%s.conf", n.name[i]) < SCOPE_PATH_MAX &&
			    access(path, F_OK) == 0)
				report_account(d, ACCOUNT_TWICE, KNOWN_VALUES(
				    { "account", n.name[i] },
				    { "file", path }));
	names_free(&n);
}

void
doctor_scopes(struct doctor *d)
{
	if (!d->has_scope)
		return;
	if (d->scope.kind == SCOPE_SYSTEM && geteuid() == 0)
		check_roots_own(d);
	else if (d->scope.kind == SCOPE_USER)
		check_twins(d);
}
