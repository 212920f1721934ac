/* SPDX-License-Identifier: BSD-2-Clause */
/* mutt.c - tokend setup mutt: IMAP and SMTP by a command for each token. */
#include <string.h>

#include "command/postfix/root_mail.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/installed.h"
#include "command/setup/programs/mutt_scan.h"
#include "base/shell_word.h"

/* For rules: what the file says nothing about. */
#define NEW_FOLDER 1U
#define NEW_URL 2U
#define NEW_FROM 4U

#define TOKEN_RULES(service) \
	/* One that begins with ours, in any order, is as good. */ \
	{ RULE_SET, service "_authenticators", .value = "xoauth2", \
	    .good = "xoauth2*|oauthbearer*" }, \
	{ RULE_COMMAND, service "_oauth_refresh_command", \
	    .value = "{command}", .good = "token" }

/* mutt's file, or else neomutt's, each as its program looks for it. */
#define MUTT_PLACES 3
#define PLACES .program = "mutt", .usual = "/.muttrc", \
	.grammar = &mutt_grammar, \
	.places = { "/.muttrc", "/.mutt/muttrc", "~/mutt/muttrc", \
	    "~/neomutt/neomuttrc", "~/neomutt/muttrc", "~/mutt/neomuttrc", \
	    "/.neomutt/neomuttrc", "/.neomutt/muttrc", "/.mutt/neomuttrc", \
	    "/.neomuttrc" }

const struct recipe mutt_imap_recipe = {
	PLACES, .server = SERVER_IMAP, .command = "token",
	.rules = {
	{ RULE_SET, "imap_user", .value = "{user}" },
	{ RULE_SET, "folder", "{implicit?imaps:imap}://{url_host}{port!}/",
	    "*", .when = NEW_FOLDER },
	{ RULE_SET, "spoolfile", "+INBOX", "*", .when = NEW_FOLDER },
	TOKEN_RULES("imap") }
};

const struct recipe mutt_smtp_recipe = {
	PLACES, .server = SERVER_SMTP, .command = "token",
	.rules = {
	{ RULE_SET, "smtp_url", "{implicit?smtps:smtp}://{user%}@{url_host}:"
	    "{port}/", "*", .when = NEW_URL },
	{ RULE_SET, "from", "{from}", "*", .when = NEW_FROM },
	TOKEN_RULES("smtp"),
	/* Without it a token could leave in clear, where STARTTLS is gone. */
	{ RULE_SET, "ssl_force_tls", .value = "yes", .good = "" } }
};

/* Is the variable set to the value that the template is filled to? */
static int
is_set_to(const struct buf *text, const char *name, const char *value)
{
	struct mutt_setting now = mutt_find(text, name);
	struct buf is = BUF_INIT(SETUP_TEXT_MAX);
	int result = now.line != 0 && now.value.len > 0 &&
	    grammar_unquote(&mutt_grammar, text, now.value, &is) == UNQUOTED &&
	    strcasecmp(buf_text(&is), value) == 0;

	buf_free(&is);
	return result;
}

static int
is_there(const struct buf *text, const char *name)
{
	return mutt_find(text, name).line != 0;
}

/* mutt has one set of these for all servers, except in hooks. */
static int
check_alone(const struct buf *text, const char *path,
    const struct mailbox *m, struct failure *why)
{
	unsigned line = mutt_find_command(text, "account-hook");
	struct mutt_setting user = mutt_find(text, "imap_user");

	if (line == 0)
		line = mutt_find_other_host(text, m->host);
	if (line == 0 && user.line != 0 &&
	    !is_set_to(text, "imap_user", m->user) &&
	    !is_set_to(text, "imap_user", m->account))
		line = user.line;
	return line == 0 ? 0 : fail(why, STATUS_CONFIG, "%s:%u: this file "
	    "is of another account, too: let a hook source a file of %s's "
	    "own (as tokend's page on mutt shows), and set that up: tokend "
	    "setup --config FILE mutt %s", path, line, m->account,
	    SHELL_NAME(m->account));
}

/* The host of smtp_url is m's, and it has a user. */
static int
is_url_good(const struct buf *text, const struct mailbox *m)
{
	struct mutt_setting set = mutt_find(text, "smtp_url");
	struct buf url = BUF_INIT(SETUP_TEXT_MAX);
	struct buf host = BUF_INIT(MAILBOX_HOST_MAX + 1);
	const char *found = NULL;

	if (set.line != 0 && set.value.len > 0 && grammar_unquote(&mutt_grammar,
	    text, set.value, &url) == UNQUOTED && buf_adds(&host, "@") == 0 &&
	    buf_adds(&host, m->host) == 0)
		found = strcasestr(buf_text(&url), buf_text(&host));
	found = found != NULL && strchr("/:", found[host.len]) != NULL ?
	    found : NULL;	/* strchr takes the end, too */
	buf_free(&url);
	buf_free(&host);
	return found != NULL;
}

int
mutt_sends_otherwise(const struct buf *text, const struct mailbox *smtp)
{
	return mutt_find(text, "smtp_url").line != 0 ?
	    !is_url_good(text, smtp) : mutt_find(text, "sendmail").line != 0;
}

/*
 * The sender, where the file sets none: mutt would make an address of the
 * login name and of this machine's, which servers refuse or replace.
 */
static const char *
new_sender(const struct buf *text, const struct mailbox *m)
{
	const char *from = strchr(m->account, '@') != NULL ? m->account :
	    m->user;

	return is_there(text, "smtp_url") || is_there(text, "from") ||
	    mutt_find_command(text, "my_hdr") != 0 ||
	    !root_mail_is_plain(from) ? NULL : from;
}

int
mutt_edit(struct buf *text, const char *path, const struct mailbox *imap,
    const struct mailbox *smtp, struct failure *why)
{
	struct edit fetch = { .recipe = &mutt_imap_recipe, .text = text,
	    .path = path, .m = imap }, send = fetch;
	struct edit_value values[] = { { "from", NULL }, { NULL, NULL } };

	if (imap != NULL) {
		if (!is_there(text, "folder") && !is_there(text, "spoolfile") &&
		    !is_there(text, "spool_file"))
			fetch.when = NEW_FOLDER;
		if (check_alone(text, path, imap, why) == -1 ||
		    edit_blocks(&fetch, why) == EDIT_FAILED)
			return -1;
	}
	if (smtp == NULL)
		return 0;
	send.recipe = &mutt_smtp_recipe;
	send.m = smtp;
	send.values = values;
	values[0].value = new_sender(text, smtp);
	send.when = (is_there(text, "smtp_url") ? 0 : NEW_URL) |
	    (values[0].value != NULL ? NEW_FROM : 0);
	return edit_blocks(&send, why) == EDIT_FAILED ? -1 : 0;
}

/* neomutt reads mutt's where it has none of its own. */
static int
note_neomutt(struct setup *s, const struct setup_file *f, struct failure *why)
{
	const char *const *neomutt = &mutt_imap_recipe.places[MUTT_PLACES];
	char path[SCOPE_PATH_MAX];

	return s->config != NULL || !edit_find(path, s, neomutt) ||
	    strcmp(path, f->path) == 0 ? 0 : setup_note(s, why, "neomutt "
	    "reads %s: for that, `tokend setup --config %s mutt %s`.", path,
	    SHELL_WORD(path), SHELL_NAME(s->account->name));
}

int
setup_mutt(struct setup *s, struct failure *why)
{
	const struct account *a = s->account;
	struct edit imap = { .recipe = &mutt_imap_recipe }, smtp = {
	    .recipe = &mutt_smtp_recipe };
	struct mailbox imap_box, smtp_box;
	char path[SCOPE_PATH_MAX];
	struct setup_file *f;
	int has_smtp = a->server[SERVER_SMTP] != NULL;
	int has_imap = a->server[SERVER_IMAP] != NULL || !has_smtp;

	if ((has_smtp && mailbox_take(&smtp_box, a, SERVER_SMTP, why) == -1) ||
	    (f = edit_open(has_imap ? &imap : &smtp, s, s->config, has_imap ?
	    &imap_box : &smtp_box, why)) == NULL ||
	    note_neomutt(s, f, why) == -1)
		return -1;
	if (has_smtp && mutt_sends_otherwise(&f->new, &smtp_box)) {
		has_smtp = 0;
		if (setup_note(s, why, "How this file sends is left as it is: "
		    "not by %s.", smtp_box.host) == -1)
			return -1;
	}
	if (mutt_edit(&f->new, f->path, has_imap ? &imap_box : NULL,
	    has_smtp ? &smtp_box : NULL, why) == -1)
		return -1;
	return setup_note_run(s, why, program_find(path, "mutt", NULL) == 0 ?
	    "mutt" : "neomutt", "-F", NULL);
}
