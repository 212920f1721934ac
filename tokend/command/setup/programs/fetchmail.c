/* SPDX-License-Identifier: BSD-2-Clause */
/* fetchmail.c - tokend setup fetchmail: IMAP or POP3 through a tunnel. */
#include <pwd.h>
#include <unistd.h>

#include "command/setup/installed.h"
#include "command/setup/programs/fetchmail_file.h"
#include "command/setup/setup.h"

static int
add_entry(struct setup *s, struct setup_file *f,
    const struct fetchmail_way *way, struct failure *why)
{
	const struct passwd *pw = getpwuid(geteuid());

	if (pw == NULL)
		return fail(why, STATUS_CONFIG, "uid %u has no name to deliver "
		    "mail to", (unsigned)geteuid());
	if (fetchmail_add(&f->new, f->path, way, pw->pw_name, why) == -1)
		return -1;
	return setup_note(s, why, "`keep` leaves fetched mail on the server. "
	    "Mail goes to %s on this machine; with `mda` it goes through a "
	    "program of yours.", pw->pw_name);
}

int
setup_fetchmail(struct setup *s, struct failure *why)
{
	const struct account *a = s->account;
	struct mailbox imap, pop;
	struct fetchmail_way way = { .m = &imap }, other = { .m = &pop,
	    .is_pop = 1 };
	char path[SCOPE_PATH_MAX];
	struct setup_file *f;
	int found = 0;

	if (program_find(path, "fetchmail", why) == -1 ||
	    mailbox_take(&imap, a, SERVER_IMAP, why) == -1)
		return -1;
	f = s->config != NULL ? setup_file(s, s->config, why) :
	    setup_home_file(s, "/.fetchmailrc", why);
	if (f == NULL)
		return -1;
	if (a->server[SERVER_POP] != NULL &&
	    (mailbox_take(&pop, a, SERVER_POP, why) == -1 ||
	    (found = fetchmail_edit(&f->new, f->path, &other, why)) == -1))
		return -1;
	switch (fetchmail_edit(&f->new, f->path, &way, why)) {
	case -1:
		return -1;
	case 0:
		if (!found && add_entry(s, f, &way, why) == -1)
			return -1;
	}
	return setup_note_run(s, why, "fetchmail", "-f", NULL);
}
