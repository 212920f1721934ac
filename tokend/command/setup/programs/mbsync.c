/* SPDX-License-Identifier: BSD-2-Clause */
/* mbsync.c - tokend setup mbsync: IMAP by the plugin. */
#include <stdio.h>

#include "account/server_tls.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/installed.h"

#define TLS_TYPE 105		/* 1.5: TLSType, and XDG folders */
#define FAR_AND_NEAR 104	/* 1.4: the words of a channel */
#define FOLDER "~/Mail"

static const struct grammar grammar = { .separators = " \t\r\v\f",
    .comment = "#", .comment_at = COMMENT_WORD, .quotes = "\"",
    .quotes_anywhere = 1, .escaped = "\"\\", .has_escapes = 1,
    .quoted_if = " \"\\#", .heads = "IMAPAccount IMAPStore MaildirStore "
    "Channel Group", .ends_when_empty = 1, .before = "", .between = " " };

const struct recipe mbsync_recipe = {
	.program = "mbsync", .usual = "/.mbsyncrc", .grammar = &grammar,
	.server = SERVER_IMAP,
	.heads = "IMAPAccount IMAPStore", .port = "Port",
	/* A channel names a store between colons. */
	.not_in_label = ":\"\\# ", .taken = "{label}|{label}-mail",
	.block = "IMAPAccount {label}\nHost {host}\n{port_line}User {account}\n"
	    "AuthMechs XOAUTH2\n{tls_type} {implicit?IMAPS:STARTTLS}\n\n"
	    "IMAPStore {label}\nAccount {label}\n\n"
	    "MaildirStore {label}-mail\nPath {folder}/{label}/\n"
	    "Inbox {folder}/{label}/INBOX\nSubFolders Verbatim\n\n"
	    "# \"Patterns *\" takes all folders.\n"
	    "Channel {label}\nFar :{label}:\nNear :{label}-mail:\n"
	    "Patterns INBOX\nCreate Near\nSyncState *\n",
	.rules = {
	{ RULE_MATCH, "Host", .good = "{host}|imaps:{host}" },
	{ RULE_REFUSE, "UserCmd", .value = "the user that UserCmd prints is "
	    "not known here: write User and the name in its place" },
	{ RULE_MATCH, "User", .good = "{user}|{account}" },
	{ RULE_READ, .names = "Port" },
	{ RULE_READ, .names = "UseIMAPS RequireSSL" },
	{ RULE_DROP, .names = "Pass PassCmd UseKeychain" },
	{ RULE_SET, "User", .value = "{account}" },
	{ RULE_SET, "AuthMechs AuthMech", .value = "XOAUTH2",
	    .good = "OAUTHBEARER" },
	{ RULE_SET, "{tls_type} TLSType SSLType", "{implicit?IMAPS:STARTTLS}",
	    .bad = "None", .unless = "Port UseIMAPS" } }
};

void
mbsync_values(struct edit_value values[MBSYNC_VALUES], char port_line[32],
    const char *tls_type, const struct mailbox *m)
{
	port_line[0] = '\0';
	if (m->port != 993 || !server_is_implicit(SERVER_IMAP, m->port, m->tls))
		snprintf(port_line, 32, "Port %u\n", m->port);
	values[0] = (struct edit_value){ "tls_type", tls_type };
	values[1] = (struct edit_value){ "folder", FOLDER };
	values[2] = (struct edit_value){ "port_line", port_line };
	values[3] = (struct edit_value){ NULL, NULL };
}

static int
add_account(struct setup *s, struct edit *e, int version, struct failure *why)
{
	char folder[SCOPE_PATH_MAX], path[SCOPE_PATH_MAX];

	if (version < FAR_AND_NEAR)
		return fail(why, STATUS_CONFIG, "%s has no account for %s at "
		    "%s, and this isync is older than 1.4: write the account "
		    "(tokend's page on mbsync shows one), and run this again",
		    e->path, e->m->account, e->m->host);
	if (edit_add(e, why) == -1)
		return -1;
	/* mbsync makes the mailboxes, but not the folder that they are in. */
	return scope_path(folder, s->home, "/Mail/") == -1 ||
	    scope_path(path, folder, e->label) == -1 ? 0 :
	    setup_step(s, why, "/bin/mkdir", "-p", path);
}

int
setup_mbsync(struct setup *s, struct failure *why)
{
	static const char *const xdg[] = { "~/isyncrc", NULL };
	struct edit_value values[MBSYNC_VALUES];
	struct edit e = { .recipe = &mbsync_recipe, .values = values };
	struct mailbox m;
	char path[SCOPE_PATH_MAX], port_line[32];
	const char *config = s->config;
	enum edit_result found;
	int version;

	if (program_find(path, "mbsync", why) == -1 ||
	    (version = program_version(path, why)) == -1)
		return -1;
	if (config == NULL && version >= TLS_TYPE && edit_find(path, s, xdg))
		config = path;
	if (edit_open(&e, s, config, &m, why) == NULL)
		return -1;
	mbsync_values(values, port_line, version >= TLS_TYPE ? "TLSType" :
	    "SSLType", &m);
	found = edit_blocks(&e, why);
	if (found == EDIT_FAILED || (found == EDIT_NONE &&
	    add_account(s, &e, version, why) == -1))
		return -1;
	/* A channel of the file's own has a name that it may share. */
	return setup_note_run(s, why, "mbsync", "-c", found == EDIT_NONE ?
	    e.label : "-a");
}
