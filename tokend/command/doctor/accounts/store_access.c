/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_access.c - whether tokend's user can use the store
 *
 * One finding has all that is wrong, and one command that fixes all of it:
 * after a change of the uid between two images every file has another owner.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command/doctor/accounts/accounts.h"
#include "command/doctor/accounts/mounts.h"
#include "base/name.h"
#include "files/unusable.h"
#include "files/usable.h"

#define FIX_MAX (UNUSABLE_COMMAND_MAX + 2 * MOUNTS_COMMAND_MAX)

/* What chown(1) and chmod(1) can fix. */
#define ACCESS (USABLE_OWNER | USABLE_MODE | USABLE_PARENT)

/* What is to be typed, in one line; "" where that fixes nothing. */
static void
make_command(char fix[FIX_MAX], const struct doctor *d,
    const struct usable *u, const struct mounted *m, const char *owner)
{
	char mount[MOUNTS_COMMAND_MAX], access[UNUSABLE_COMMAND_MAX];
	char barrier[SCOPE_PATH_MAX];
	const int with_modes = (u->troubles & USABLE_MODE) != 0;

	fix[0] = '\0';
	if ((u->troubles & USABLE_READ_ONLY) != 0 &&
	    mounts_command(mount, m) != NULL)
		words_append(fix, FIX_MAX, "", mount);
	if ((u->troubles & USABLE_PARENT) != 0 &&
	    unusable_find_closed(barrier, &d->scope)) {
		snprintf(access, sizeof(access), "chmod a+x %s",
		    SHELL_WORD(barrier));
		words_append(fix, FIX_MAX, " && ", access);
	}
	if ((u->troubles & (USABLE_OWNER | USABLE_MODE)) != 0)
		words_append(fix, FIX_MAX, " && ", unusable_command(access,
		    &d->scope, (u->troubles & USABLE_OWNER) != 0 ? owner :
		    NULL, with_modes));
}

/* A link or another thing that is no file is a finding of its own. */
static void
report_other(struct doctor *d, const struct usable *u)
{
	struct failure why;

	if (check_path(d, u->path, u->is_folder ? FILE_FOLDER :
	    FILE_SECRET) == PATH_BAD)
		return;
	unusable_path(&d->scope, u->path, u->error, &why);
	doctor_found_as(d, STORE_CHECK, &file_findings[STORE_FAILED],
	    why.code, KNOWN_VALUES({ "failure", why.text }));
}

/* The rows that apply make one finding; a fix that is there is left out. */
static void
add_row(struct finding *all, enum file_finding found,
    const struct known_value *values)
{
	struct finding one;

	known_finding(&one, STORE_CHECK, &file_findings[found], values);
	if (all->check == NULL) {
		*all = one;
		return;
	}
	words_append(all->found, sizeof(all->found), " ", one.found);
	if (strstr(all->fix, one.fix) == NULL)
		words_append(all->fix, sizeof(all->fix), " ", one.fix);
	if (one.code == STATUS_CONFIG)
		all->code = STATUS_CONFIG;
}

static void
report_store(struct doctor *d, const struct usable *u, struct mounted *m)
{
	struct finding f = { .check = NULL };
	char user[64], group[64], owner[130], names[USABLE_NAMES_MAX + 32];
	char fix[FIX_MAX], unused[MOUNTS_COMMAND_MAX];

	owner_names(d, user, group);
	snprintf(owner, sizeof(owner), "%s:%s", user, group);
	make_command(fix, d, u, m, owner);
	snprintf(names, sizeof(names), "%s", u->names);
	if (u->count > 1)
		snprintf(names + strlen(names), sizeof(names) - strlen(names),
		    " (%zu in all)", u->count);
	const struct known_value *values = KNOWN_VALUES(
	    { "folder", d->scope.state }, { "point", m->point },
	    { "user", user }, { "names", names }, { "command", fix },
	    { "by_root", d->scope.kind == SCOPE_SYSTEM || (u->troubles &
	    (USABLE_OWNER | USABLE_PARENT | USABLE_READ_ONLY)) == 0 ? "" :
	    "As root: " });
	if ((u->troubles & USABLE_READ_ONLY) != 0)
		add_row(&f, mounts_command(unused, m) == NULL ? STORE_VOLUME :
		    STORE_READ_ONLY, values);
	if ((u->troubles & ACCESS) != 0)
		add_row(&f, STORE_CLOSED, values);
	if ((u->troubles & USABLE_NO_ROOM) != 0)
		add_row(&f, STORE_FULL, values);
	doctor_report(d, &f);
}

int
check_store(struct doctor *d)
{
	struct mounted m;
	struct usable u;

	if (d->account == NULL) {
		usable_all(&u, &d->scope);
	} else {
		usable_folders(&u, &d->scope);
		usable_account(&u, &d->scope, d->account);
	}
	if (mounts_find(&m, d->scope.state) == -1)
		snprintf(m.point, sizeof(m.point), "%s", d->scope.state);
	if ((u.troubles & USABLE_OTHER) != 0)
		report_other(d, &u);
	else if (u.troubles != 0)
		report_store(d, &u, &m);
	return u.troubles == 0;
}
