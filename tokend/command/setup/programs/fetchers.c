/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fetchers.c - tokend setup getmail, offlineimap: IMAP by a command for each
 * token. Both have their files read by Python's configparser.
 */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/setup/editor/ini.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/system.h"
#include "base/shell_word.h"

#define GMAIL_HOST "imap.gmail.com"	/* of offlineimap's type Gmail */
#define USUAL_PORT 993

/* A command is Python in quotes; a % names other options. */
#define NOT_IN_NAMES "\"\\%"

/* For rules: what is not what the program takes by itself. */
#define OTHER_PORT 1U
#define OTHER_HOST 2U

/* Where it is not set it is the usual one. */
#define PORT_RULES(name) \
	{ RULE_SET, name, "{port}", .when = OTHER_PORT }, \
	{ RULE_SET, name, "{port}", .flags = RULE_OPTIONAL }

#define GETMAIL_COMMAND "(\"{tokend}\", \"token\", \"{account}\")"

static const struct grammar raw_grammar = { .before = "", .between = " = ",
    .read = ini_read };
static const struct grammar grammar = { .before = "", .between = " = ",
    .variables = "%", .defaults = "DEFAULT", .read = ini_read };

const struct recipe getmail_recipe = {
	.program = "getmail", .needs = "getmail", .grammar = &raw_grammar,
	.server = SERVER_IMAP, .heads = "retriever",
	.not_in_label = "/$ ",	/* in a path, "$" is a variable */
	.block = "[retriever]\ntype = SimpleIMAPSSLRetriever\n"
	    "server = {host}\n{port_line}username = {user}\n"
	    "use_xoauth2 = True\npassword_command = " GETMAIL_COMMAND "\n"
	    "ca_certs = {ca_file}\nmailboxes = (\"INBOX\",)\n\n"
	    "[destination]\ntype = Maildir\npath = {folder}/\n\n"
	    "[options]\nread_all = False\n",
	.rules = {
	{ RULE_MATCH, "type", .good = "SimpleIMAPSSLRetriever|"
	    "SimpleIMAPRetriever|MultidropIMAPSSLRetriever|"
	    "MultidropIMAPRetriever" },
	{ RULE_MATCH, "server", .good = "{host}" },
	{ RULE_MATCH, "username", .good = "{user}|{account}" },
	{ RULE_READ, .names = "ssl_fingerprints" },
	/* Without SSL in its name it would send the token in clear. */
	{ RULE_SET, "type", "SimpleIMAPSSLRetriever",
	    "MultidropIMAPSSLRetriever", .flags = RULE_EXACT },
	PORT_RULES("port"),
	{ RULE_SET, "username", .value = "{user}" },
	/* The last two would be used first. */
	{ RULE_DROP, .names = "password use_cram_md5 use_kerberos" },
	{ RULE_SET, "use_xoauth2", "True", .good = "1|yes|on" },
	{ RULE_SET, "password_command", GETMAIL_COMMAND,
	    "(\"tokend\", \"token\", \"{account}\")", .flags = RULE_EXACT },
	/* Without it no certificate is verified. */
	{ RULE_SET, "ca_certs", "{ca_file}", .bad = "",
	    .unless = "ssl_fingerprints" } }
};

/* In .netrc there may be another user. [DEFAULT] counts for this alone. */
static const struct recipe options_recipe = {
	.program = "getmail", .grammar = &grammar, .server = SERVER_IMAP,
	.heads = "options",
	.rules = { { RULE_REFUSE, "use_netrc", .value = "a .netrc would say "
	    "who logs in: remove use_netrc" } }
};

#define ACCESS "oauth2_access_token_eval"
#define TOKEN "__import__(\"subprocess\").run([\"{tokend}\", \"token\", " \
    "\"{account}\"], check=True, stdout=-1, text=True).stdout.strip()"

const struct recipe offlineimap_recipe = {
	.program = "offlineimap", .needs = "offlineimap",
	.places = { "~/offlineimap/config", "/.offlineimaprc" },
	.usual = "/.offlineimaprc", .grammar = &grammar,
	.server = SERVER_IMAP, .heads = "Repository ",
	.not_in_label = ",[]:=#;$ ",
	.taken = "Account {label}|Repository {label}-near|"
	    "Repository {label}-far",
	.block = "{general}[Account {label}]\nlocalrepository = {label}-near\n"
	    "remoterepository = {label}-far\n\n"
	    "[Repository {label}-near]\ntype = Maildir\n"
	    "localfolders = {folder}\n\n"
	    "[Repository {label}-far]\ntype = IMAP\nremotehost = {host}\n"
	    "{port_line}remoteuser = {user}\nauth_mechanisms = XOAUTH2\n"
	    ACCESS " = " TOKEN "\nssl = yes\nsslcacertfile = {ca_file}\n",
	.rules = {
	{ RULE_MATCH, "type", .good = "IMAP|Gmail" },
	{ RULE_MATCH, "preauthtunnel", .good = "", .flags = RULE_OPTIONAL },
	{ RULE_MATCH, "transporttunnel", .good = "", .flags = RULE_OPTIONAL },
	{ RULE_REFUSE, "remotehosteval", .value = "what Python says here is "
	    "not known: write remotehost in its place" },
	{ RULE_MATCH, "remotehost", .good = "{host}", .when = OTHER_HOST },
	{ RULE_MATCH, "remotehost", .good = "{host}", .flags = RULE_OPTIONAL },
	{ RULE_REFUSE, "remoteusereval remoteporteval", .value = "what Python "
	    "says here is not known: write remoteuser or remoteport in its "
	    "place" },
	{ RULE_MATCH, "remoteuser", .good = "{user}|{account}" },
	{ RULE_READ, .names = "cert_fingerprint" },
	{ RULE_DROP, .names = "remotepass remotepassfile remotepasseval "
	    "oauth2_refresh_token oauth2_refresh_token_eval "
	    "oauth2_access_token" },
	{ RULE_SET, "type", "IMAP", "Gmail", .flags = RULE_EXACT },
	{ RULE_SET, "remotehost", .value = "{host}" },
	PORT_RULES("remoteport"),
	{ RULE_SET, "remoteuser", .value = "{user}" },
	{ RULE_SET, "auth_mechanisms", "XOAUTH2", .flags = RULE_EXACT },
	/* The page's function, of a pythonfile, is as good. */
	{ RULE_SET, ACCESS, TOKEN, "token(\"{account}\")",
	    .flags = RULE_EXACT },
	{ RULE_SET, "ssl", "yes", .good = "true|on|1" },
	{ RULE_SET, "sslcacertfile", "{ca_file}", .bad = "",
	    .unless = "cert_fingerprint" } }
};

/* The accounts that are synchronised. */
static const struct recipe general_recipe = {
	.program = "offlineimap", .grammar = &grammar,
	.server = SERVER_IMAP, .heads = "general",
	.rules = { { RULE_LIST, "accounts", .value = "{name}" } }
};

void
fetch_values(struct fetch_values *v, struct edit *e, const char *port_name,
    const char *ca_file)
{
	const struct mailbox *m = e->m;

	edit_make_label(e);
	snprintf(v->label, sizeof(v->label), "%.*s", NAME_MAX_LEN, e->label);
	snprintf(v->folder, sizeof(v->folder), "~/Mail/%s", v->label);
	snprintf(v->general, sizeof(v->general), "[general]\naccounts = %s\n\n",
	    v->label);
	v->port_line[0] = '\0';
	if (m->port != USUAL_PORT)
		snprintf(v->port_line, sizeof(v->port_line), "%s = %u\n",
		    port_name, m->port);
	e->when = (m->port != USUAL_PORT ? OTHER_PORT : 0) |
	    (strcasecmp(m->host, GMAIL_HOST) != 0 ? OTHER_HOST : 0);
	v->values[0] = (struct edit_value){ "tokend", TOKEND_COMMAND };
	v->values[1] = (struct edit_value){ "ca_file", ca_file };
	v->values[2] = (struct edit_value){ "folder", v->folder };
	v->values[3] = (struct edit_value){ "port_line", v->port_line };
	v->values[4] = (struct edit_value){ "name", v->label };
	v->values[5] = (struct edit_value){ "general", v->general };
	v->values[6] = (struct edit_value){ NULL, NULL };
	e->values = v->values;
}

/* By STARTTLS getmail cannot, and offlineimap does not insist on it. */
static int
check_account(struct edit *e, struct failure *why)
{
	if (edit_check_name(e, NOT_IN_NAMES, why) == -1)
		return -1;
	return server_is_implicit(SERVER_IMAP, e->m->port, e->m->tls) ? 0 :
	    fail(why, STATUS_CONFIG, "account \"%s\": with a server of "
	    "STARTTLS %s may send the token without TLS: nothing was changed. "
	    "Fix: let server_imap name a port of TLS, as 993 is",
	    e->m->account, e->recipe->program);
}

static int
check_options(const struct edit *e, struct failure *why)
{
	struct edit options = *e;

	options.recipe = &options_recipe;
	return edit_blocks(&options, why) == EDIT_FAILED ? -1 : 0;
}

enum edit_result
getmail_edit(struct edit *e, struct failure *why)
{
	enum edit_result found = check_account(e, why) == -1 ? EDIT_FAILED :
	    edit_blocks(e, why);

	return found == EDIT_FOUND && check_options(e, why) == -1 ?
	    EDIT_FAILED : found;
}

int
getmail_add(struct edit *e, struct failure *why)
{
	struct blocks blocks;
	int result = blocks_read(e, &blocks, why);

	if (result == 0 && blocks.count > 0)
		result = fail(why, STATUS_CONFIG, "%s:%u: this file is not for "
		    "IMAP of %s at %s: nothing was changed. Fix: give the "
		    "account a file of its own: tokend setup --config FILE "
		    "getmail ACCOUNT", e->path, blocks.block[0].head.number,
		    e->m->user, e->m->host);
	blocks_free(&blocks);
	return result == -1 || edit_add(e, why) == -1 ? -1 :
	    check_options(e, why);
}

enum edit_result
offlineimap_make(struct edit *e, struct fetch_values *v, struct failure *why)
{
	struct edit general = *e;
	enum edit_result found = check_account(e, why) == -1 ? EDIT_FAILED :
	    edit_blocks(e, why);

	if (found != EDIT_NONE)
		return found;
	general.recipe = &general_recipe;
	if ((found = edit_blocks(&general, why)) == EDIT_FOUND)
		v->general[0] = '\0';
	return found == EDIT_FAILED || edit_add(e, why) == -1 ? EDIT_FAILED :
	    EDIT_NONE;
}

/* ~/Mail/NAME and what is to be in it: a step takes no "~". */
static int
make_folder(char path[SCOPE_PATH_MAX], const struct setup *s,
    const struct fetch_values *v, const char *rest, struct failure *why)
{
	char folder[SCOPE_PATH_MAX];

	return scope_path(folder, s->home, v->folder + 1) == -1 ||
	    scope_path(path, folder, rest) == -1 ? fail(why, STATUS_CONFIG,
	    "%s: too long a path", s->home) : 0;
}

/* A new file, and the Maildir that it names. */
static int
make_getmail(struct setup *s, struct edit *e, const struct fetch_values *v,
    struct failure *why)
{
	char new[SCOPE_PATH_MAX], cur[SCOPE_PATH_MAX], tmp[SCOPE_PATH_MAX];

	return getmail_add(e, why) == -1 ||
	    make_folder(cur, s, v, "/cur", why) == -1 ||
	    make_folder(new, s, v, "/new", why) == -1 ||
	    make_folder(tmp, s, v, "/tmp", why) == -1 ? -1 :
	    setup_step(s, why, "/bin/mkdir", "-p", cur, new, tmp, NULL);
}

static enum edit_result
edit_getmail(struct setup *s, struct edit *e, struct mailbox *m,
    const char *config, struct fetch_values *v, struct failure *why)
{
	const char *ca_file = system_ca_file(why);

	if (ca_file == NULL || edit_open(e, s, config, m, why) == NULL)
		return EDIT_FAILED;
	fetch_values(v, e, "port", ca_file);
	return getmail_edit(e, why);
}

/*
 * getmail's usual file is getmailrc, if there is one; an account can have one
 * of its own. A second folder would take the place of the first.
 */
int
setup_getmail(struct setup *s, struct failure *why)
{
	static const char *const folders[] = { "~/getmail", "/.getmail", NULL };
	char folder[SCOPE_PATH_MAX], path[SCOPE_PATH_MAX], usual[
	    NAME_MAX_LEN + 16], *name = usual + strlen("~/getmail");
	struct mailbox m = { .account = s->account->name };
	struct recipe recipe = getmail_recipe;
	struct edit e = { .recipe = &recipe, .m = &m };
	const char *config = s->config;
	enum edit_result found = EDIT_NONE;
	struct fetch_values v;

	edit_make_label(&e);
	snprintf(usual, sizeof(usual), "~/getmail/%.*s", NAME_MAX_LEN, e.label);
	recipe.usual = usual;
	if (config == NULL && edit_find(folder, s, folders)) {
		if (scope_path(path, folder, "/getmailrc") == 0 &&
		    access(path, F_OK) == 0)
			found = edit_getmail(s, &e, &m, path, &v, why);
		if (scope_path(path, folder, name) == -1)
			return fail(why, STATUS_CONFIG, "%s: too long a path",
			    folder);
		config = path;
	}
	if (found == EDIT_NONE && (found = edit_getmail(s, &e, &m, config, &v,
	    why)) == EDIT_NONE && make_getmail(s, &e, &v, why) == -1)
		return -1;
	return found == EDIT_FAILED ? -1 : setup_note(s, why, "Run it: "
	    "`getmail --rcfile %s`.", SHELL_WORD(e.path));
}

int
setup_offlineimap(struct setup *s, struct failure *why)
{
	const char *ca_file = system_ca_file(why);
	struct edit e = { .recipe = &offlineimap_recipe };
	struct fetch_values v;
	char folder[SCOPE_PATH_MAX];
	enum edit_result found;
	struct mailbox m;

	if (ca_file == NULL || edit_open(&e, s, s->config, &m, why) == NULL)
		return -1;
	fetch_values(&v, &e, "remoteport", ca_file);
	found = offlineimap_make(&e, &v, why);
	if (found == EDIT_FAILED || (found == EDIT_NONE && (make_folder(folder,
	    s, &v, "", why) == -1 || setup_step(s, why, "/bin/mkdir", "-p",
	    folder, NULL) == -1)))
		return -1;
	return setup_note_run(s, why, "offlineimap", "-c", "-o");
}
