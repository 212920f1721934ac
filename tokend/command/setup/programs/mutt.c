/* SPDX-License-Identifier: BSD-2-Clause */
/* mutt.c - tokend setup mutt: IMAP and SMTP by a command for each token. */
#include <stdlib.h>
#include <unistd.h>

#include "command/setup/installed.h"
#include "command/setup/programs/mutt_file.h"
#include "command/setup/setup.h"
#include "shell_word.h"

/* Below HOME, or, with a ~ before it, below the XDG folder. */
static int
make_path(char path[SCOPE_PATH_MAX], const struct setup *s, const char *name)
{
	const char *xdg = secure_getenv("XDG_CONFIG_HOME");
	char folder[SCOPE_PATH_MAX];

	if (*name != '~')
		return scope_path(path, s->home, name);
	if (xdg != NULL && *xdg == '/')
		return scope_path(path, xdg, name + 1);
	return scope_path(folder, s->home, "/.config") == -1 ? -1 :
	    scope_path(path, folder, name + 1);
}

/* The first of the names that is there, in path; 0: none is. */
static int
find_first(char path[SCOPE_PATH_MAX], const struct setup *s,
    const char *const names[])
{
	for (; *names != NULL; names++)
		if (make_path(path, s, *names) == 0 &&
		    access(path, F_OK) == 0)
			return 1;
	return 0;
}

/*
 * mutt's file, or else neomutt's, each as its program looks for it. neomutt
 * reads mutt's where it has none of its own.
 */
static struct setup_file *
find_file(struct setup *s, struct failure *why)
{
	static const char *const mutt[] = { "/.muttrc", "/.mutt/muttrc",
	    "~/mutt/muttrc", NULL };
	static const char *const neomutt[] = { "~/neomutt/neomuttrc",
	    "~/neomutt/muttrc", "~/mutt/neomuttrc", "/.neomutt/neomuttrc",
	    "/.neomutt/muttrc", "/.mutt/neomuttrc", "/.neomuttrc", NULL };
	char path[SCOPE_PATH_MAX], other[SCOPE_PATH_MAX];

	if (s->config != NULL)
		return setup_file(s, s->config, why);
	if (find_first(path, s, mutt)) {
		if (find_first(other, s, neomutt) && setup_note(s, why,
		    "neomutt reads %s: for that, `tokend setup --config %s "
		    "mutt %s`.", other, SHELL_WORD(other),
		    SHELL_NAME(s->account->name)) == -1)
			return NULL;
		return setup_file(s, path, why);
	}
	if (find_first(path, s, neomutt))
		return setup_file(s, path, why);
	return setup_home_file(s, "/.muttrc", why);
}

int
setup_mutt(struct setup *s, struct failure *why)
{
	const struct account *a = s->account;
	const char *smtp_server = a->server[SERVER_SMTP];
	struct mailbox imap, smtp;
	char path[SCOPE_PATH_MAX];
	struct setup_file *f;
	int has_imap = a->server[SERVER_IMAP] != NULL || smtp_server == NULL;
	int has_smtp = smtp_server != NULL;

	if ((has_imap && mailbox_take(&imap, a, SERVER_IMAP, why) == -1) ||
	    (has_smtp && mailbox_take(&smtp, a, SERVER_SMTP, why) == -1) ||
	    (f = find_file(s, why)) == NULL)
		return -1;
	if (has_smtp && mutt_sends_otherwise(&f->new, &smtp)) {
		has_smtp = 0;
		if (setup_note(s, why, "How this file sends is left as it is: "
		    "not by %s.", smtp.host) == -1)
			return -1;
	}
	if (mutt_edit(&f->new, f->path, has_imap ? &imap : NULL,
	    has_smtp ? &smtp : NULL, why) == -1)
		return -1;
	return setup_note_run(s, why, program_find(path, "mutt", NULL) == 0 ?
	    "mutt" : "neomutt", "-F", NULL);
}
