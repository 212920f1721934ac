/* SPDX-License-Identifier: BSD-2-Clause */
/* aerc.c - tokend setup aerc: IMAP and SMTP by a command for each token. */
#include <stdio.h>
#include <string.h>

#include "command/postfix/root_mail.h"
#include "command/setup/editor/ini.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/editor/template.h"
#include "command/setup/installed.h"

#define VERSION_MAX 4096	/* of what it says */
#define STARTTLS_IS_USUAL 15	/* 0.15 */

#define LOGIN "{user%}@{url_host}"
#define OURS .good = "{user}@{url_host}|{account}@{url_host}", \
	.flags = RULE_URL
#define SOURCE(mechanism) "{implicit?imaps:imap}+" mechanism "://" LOGIN \
	"{port!}"
#define OUTGOING(mechanism) "{implicit?smtps:smtp}+" mechanism "://" LOGIN \
	":{port}"
/* The provider's other port, whatever the account's is. */
#define SMTPS(mechanism) "smtps+" mechanism "://" LOGIN \
	"|smtps+" mechanism "://" LOGIN ":465"

/* In a value these begin a comment, or name another option. */
#define NOT_IN_NAMES "#;%"

static const struct grammar grammar = { .before = "", .between = " = ",
    .defaults = "DEFAULT", .is_go = 1, .read = ini_read };

const struct recipe aerc_imap_recipe = {
	.program = "aerc", .needs = "aerc", .usual = "~/aerc/accounts.conf",
	.grammar = &grammar, .server = SERVER_IMAP, .command = "token",
	.not_in_label = "[],",	/* aerc -a has commas between names */
	.taken = "{label}",
	.block = "[{label}]\nsource = " SOURCE("xoauth2") "\n"
	    "source-cred-cmd = {command}\n{sending}default = INBOX\n"
	    "from = {from}\n",
	.rules = {
	{ RULE_MATCH, "source", .good = "imap*" },
	{ RULE_MATCH, "source", OURS },
	{ RULE_SET, "source", SOURCE("xoauth2"),
	    .good = SOURCE("oauthbearer") },
	{ RULE_COMMAND, "source-cred-cmd", .value = "{command}",
	    .good = "token" } }
};

const struct recipe aerc_smtp_recipe = {
	.program = "aerc", .grammar = &grammar, .server = SERVER_SMTP,
	.command = "token",
	.rules = {
	{ RULE_MATCH, "outgoing", .good = "smtp*" },
	{ RULE_MATCH, "outgoing", OURS },
	{ RULE_SET, "outgoing", OUTGOING("xoauth2"),
	    .good = OUTGOING("oauthbearer")
	    "|" SMTPS("xoauth2") "|" SMTPS("oauthbearer") },
	{ RULE_COMMAND, "outgoing-cred-cmd", .value = "{command}",
	    .good = "token" },
	/* Else the token of the first mail is used for all others. */
	{ RULE_SET, "outgoing-cred-cmd-cache", "false", .good = "no|off|0" } }
};

/* For versions that do not send by STARTTLS without it. */
static const struct recipe starttls_recipe = {
	.program = "aerc", .grammar = &grammar, .server = SERVER_SMTP,
	.rules = {
	{ RULE_MATCH, "outgoing", .good = "smtp+*" },
	{ RULE_MATCH, "outgoing", OURS },
	{ RULE_SET, "smtp-starttls", "yes", .good = "true|on|1" } }
};

/* Sets how the account's blocks send, and makes the lines of a new one. */
static enum edit_result
edit_sending(struct edit *e, int asks_starttls, struct buf *lines,
    struct failure *why)
{
	enum edit_result found = edit_blocks(e, why);

	e->port = e->m->port;
	if (found == EDIT_FAILED || edit_fill(e, "outgoing = "
	    OUTGOING("xoauth2") "\noutgoing-cred-cmd = {command}\n"
	    "outgoing-cred-cmd-cache = false\n", lines, why) == -1)
		return EDIT_FAILED;
	if (!asks_starttls)
		return found;
	e->recipe = &starttls_recipe;
	return edit_blocks(e, why) == EDIT_FAILED || edit_fill(e,
	    "{implicit?:smtp-starttls = yes\n}", lines, why) == -1 ?
	    EDIT_FAILED : found;
}

/* aerc does not start without a sender that it can parse. */
static int
add_account(struct edit *e, const char *sending, struct failure *why)
{
	const char *from = root_mail_is_plain(e->m->account) ? e->m->account :
	    e->m->user;
	const struct edit_value values[] = { { "sending", sending },
	    { "from", from }, { NULL, NULL } };
	int result;

	if (!root_mail_is_plain(from))
		return fail(why, STATUS_CONFIG, "account \"%s\": aerc needs "
		    "an address to send from, and neither the account's name "
		    "nor its user is one: nothing was changed. Fix: write the "
		    "entry by hand", e->m->account);
	e->values = values;
	result = edit_add(e, why);
	e->values = NULL;
	return result;
}

enum edit_result
aerc_make(struct edit *e, const struct mailbox *smtp, int asks_starttls,
    struct failure *why)
{
	struct edit send = *e;
	struct buf sending = BUF_INIT(SETUP_TEXT_MAX);
	enum edit_result sends = EDIT_NONE, reads = EDIT_FAILED;

	if (edit_check_name(e, NOT_IN_NAMES, why) == -1)
		return EDIT_FAILED;
	send.recipe = &aerc_smtp_recipe;
	send.m = smtp;
	if (smtp != NULL)
		sends = edit_sending(&send, asks_starttls, &sending, why);
	if (sends != EDIT_FAILED)
		reads = edit_blocks(e, why);
	/* One that only sends is for mail that another program fetches. */
	if (reads == EDIT_NONE && sends == EDIT_FOUND) {
		strcpy(e->label, send.label);
		reads = EDIT_FOUND;
	} else if (reads == EDIT_NONE &&
	    add_account(e, buf_text(&sending), why) == -1) {
		reads = EDIT_FAILED;
	}
	buf_free(&sending);
	return reads;
}

/* IS_UNKNOWN with why. */
static enum truth
asks_for_starttls(struct failure *why)
{
	struct buf version = BUF_INIT(VERSION_MAX);
	char path[SCOPE_PATH_MAX];
	unsigned minor = 0;
	enum truth result = IS_UNKNOWN;

	if (program_find(path, "aerc", why) == 0 &&
	    setup_must(&version, why, path, "-v", NULL) == 0)
		result = sscanf(buf_text(&version), "aerc 0.%u", &minor) == 1 &&
		    minor < STARTTLS_IS_USUAL;
	buf_free(&version);
	return result;
}

int
setup_aerc(struct setup *s, struct failure *why)
{
	struct edit e = { .recipe = &aerc_imap_recipe };
	const int has_smtp = s->account->server[SERVER_SMTP] != NULL;
	struct mailbox imap, smtp;
	enum truth asks_starttls = IS_FALSE;

	if (edit_open(&e, s, s->config, &imap, why) == NULL || (has_smtp &&
	    (mailbox_take(&smtp, s->account, SERVER_SMTP, why) == -1 ||
	    (asks_starttls = asks_for_starttls(why)) == IS_UNKNOWN)) ||
	    aerc_make(&e, has_smtp ? &smtp : NULL, asks_starttls, why) ==
	    EDIT_FAILED)
		return -1;
	return setup_note(s, why, "`aerc` has this account in the tab %s.",
	    e.label);
}
