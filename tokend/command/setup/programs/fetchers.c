/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetchers.c - tokend setup getmail, offlineimap: IMAP by a command for each
 * token. Both have their files read by Python's configparser.
 */
#include <stdio.h>
#include <string.h>

#include "account/server_tls.h"
#include "command/setup/programs/recipe_rows.h"
#include "command/setup/system.h"

/* In a value of both is Python, and a % stands for other options. */
#define NOT_IN_NAMES "\"'\\%"

static const struct grammar grammar = { .separators = "=: \t",
    .assignment = "=:", .comment = "#;", .is_continued = 1, .heads = "[",
    .defaults = "DEFAULT", .before = "", .between = " = " };

const struct recipe getmail_recipe = {
	.program = "getmail", .needs = "getmail", .grammar = &grammar,
	.server = SERVER_IMAP, .heads = "retriever", .port = "port",
	.not_in_label = "/ ",
	.block = "[retriever]\ntype = SimpleIMAPSSLRetriever\nserver = {host}\n"
	    "{port_line}username = {user}\nuse_xoauth2 = True\n"
	    "password_command = (\"{tokend}\", \"token\", \"{account}\")\n"
	    "ca_certs = {ca_file}\nmailboxes = (\"INBOX\",)\n\n"
	    "[destination]\ntype = Maildir\npath = {folder}/\n\n"
	    "[options]\nread_all = False\n",
	.rules = {
	{ RULE_MATCH, "type", .good = "SimpleIMAPSSLRetriever|"
	    "SimpleIMAPRetriever|MultidropIMAPSSLRetriever|"
	    "MultidropIMAPRetriever" },
	{ RULE_MATCH, "server", .good = "{host}" },
	{ RULE_MATCH, "username", .good = "{user}|{account}" },
	{ RULE_READ, .names = "port" },
	{ RULE_DROP, .names = "password" },
	/* Without SSL in its name it would send the token in clear. */
	{ RULE_SET, "type", .value = "SimpleIMAPSSLRetriever",
	    .good = "MultidropIMAPSSLRetriever" },
	{ RULE_SET, "username", .value = "{user}" },
	{ RULE_SET, "use_xoauth2", .value = "True", .good = "1|yes|on" },
	{ RULE_SET, "password_command", .value = "(\"{tokend}\", \"token\", "
	    "\"{account}\")",
	    .good = "(\"tokend\", \"token\", \"{account}\")" },
	{ RULE_SET, "ca_certs", .value = "{ca_file}", .good = "*" } }
};

#define ACCESS "oauth2_access_token_eval"
#define TOKEN "__import__(\"subprocess\").run([\"{tokend}\", \"token\", " \
    "\"{account}\"], check=True, stdout=-1, text=True).stdout.strip()"

const struct recipe offlineimap_recipe = {
	.program = "offlineimap", .needs = "offlineimap",
	.places = { "/.offlineimaprc", "~/offlineimap/config" },
	.usual = "/.offlineimaprc", .grammar = &grammar,
	.server = SERVER_IMAP, .port = "remoteport",
	.not_in_label = ",[]:=#; ",
	.taken = "Account {label}|Repository {label}-near|"
	    "Repository {label}-far",
	.block = "{general}[Account {label}]\nlocalrepository = {label}-near\n"
	    "remoterepository = {label}-far\n\n"
	    "[Repository {label}-near]\ntype = Maildir\n"
	    "localfolders = {folder}\n\n"
	    "[Repository {label}-far]\ntype = IMAP\nremotehost = {host}\n"
	    "{port_line}remoteuser = {user}\nauth_mechanisms = XOAUTH2\n"
	    ACCESS " = " TOKEN "\nssl = {implicit?yes:no}\n"
	    "sslcacertfile = {ca_file}\n",
	.rules = {
	{ RULE_MATCH, "type", .good = "IMAP|Gmail" },
	{ RULE_MATCH, "preauthtunnel transporttunnel", .good = "",
	    .flags = RULE_OPTIONAL },
	{ RULE_MATCH, "remotehost", .good = "{host}", .flags = RULE_OPTIONAL },
	{ RULE_MATCH, "remoteuser", .good = "{user}|{account}" },
	{ RULE_READ, .names = "remoteport" },
	{ RULE_READ, .names = "cert_fingerprint" },
	/* Gmail would want a client and a refresh token here. */
	{ RULE_SET, "type", .value = "IMAP" },
	{ RULE_DROP, .names = "remotepass remotepassfile remotepasseval "
	    "oauth2_refresh_token oauth2_refresh_token_eval "
	    "oauth2_access_token" },
	{ RULE_SET, "remotehost", .value = "{host}" },
	{ RULE_SET, "remoteuser", .value = "{user}" },
	{ RULE_SET, "auth_mechanisms", .value = "XOAUTH2" },
	/* The page's function, of a pythonfile. */
	{ RULE_SET, ACCESS, .value = TOKEN, .good = "token(\"{account}\")" },
	{ RULE_SET, "ssl", .value = "{implicit?yes:no}",
	    .good = "{implicit?true:false}|{implicit?on:off}|"
	    "{implicit?1:0}" },
	{ RULE_SET, "starttls", "yes", "true|on|1", .flags = RULE_OPTIONAL },
	{ RULE_SET, "sslcacertfile", "{ca_file}", "*",
	    .unless = "cert_fingerprint" } }
};

/* The accounts that are synchronised. */
static const struct recipe general_recipe = {
	.program = "offlineimap", .grammar = &grammar, .server = SERVER_IMAP,
	.heads = "general", .not_in_label = ",[]:=#; ",
	.rules = { { RULE_SET, "accounts", "{name}", .flags = RULE_LIST } }
};

struct fetch_values {
	char port_line[32], folder[NAME_MAX_LEN + 16];
	struct edit_value values[7];
};

static int
make_values(struct fetch_values *v, struct edit *e, const char *port_name,
    struct failure *why)
{
	const char *ca_file = system_ca_file(why);

	if (ca_file == NULL)
		return -1;
	edit_make_label(e);
	snprintf(v->folder, sizeof(v->folder), "~/Mail/%.*s", NAME_MAX_LEN,
	    e->label);
	if (e->m->port != 993)
		snprintf(v->port_line, sizeof(v->port_line), "%s = %u\n",
		    port_name, e->m->port);
	v->values[0] = (struct edit_value){ "tokend", TOKEND_COMMAND };
	v->values[1] = (struct edit_value){ "ca_file", ca_file };
	v->values[2] = (struct edit_value){ "folder", v->folder };
	v->values[3] = (struct edit_value){ "port_line", v->port_line };
	v->values[4] = (struct edit_value){ "general", "" };
	v->values[5] = (struct edit_value){ "name", NULL };
	e->values = v->values;
	return 0;
}

/* ~/Mail/NAME, as setup's steps take no ~. */
static int
make_folder(char path[SCOPE_PATH_MAX], const struct setup *s,
    const struct fetch_values *v, const char *rest, struct failure *why)
{
	char folder[SCOPE_PATH_MAX];

	return scope_path(folder, s->home, v->folder + 1) == -1 ||
	    scope_path(path, folder, rest) == -1 ? fail(why, STATUS_CONFIG,
	    "%s: too long a path", s->home) : 0;
}

int
setup_getmail(struct setup *s, struct failure *why)
{
	struct recipe recipe = getmail_recipe;
	struct edit e = { .recipe = &recipe };
	struct fetch_values v = { .port_line = "" };
	struct mailbox m = { .account = s->account->name };
	char place[SCOPE_PATH_MAX], new[SCOPE_PATH_MAX], cur[SCOPE_PATH_MAX];
	char tmp[SCOPE_PATH_MAX];
	enum edit_result found;

	/* One file is one account. */
	e.m = &m;
	edit_make_label(&e);
	snprintf(place, sizeof(place), "~/getmail/%.*s", NAME_MAX_LEN,
	    e.label);
	recipe.usual = place;
	if (edit_open(&e, s, s->config, &m, why) == NULL ||
	    edit_check_name(&e, NOT_IN_NAMES, why) == -1 ||
	    make_values(&v, &e, "port", why) == -1 ||
	    (found = edit_blocks(&e, why)) == EDIT_FAILED)
		return -1;
	if (!server_is_implicit(SERVER_IMAP, m.port, m.tls))
		return fail(why, STATUS_CONFIG, "%s: getmail cannot log in "
		    "with a token by STARTTLS: nothing was changed. Fix: let "
		    "server_imap name a port of TLS, as 993 is",
		    s->account->path);
	if (found == EDIT_NONE && e.text->len > 0)
		return fail(why, STATUS_CONFIG, "%s: is of another account: "
		    "nothing was changed. Fix: give this one a file of its "
		    "own, tokend setup --config FILE getmail ACCOUNT", e.path);
	if (found == EDIT_NONE && (edit_add(&e, why) == -1 ||
	    make_folder(cur, s, &v, "/cur", why) == -1 ||
	    make_folder(new, s, &v, "/new", why) == -1 ||
	    make_folder(tmp, s, &v, "/tmp", why) == -1 ||
	    setup_step(s, why, "/bin/mkdir", "-p", cur, new, tmp,
	    NULL) == -1))
		return -1;
	return setup_note(s, why, "Run it: `getmail --rcfile %s`.", e.path);
}

/* A new account, in the list that there is or in one of its own. */
static int
add_offlineimap(struct setup *s, struct edit *e, struct fetch_values *v,
    struct failure *why)
{
	struct edit general = *e;
	char list[2 * NAME_MAX_LEN], folder[SCOPE_PATH_MAX];
	enum edit_result found;

	v->values[5].value = e->label;
	general.recipe = &general_recipe;
	if ((found = edit_blocks(&general, why)) == EDIT_FAILED)
		return -1;
	snprintf(list, sizeof(list), "[general]\naccounts = %.*s\n\n",
	    NAME_MAX_LEN, e->label);
	if (found == EDIT_NONE)
		v->values[4].value = list;
	return edit_add(e, why) == -1 ||
	    make_folder(folder, s, v, "", why) == -1 ? -1 :
	    setup_step(s, why, "/bin/mkdir", "-p", folder, NULL);
}

int
setup_offlineimap(struct setup *s, struct failure *why)
{
	struct edit e = { .recipe = &offlineimap_recipe };
	struct fetch_values v = { .port_line = "" };
	enum edit_result found;
	struct mailbox m;

	if (edit_open(&e, s, s->config, &m, why) == NULL ||
	    edit_check_name(&e, NOT_IN_NAMES, why) == -1 ||
	    make_values(&v, &e, "remoteport", why) == -1 ||
	    (found = edit_blocks(&e, why)) == EDIT_FAILED)
		return -1;
	edit_make_label(&e);
	if (found == EDIT_NONE && add_offlineimap(s, &e, &v, why) == -1)
		return -1;
	return setup_note_run(s, why, "offlineimap", "-c", "-o");
}
