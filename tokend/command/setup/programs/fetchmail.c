/* SPDX-License-Identifier: BSD-2-Clause */
/* fetchmail.c - tokend setup fetchmail: IMAP or POP3 through a tunnel. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/editor/template.h"
#include "command/setup/programs/fetchmail_words.h"

#define MATCH_RULES(is_missing, protocol) \
	{ RULE_MATCH, "via", .good = "{host}", .flags = RULE_OPTIONAL }, \
	{ RULE_MATCH, ENTRY_NAME, .good = "{host}", .unless = "via" , \
	    .flags = RULE_SKIP }, \
	{ RULE_MATCH, "proto protocol", .good = protocol, \
	    .flags = is_missing }, \
	{ RULE_REFUSE, ENTRY_USERS, .value = "this entry has several users, " \
	    "and all would be logged in as {account}: give each an entry " \
	    "of its own" }, \
	{ RULE_REFUSE, ENTRY_LOCAL, .value = "this entry begins with the " \
	    "local user: begin with the one there, `user {user} is ... " \
	    "here`, if it is that" }, \
	{ RULE_MATCH, "user username", .good = "{user}|{account}" }

/* The tunnel has the TLS; what is local has none. */
#define PLAIN_RULES \
	{ RULE_SET, "ssl", "no ssl", \
	    .flags = RULE_BARE | RULE_OPTIONAL }, \
	{ RULE_SET, "sslproto", "", .flags = RULE_LATE }

const struct recipe fetchmail_imap_recipe = {
	.program = "fetchmail", .needs = "fetchmail",
	.usual = "/.fetchmailrc", .grammar = &fetchmail_grammar,
	.server = SERVER_IMAP, .command = "tunnel imap {server}",
	.block = "poll {host} protocol imap auth ssh\n    plugin {command}\n"
	    "    user {user} sslproto \"\" is \"{local}\" here keep\n",
	.rules = { MATCH_RULES(RULE_OPTIONAL, "imap"),
	{ RULE_READ, .names = "password pass" },
	/* fetchmail puts the server's name in the place of %h. */
	{ RULE_COMMAND, "plugin", .value = "{command}",
	    .good = "tunnel imap %h|tunnel imap {server}" },
	/* So it asks for no password, which the tunnel would not want. */
	{ RULE_SET, "auth authenticate", "ssh", .unless = "password",
	    .flags = RULE_BARE | RULE_SKIP },
	PLAIN_RULES }
};

const struct recipe fetchmail_pop_recipe = {
	.program = "fetchmail", .grammar = &fetchmail_grammar,
	.server = SERVER_POP, .command = "tunnel pop {server}",
	.block = "poll {host} protocol pop3\n    plugin {command}\n"
	    "    user {user} password \"tokend\" sslproto \"\" is \"{local}\" "
	    "here keep\n",
	.rules = { MATCH_RULES(0, "pop3"),
	{ RULE_COMMAND, "plugin", .value = "{command}",
	    .good = "tunnel pop %h|tunnel pop {server}" },
	PLAIN_RULES,
	{ RULE_SET, "password pass", "tokend", "*", .flags = RULE_LATE } }
};

/* It splits the command at blanks, and knows no quotes. */
static int
check_command(struct edit *e, struct failure *why)
{
	struct buf command = BUF_INIT(MAILBOX_COMMAND_MAX);
	int result = edit_fill(e, "{command}", &command, why);

	if (result == 0 && strpbrk(buf_text(&command), "\"'\\%") != NULL)
		result = fail(why, STATUS_CONFIG, "account \"%s\": fetchmail's "
		    "plugin knows no quotes: give the account a name of "
		    "letters, digits and @ + = : , . / _ - only",
		    e->m->account);
	buf_free(&command);
	return result;
}

enum edit_result
fetchmail_edit(struct edit *e, const char *local, struct failure *why)
{
	char server[MAILBOX_HOST_MAX + 16];
	const struct edit_value values[] = { { "server", server },
	    { "local", local }, { NULL, NULL } };
	enum edit_result result;

	snprintf(server, sizeof(server), e->m->port ==
	    server_port_tls(e->recipe->server) ? "%s" : "%s:%u", e->m->host,
	    e->m->port);
	e->values = values;
	if (check_command(e, why) == -1 ||
	    (result = edit_blocks(e, why)) == EDIT_FAILED)
		return EDIT_FAILED;
	if (result == EDIT_FOUND || local == NULL)
		return result;
	if (strchr(e->m->user, '"') != NULL && strchr(e->m->user, '\'') != NULL)
		return fail(why, STATUS_CONFIG, "account \"%s\": fetchmail "
		    "takes no mailbox with both kinds of quotes, as \"%s\" has",
		    e->m->account, e->m->user);
	return edit_add(e, why) == -1 ? EDIT_FAILED : EDIT_NONE;
}

int
setup_fetchmail(struct setup *s, struct failure *why)
{
	const struct passwd *pw = getpwuid(geteuid());
	struct edit imap = { .recipe = &fetchmail_imap_recipe }, pop = {
	    .recipe = &fetchmail_pop_recipe };
	enum edit_result by_pop = EDIT_NONE, by_imap;
	struct mailbox imap_box, pop_box;

	if (pw == NULL)
		return fail(why, STATUS_CONFIG, "uid %u has no name to deliver "
		    "mail to", (unsigned)geteuid());
	if (edit_open(&imap, s, s->config, &imap_box, why) == NULL)
		return -1;
	if (s->account->server[SERVER_POP] != NULL) {
		pop.text = imap.text;
		pop.path = imap.path;
		pop.m = &pop_box;
		if (mailbox_take(&pop_box, s->account, SERVER_POP, why) == -1 ||
		    (by_pop = fetchmail_edit(&pop, NULL, why)) == EDIT_FAILED)
			return -1;
	}
	by_imap = fetchmail_edit(&imap, by_pop == EDIT_FOUND ? NULL :
	    pw->pw_name, why);
	if (by_imap == EDIT_FAILED || (by_pop == EDIT_NONE &&
	    by_imap == EDIT_NONE && setup_note(s, why, "`keep` leaves fetched "
	    "mail on the server. Mail goes to %s on this machine; with `mda` "
	    "it goes through a program of yours.", pw->pw_name) == -1))
		return -1;
	return setup_note_run(s, why, "fetchmail", "-f", NULL);
}
