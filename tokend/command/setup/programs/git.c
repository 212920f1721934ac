/* SPDX-License-Identifier: BSD-2-Clause */
/* git.c - tokend setup git: git send-email hands its mail to msmtp. */
#include <string.h>

#include "command/setup/editor/recipe_rows.h"
#include "command/setup/installed.h"
#include "base/shell_word.h"

#define KEY "sendemail.sendmailCmd"
#define VALUE_MAX 4096
#define KNOWS_SENDMAIL_CMD 233	/* git 2.33 */

/* git itself edits the copy, whose name is that of f. */
static int
edit_config(struct setup *s, struct setup_file *f, const char *git,
    const char *value, struct failure *why)
{
	struct buf now = BUF_INIT(VALUE_MAX);
	char copy[SCOPE_PATH_MAX];
	int status, result = -1;

	if (setup_copy_out(s, f, why) == -1)
		return -1;
	if (scope_path(copy, s->copies, strrchr(f->path, '/')) == -1)
		return fail(why, STATUS_CONFIG, "%s: too long a path",
		    f->path);
	if (setup_tool(NULL, why, git, "config", "--file", copy,
	    "--list") != 0)
		return fail(why, STATUS_CONFIG, "%s: git cannot read it; `git "
		    "config --file %s --list` says why", f->path,
		    SHELL_WORD(f->path));
	status = setup_tool(&now, why, git, "config", "--file", copy,
	    "--get", KEY);
	if (now.len > 0 && now.data[now.len - 1] == '\n')
		now.data[now.len - 1] = '\0';
	if (status == 0 && strcmp(buf_text(&now), value) == 0)
		result = 0;
	else if (status != -1 && setup_must(NULL, why, git, "config",
	    "--file", copy, KEY, value) == 0)
		result = setup_copy_back(s, f, why);
	buf_free(&now);
	return result;
}

static int
plan_files(struct setup *s, const char *git, struct buf *value,
    struct failure *why)
{
	struct edit e = { .recipe = &msmtp_recipe };
	/* As `git config --global` looks for it. */
	static const char *const places[] = { "/.gitconfig", "~/git/config",
	    NULL };
	struct setup_file *config;
	char path[SCOPE_PATH_MAX], label[SHELL_WORD_MAX(sizeof(e.label))];
	struct mailbox m;

	/* What git leads to is written first. */
	if (edit_open(&e, s, NULL, &m, why) == NULL ||
	    msmtp_make(&e, why) == EDIT_FAILED)
		return -1;
	if (!edit_find(path, s, places) &&
	    scope_path(path, s->home, places[0]) == -1)
		return fail(why, STATUS_CONFIG, "%s: too long a path", s->home);
	if ((config = setup_file(s, s->config != NULL ? s->config : path,
	    why)) == NULL)
		return -1;
	shell_word(label, sizeof(label), e.label);
	return buf_adds(value, "msmtp -a ") == -1 ||
	    buf_adds(value, label) == -1 ? fail_memory(why) :
	    edit_config(s, config, git, buf_text(value), why);
}

int
setup_git(struct setup *s, struct failure *why)
{
	char git[SCOPE_PATH_MAX], msmtp[SCOPE_PATH_MAX];
	struct buf value = BUF_INIT(VALUE_MAX);
	int version, result;

	if (program_find(git, "git", why) == -1 ||
	    (version = program_version(git, why)) == -1)
		return -1;
	if (version < KNOWS_SENDMAIL_CMD)
		return fail(why, STATUS_CONFIG, "%s is older than 2.33 and has "
		    "no " KEY ": set up msmtp, and let sendemail.smtpServer be "
		    "its path", git);
	if (program_find(msmtp, "msmtp", NULL) == -1)
		return fail(why, STATUS_CONFIG, "msmtp is not installed: git "
		    "send-email hands its mail to it, as it has no XOAUTH2 of "
		    "its own");
	result = plan_files(s, git, &value, why);
	buf_free(&value);
	return result == -1 ? -1 : setup_note(s, why, "Run it: `git send-email "
	    "--to=ADDRESS PATCH`.");
}
