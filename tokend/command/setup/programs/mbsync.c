/* SPDX-License-Identifier: BSD-2-Clause */
/* mbsync.c - tokend setup mbsync: IMAP by the plugin. */
#include <stdlib.h>
#include <unistd.h>

#include "command/setup/installed.h"
#include "command/setup/programs/mbsync_file.h"
#include "command/setup/setup.h"

#define TLS_TYPE 105		/* 1.5: TLSType, and XDG folders */
#define FAR_AND_NEAR 104	/* 1.4: the words of a channel */

/* Where this version reads its configuration, as it looks for it. */
static struct setup_file *
find_file(struct setup *s, int version, struct failure *why)
{
	const char *xdg = secure_getenv("XDG_CONFIG_HOME");
	char path[SCOPE_PATH_MAX];

	if (s->config != NULL)
		return setup_file(s, s->config, why);
	if (version >= TLS_TYPE && (xdg != NULL && *xdg == '/' ?
	    scope_path(path, xdg, "/isyncrc") :
	    scope_path(path, s->home, "/.config/isyncrc")) == 0 &&
	    access(path, F_OK) == 0)
		return setup_file(s, path, why);
	return setup_home_file(s, "/.mbsyncrc", why);
}

static int
add_account(struct setup *s, struct setup_file *f, const struct mailbox *m,
    const struct mbsync_style *style, int version, struct failure *why)
{
	char folder[SCOPE_PATH_MAX], path[SCOPE_PATH_MAX];
	char label[NAME_MAX_LEN + 1];

	if (version < FAR_AND_NEAR)
		return fail(why, STATUS_CONFIG, "%s has no account for %s at "
		    "%s, and this isync is older than 1.4: write the account "
		    "(tokend's page on mbsync shows one), and run this again",
		    f->path, m->account, m->host);
	if (mbsync_add(&f->new, f->path, m, style, why) == -1)
		return -1;
	/* mbsync makes the mailboxes, but not the folder that they are in. */
	mbsync_label(label, m);
	return scope_path(folder, s->home, "/Mail/") == -1 ||
	    scope_path(path, folder, label) == -1 ? 0 :
	    setup_step(s, why, "/bin/mkdir", "-p", path, NULL);
}

int
setup_mbsync(struct setup *s, struct failure *why)
{
	struct mbsync_style style = { .folder = "~/Mail" };
	struct setup_file *f;
	struct mailbox m;
	char path[SCOPE_PATH_MAX], label[NAME_MAX_LEN + 1];
	int version, found;

	if (mailbox_take(&m, s->account, SERVER_IMAP, why) == -1 ||
	    program_find(path, "mbsync", why) == -1 ||
	    (version = program_version(path, why)) == -1 ||
	    (f = find_file(s, version, why)) == NULL)
		return -1;
	style.tls = version >= TLS_TYPE ? "TLSType" : "SSLType";
	found = mbsync_edit(&f->new, f->path, &m, &style, why);
	if (found == -1 || (found == 0 && add_account(s, f, &m, &style,
	    version, why) == -1))
		return -1;
	/* A channel of the file's own has a name that it may share. */
	mbsync_label(label, &m);
	return setup_note_run(s, why, "mbsync", "-c", found == 0 ? label :
	    "-a");
}
