/* SPDX-License-Identifier: BSD-2-Clause */
/* msmtp.c - tokend setup msmtp: SMTP by a command that prints the token. */
#include <stdlib.h>
#include <unistd.h>

#include "command/setup/programs/msmtp_file.h"
#include "command/setup/setup.h"
#include "shell_word.h"

struct setup_file *
msmtp_file(struct setup *s, struct failure *why)
{
	const char *xdg = secure_getenv("XDG_CONFIG_HOME");
	char home[SCOPE_PATH_MAX], path[SCOPE_PATH_MAX];

	if (scope_path(home, s->home, "/.msmtprc") == 0 &&
	    access(home, F_OK) != 0 &&
	    (xdg != NULL && *xdg == '/' ?
	    scope_path(path, xdg, "/msmtp/config") :
	    scope_path(path, s->home, "/.config/msmtp/config")) == 0 &&
	    access(path, F_OK) == 0)
		return setup_file(s, path, why);
	return setup_home_file(s, "/.msmtprc", why);
}

static int
note_run(struct setup *s, const char *name, struct failure *why)
{
	char config[SHELL_WORD_MAX(SCOPE_PATH_MAX)] = "";

	if (s->config != NULL)
		shell_word(config, sizeof(config), s->config);
	return setup_note(s, why, "`msmtp %s%s%s-a %s` sends by this account.",
	    config[0] != '\0' ? "-C " : "", config, config[0] != '\0' ? " " :
	    "", name);
}

int
setup_msmtp(struct setup *s, struct failure *why)
{
	struct buf name = BUF_INIT(SETUP_NOTES_MAX);
	struct setup_file *f = NULL;
	struct mailbox m;
	int result = mailbox_take(&m, s->account, SERVER_SMTP, why);

	if (result == 0)
		f = s->config != NULL ? setup_file(s, s->config, why) :
		    msmtp_file(s, why);
	result = f == NULL ? -1 : msmtp_make(&f->new, f->path, &m, &name, why);
	if (result == 0)
		result = note_run(s, SHELL_NAME(buf_text(&name)), why);
	buf_free(&name);
	return result;
}
