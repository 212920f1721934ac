/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * nullmailer.c - tokend setup nullmailer: all mail goes by tokend's module,
 * nullmailer-send(8).
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "command/nullmailer.h"
#include "command/setup/allow_user.h"
#include "command/setup/programs/nullmailer_files.h"
#include "command/setup/send_account.h"
#include "command/setup/system.h"
#include "command/setup/units.h"
#include "base/shell_word.h"

#define NAME_MOST 1024
#define MAIL_NAME "/etc/mailname"

static struct setup_file *
open_file(struct setup *s, const char *name, struct failure *why)
{
	return setup_file_in(s, s->config != NULL ? s->config :
	    NULLMAILER_FOLDER, name, why);
}

static int
check_module(struct failure *why)
{
	const char *folder = nullmailer_modules();
	char path[SCOPE_PATH_MAX];

	if (folder == NULL)
		return fail(why, STATUS_CONFIG, "nullmailer is not installed: "
		    "there is no module smtp of it in /usr/lib/nullmailer");
	if (scope_path(path, folder, "/" REMOTES_MODULE) == 0 &&
	    access(path, X_OK) == 0)
		return 0;
	if (scope_path(path, TOKEND_NULLMAILER_DIR, "/" REMOTES_MODULE) == -1 ||
	    access(path, X_OK) == -1)
		return fail(why, STATUS_CONFIG, "nullmailer looks for modules "
		    "in %s, and tokend's is not installed. Fix: install the "
		    "package that has it (Debian: nullmailer-tokend)", folder);
	return fail(why, STATUS_CONFIG, "nullmailer looks for modules in %s, "
	    "and tokend's is not there. Fix: \"ln -s %s/" REMOTES_MODULE
	    " %s/\"", folder, SHELL_WORD(TOKEND_NULLMAILER_DIR),
	    SHELL_WORD(folder));
}

/*
 * With adminaddr set, nullmailer gives the mail for each address of its own
 * mail name to that mailbox: also what is for other people.
 */
static int
check_mail_name(const char *mailbox, struct failure *why)
{
	const char *domain = strrchr(mailbox, '@') + 1;
	FILE *file = fopen(MAIL_NAME, "re");
	char name[NAME_MOST] = "";

	if (file == NULL)
		return 0;
	if (fgets(name, sizeof(name), file) == NULL)
		name[0] = '\0';
	fclose(file);
	name[strcspn(name, " \t\r\n")] = '\0';
	if (strcasecmp(name, domain) != 0)
		return 0;
	return fail(why, STATUS_CONFIG, MAIL_NAME " is %.200s, so nullmailer "
	    "would give the mail for each address of that domain to %.200s; "
	    "nothing was changed. Fix: \"hostname --fqdn >" MAIL_NAME "\", if "
	    "that is a name of this machine alone", name, mailbox);
}

/* The user nullmailer-send runs as may send by the account. */
static int
allow_sender(struct setup *s, struct failure *why)
{
	const struct passwd *pw = nullmailer_user();

	if (nullmailer_queue_program() == NULL)
		return fail(why, STATUS_CONFIG, "nullmailer is not installed: "
		    "there is no /usr/sbin/nullmailer-queue that is setuid");
	if (pw == NULL)
		return fail(why, STATUS_CONFIG, "%s belongs to a uid that is "
		    "no user", nullmailer_queue_program());
	return allow_named(s, "allow_send", pw->pw_name, why);
}

/* If it stays as it is, the person is told what that means. */
static int
set_address(struct setup *s, const char *name, const char *address,
    const char *meaning, struct failure *why)
{
	struct setup_file *f = open_file(s, name, why);
	char kept[ADDRESS_SHOWN];

	if (f == NULL || address_file_set(f, address, kept, why) == -1)
		return -1;
	return kept[0] == '\0' ? 0 : setup_note(s, why, "%s has %s and stays "
	    "as it is: %s", f->path, kept, meaning);
}

static int
set_remotes(struct setup *s, struct failure *why)
{
	struct setup_file *f = open_file(s, "/remotes", why);
	size_t dropped;

	if (f == NULL || remotes_set(f, s->account->name, &dropped, why) == -1)
		return -1;
	return dropped == 0 ? 0 : setup_note(s, why, "%s: mail goes by %s "
	    "alone now; nullmailer would try other lines whenever that one "
	    "has to wait, so they are gone.", f->path, s->account->name);
}

/* It reads its files at each run of the queue, which may be a day away. */
static int
add_restart(struct setup *s, struct failure *why)
{
	if (access("/run/systemd/system", F_OK) == -1)
		return setup_note(s, why, "A mail that waits already goes at "
		    "the next run of the queue: \"echo 1 >"
		    "/var/spool/nullmailer/trigger\" starts one.");
	return units_restart(s, "nullmailer.service", why);
}

int
setup_nullmailer(struct setup *s, struct failure *why)
{
	const char *from = send_account_from(s->account, why);
	const char *mailbox = from == NULL ? NULL :
	    send_account_mailbox(s->account, why);

	if (mailbox == NULL || check_mail_name(mailbox, why) == -1 ||
	    check_module(why) == -1 ||
	    allow_sender(s, why) == -1 ||
	    set_address(s, "/allmailfrom", from, "the account must be allowed "
	    "to send from that address.", why) == -1 ||
	    set_address(s, "/adminaddr", mailbox, "mail to root and other "
	    "users of this machine goes there.", why) == -1 ||
	    set_remotes(s, why) == -1 || system_answer(s, why) == -1)
		return -1;
	return add_restart(s, why);
}
