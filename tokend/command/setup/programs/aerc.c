/* SPDX-License-Identifier: BSD-2-Clause */
/* aerc.c - tokend setup aerc: IMAP and SMTP by a command for each token. */
#include <string.h>

#include "command/setup/programs/recipe_rows.h"

#define OURS "{user}@{host}|{account}@{host}"
#define PLACES .program = "aerc", .needs = "aerc", \
	.usual = "~/aerc/accounts.conf", .grammar = &grammar, \
	.command = "token", .not_in_label = "[]#;`\"\\"

static const struct grammar grammar = { .separators = "= \t",
    .assignment = "=", .comment = "#;", .heads = "[", .before = "",
    .between = " = " };

const struct recipe aerc_imap_recipe = {
	PLACES, .server = SERVER_IMAP, .taken = "{label}",
	.block = "[{label}]\n"
	    "source = {implicit?imaps:imap}+xoauth2://{user%}@{url_host}"
	    "{port!}\nsource-cred-cmd = {command}\n{sending}"
	    "default = INBOX\nfrom = {from}\n",
	.rules = {
	{ RULE_MATCH, "source", .good = OURS, .flags = RULE_URL },
	{ RULE_SET, "source",
	    .value = "{implicit?imaps:imap}+xoauth2://{user%}@"
	    "{url_host}{port!}",
	    .good = "{implicit?imaps:imap}+oauthbearer://{user%}@"
	    "{url_host}{port!}" },
	{ RULE_COMMAND, "source-cred-cmd", .value = "{command}",
	    .good = "token" } }
};

const struct recipe aerc_smtp_recipe = {
	PLACES, .server = SERVER_SMTP,
	.rules = {
	{ RULE_MATCH, "outgoing", .good = OURS, .flags = RULE_URL },
	{ RULE_SET, "outgoing",
	    .value = "{implicit?smtps:smtp}+xoauth2://{user%}@{url_host}:"
	    "{port}", .good = "smtps+xoauth2://*|smtps+oauthbearer://*|"
	    "smtp+xoauth2://*|smtp+oauthbearer://*" },
	{ RULE_COMMAND, "outgoing-cred-cmd", .value = "{command}",
	    .good = "token" },
	/* The token of the first mail would be sent with all others. */
	{ RULE_SET, "outgoing-cred-cmd-cache", .value = "false" } }
};

/* Before 0.15 it does not send without it. */
static const struct recipe starttls_recipe = {
	PLACES, .server = SERVER_SMTP,
	.rules = {
	{ RULE_MATCH, "outgoing", .good = OURS, .flags = RULE_URL },
	{ RULE_MATCH, "outgoing", .good = "smtp+*" },
	{ RULE_SET, "smtp-starttls", .value = "yes" } }
};

/* The lines of a new block that send. */
static int
fill_sending(struct edit *smtp, struct buf *out, struct failure *why)
{
	smtp->recipe = &aerc_smtp_recipe;
	smtp->port = smtp->m->port;
	return edit_fill(smtp, "outgoing = {implicit?smtps:smtp}+xoauth2://"
	    "{user%}@{url_host}:{port}\noutgoing-cred-cmd = {command}\n"
	    "outgoing-cred-cmd-cache = false\n"
	    "{implicit?:smtp-starttls = yes\n}",
	    out, why);
}

int
setup_aerc(struct setup *s, struct failure *why)
{
	struct edit imap = { .recipe = &aerc_imap_recipe };
	struct edit smtp = { .recipe = &aerc_smtp_recipe };
	struct edit_value values[] = { { "sending", "" }, { "from", NULL },
	    { NULL, NULL } };
	struct buf sending = BUF_INIT(SETUP_TEXT_MAX);
	struct mailbox imap_box, smtp_box;
	int result = -1;

	/* The file cannot have these in a value. */
	if (edit_open(&imap, s, s->config, &imap_box, why) == NULL ||
	    edit_check_name(&imap, "#;`\"'\\", why) == -1)
		return -1;
	if (s->account->server[SERVER_SMTP] != NULL) {
		smtp.text = imap.text;
		smtp.path = imap.path;
		smtp.m = &smtp_box;
		if (mailbox_take(&smtp_box, s->account, SERVER_SMTP,
		    why) == -1 || edit_blocks(&smtp, why) == EDIT_FAILED)
			goto out;
		smtp.recipe = &starttls_recipe;
		if (edit_blocks(&smtp, why) == EDIT_FAILED ||
		    fill_sending(&smtp, &sending, why) == -1)
			goto out;
	}
	values[0].value = buf_text(&sending);
	values[1].value = strchr(imap_box.account, '@') != NULL ?
	    imap_box.account : imap_box.user;
	imap.values = values;
	if (edit_make(&imap, why) != EDIT_FAILED)
		result = setup_note(s, why, "`aerc` reads and sends by this "
		    "account, in the tab %s.", imap.label);
out:
	buf_free(&sending);
	return result;
}
