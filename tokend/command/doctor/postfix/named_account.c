/* SPDX-License-Identifier: BSD-2-Clause */
/* named_account.c - the account that an entry of the password map names */
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/account.h"
#include "account/allow.h"
#include "command/doctor/postfix/check_context.h"
#include "files/folder.h"
#include "base/name.h"
#include "base/nearest.h"
#include "base/number.h"

#define HOSTS_SHOWN 200	/* bytes of a line that is printed whole */
#define GROUPS_MOST 64

/* True if the user is one of numbers' uids, or in one of their @gids. */
static int
is_allowed(const struct passwd *pw, const char *numbers)
{
	gid_t groups[GROUPS_MOST];
	int64_t number = 0;
	int count = GROUPS_MOST, i, is_group;
	size_t len;

	if (getgrouplist(pw->pw_name, pw->pw_gid, groups, &count) == -1)
		count = GROUPS_MOST;
	for (; (numbers = words_next(numbers, &len)) != NULL; numbers += len) {
		is_group = *numbers == '@';
		if (number_read(numbers + is_group, &number) == 0)
			continue;
		if (!is_group && (uid_t)number == pw->pw_uid)
			return 1;
		for (i = 0; is_group && i < count; i++)
			if ((gid_t)number == groups[i])
				return 1;
	}
	return 0;
}

static void
check_allow(struct check_context *c, const struct account *a)
{
	const char *owner = postfix_value(c->p, NULL, "mail_owner");
	const struct passwd *pw = getpwnam(owner);
	struct buf numbers = BUF_INIT(ALLOW_LIST_MAX), allow = numbers;

	if (pw != NULL && allow_numbers(a->allow, &numbers) == 0 &&
	    !is_allowed(pw, buf_text(&numbers)) && (a->allow == NULL ||
	    (buf_adds(&allow, a->allow) == 0 && buf_adds(&allow, " ") == 0)))
		report_postfix(c, ALLOW_NOT_POSTFIX, KNOWN_VALUES(
		    { "account", a->name }, { "user", owner },
		    { "allow", buf_text(&allow) }, { "file", a->path }));
	buf_free(&numbers);
	buf_free(&allow);
}

static void
check_hosts(struct check_context *c, const struct route *r,
    const struct account *a)
{
	/* Without brackets mail goes to the MX of it, whatever that is. */
	if (r->is_bracketed && !host_matches(a->hosts, r->host))
		report_postfix(c, strlen(a->hosts) <= HOSTS_SHOWN ?
		    HOSTS_OTHER : HOSTS_OTHER_LONG, KNOWN_VALUES(
		    { "account", a->name }, { "host", r->host },
		    { "parameter", r->parameter }, { "hosts", a->hosts },
		    { "file", a->path }));
}

/* Copies a name without the marks that people put around an address. */
static void
strip_name(char to[NAME_MAX_LEN + 1], const char *name)
{
	size_t used = 0;

	for (; *name != '\0' && used < NAME_MAX_LEN; name++)
		if (strchr("<>[]()\"'`, \t", *name) == NULL)
			to[used++] = *name;
	to[used] = '\0';
}

/* How sure it is that the account is meant by name: 3, 2, 1; 0: it is not. */
static int
rate_name(const char *name, const char *account)
{
	struct nearest n = { .word = NULL };
	size_t len = strcspn(account, "@");
	char plain[NAME_MAX_LEN + 1];

	strip_name(plain, name);
	if (strcmp(plain, account) == 0)
		return 3;
	nearest_compare(&n, plain, account);
	if (nearest_found(&n) != NULL)
		return 2;
	return len > 0 && len == strcspn(plain, "@") &&
	    strncmp(plain, account, len) == 0;
}

/* The account that is most likely meant: 1, or 0 if there is none. */
static int
find_meant(const struct check_context *c, const char *name,
    char meant[NAME_MAX_LEN + 1])
{
	struct failure why;
	struct names n;
	int best = 0, rate;
	size_t i;

	if (names_list(&n, &c->scope, &why) == -1)
		return 0;
	for (i = 0; i < n.count; i++) {
		rate = rate_name(name, n.name[i]);
		if (rate <= best)
			continue;
		best = rate;
		snprintf(meant, NAME_MAX_LEN + 1, "%s", n.name[i]);
	}
	names_free(&n);
	return best > 0;
}

static void
report_unknown(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	char meant[NAME_MAX_LEN + 1] = "", fix[FIX_MAX];
	int is_near = find_meant(c, e->account, meant);

	fix_entry(c, fix, r, e->key, meant, 1);
	report_postfix(c, is_near ? NAME_NEAR : NAME_UNKNOWN, KNOWN_VALUES(
	    { "key", e->key }, { "account", e->account }, { "meant", meant },
	    { "folder", c->scope.config },
	    { "user", postfix_value(c->p, NULL, "mail_owner") },
	    { "fix", fix }));
}

void
check_named_account(struct check_context *c, const struct route *r,
    const struct entry *e)
{
	struct failure why;
	struct account a;

	/* What is wrong in its file, the check of the accounts reports. */
	if (account_load(&a, &c->scope, e->account, &why) == 0) {
		check_hosts(c, r, &a);
		check_allow(c, &a);
	} else if (why.code == STATUS_NO_ACCOUNT) {
		report_unknown(c, r, e);
	} else if (geteuid() != 0) {
		report_postfix(c, NAME_NOT_ROOT,
		    KNOWN_VALUES({ "account", e->account }));
	}
	account_free(&a);
}
