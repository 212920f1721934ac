/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * store_access.c - whether tokend can use its store, as the user who does
 *
 * One finding has all that is wrong, and one command that fixes all of it:
 * after a change of the uid between two images every file has another owner.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "command/doctor/accounts/accounts.h"
#include "command/doctor/accounts/mounts.h"
#include "files/unusable.h"
#include "files/usable.h"

#define FIX_MAX (UNUSABLE_COMMAND_MAX + 2 * MOUNTS_COMMAND_MAX)

/* What chown(1) and chmod(1) can fix, or a way there. */
#define ACCESS (USABLE_OWNER | USABLE_MODE | USABLE_WAY)

static void
append(char *text, size_t size, const char *between, const char *more)
{
	size_t len = strlen(text);

	snprintf(text + len, size - len, "%s%s", len > 0 ? between : "", more);
}

static void
tell_found(struct finding *f, const struct doctor *d, const struct usable *u,
    const struct mounted *m, const char *user)
{
	char more[32] = "", text[FINDING_TEXT_MAX + 1] = "";
	const char *state = d->scope.state;

	if ((u->troubles & USABLE_READ_ONLY) != 0)
		finding_text(text, "The store %s cannot be written: what is "
		    "mounted at %s is read-only.", state, m->point);
	if ((u->troubles & USABLE_NO_ROOM) != 0)
		finding_text(text, "There is no room in the store %s: the file "
		    "system at %s is full.", state, m->point);
	if ((u->troubles & ACCESS) != 0) {
		if (u->count > 1)
			snprintf(more, sizeof(more), " (%zu in all)",
			    u->count);
		finding_text(f->found, "%s%sThe user %s cannot use the store "
		    "%s: %s%s.", text, text[0] != '\0' ? " " : "", user,
		    state, u->names, more);
	} else {
		finding_text(f->found, "%s", text);
	}
}

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
		append(fix, FIX_MAX, "", mount);
	if ((u->troubles & USABLE_WAY) != 0 &&
	    unusable_barrier(barrier, &d->scope)) {
		snprintf(access, sizeof(access), "chmod a+x %s",
		    SHELL_WORD(barrier));
		append(fix, FIX_MAX, " && ", access);
	}
	if ((u->troubles & (USABLE_OWNER | USABLE_MODE)) != 0)
		append(fix, FIX_MAX, " && ", unusable_command(access,
		    &d->scope, (u->troubles & USABLE_OWNER) != 0 ? owner :
		    NULL, with_modes));
}

static void
tell_fix(struct finding *f, const struct doctor *d, const struct usable *u,
    const struct mounted *m, const char *owner)
{
	char fix[FIX_MAX], command[MOUNTS_COMMAND_MAX];
	char volume[FINDING_TEXT_MAX + 1] = "";
	const char *who = "", *quote = "";

	make_command(fix, d, u, m, owner);
	if (fix[0] != '\0') {
		who = d->scope.kind == SCOPE_SYSTEM || (u->troubles &
		    (USABLE_OWNER | USABLE_WAY | USABLE_READ_ONLY)) == 0 ?
		    "" : "As root: ";
		quote = "\"";
	}
	if ((u->troubles & USABLE_READ_ONLY) != 0 &&
	    mounts_command(command, m) == NULL)
		finding_text(volume, "This container may not change its "
		    "mounts. Give it a volume of its own at %s that is "
		    "writable: in Kubernetes one without readOnly, in Docker "
		    "and Podman --volume tokend:%s.%s",
		    d->scope.state, d->scope.state,
		    fix[0] != '\0' ? " Then: " : "");
	if ((u->troubles & USABLE_NO_ROOM) != 0)
		finding_text(f->fix, "%s%s%s%s%s%sMake room at %s: df(1) and "
		    "df -i show what is taken. tokend then goes on by itself.",
		    volume, who, quote, fix, quote, fix[0] != '\0' ? ". " : "",
		    m->point);
	else
		finding_text(f->fix, "%s%s%s%s%s%s", volume, who, quote, fix,
		    quote, fix[0] != '\0' ? "." : "");
}

/* A link or another thing that is no file, which is told by itself. */
static int
tell_other(struct doctor *d, const struct usable *u)
{
	struct failure why;

	if (check_path(d, u->path, u->is_folder ? FILE_FOLDER :
	    FILE_SECRET) == 0)
		return 0;
	unusable_path(&d->scope, u->path, u->error, &why);
	doctor_failure(d, STORE_CHECK, &why, "No token is renewed while it "
	    "is so.");
	return 0;
}

static int
tell(struct doctor *d, const struct usable *u)
{
	struct finding f = { .check = STORE_CHECK, .verdict = VERDICT_FAULT,
	    .code = u->troubles == USABLE_NO_ROOM ? STATUS_LATER :
	    STATUS_CONFIG };
	char user[64], group[64], owner[130];
	struct mounted m;

	if ((u->troubles & USABLE_OTHER) != 0)
		return tell_other(d, u);
	if (mounts_find(&m, d->scope.state) == -1)
		snprintf(m.point, sizeof(m.point), "%s", d->scope.state);
	owner_names(d, user, group);
	snprintf(owner, sizeof(owner), "%s:%s", user, group);
	tell_found(&f, d, u, &m, user);
	finding_text(f.matters, "No token is renewed while it is so, and mail "
	    "waits. The provider and the consents are not the reason: nobody "
	    "has to sign in again.");
	tell_fix(&f, d, u, &m, owner);
	doctor_report(d, &f);
	return 0;
}

int
check_store(struct doctor *d)
{
	struct usable u;

	if (d->account == NULL) {
		usable_all(&u, &d->scope);
	} else {
		usable_folders(&u, &d->scope);
		usable_account(&u, &d->scope, d->account);
	}
	return u.troubles == 0 ? 1 : tell(d, &u);
}
