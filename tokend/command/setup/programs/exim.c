/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exim.c - tokend setup exim: Debian's Exim relays by the account's server.
 * Files of its split configuration; doc/clients/exim.md says why each line is
 * as it is.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "account/server_tls.h"
#include "command/setup/allow_user.h"
#include "command/setup/editor/recipe_rows.h"
#include "command/setup/plan.h"
#include "command/setup/system.h"
#include "command/setup/units.h"
#include "knowledge/known.h"

#define FOLDER "/etc/exim4"
#define SETTINGS FOLDER "/update-exim4.conf.conf"
#define ALONE FOLDER "/exim4.conf"
#define TEMPLATE "exim4.conf.template"
#define MACROS FOLDER "/exim4.conf.localmacros"
#define UPDATE "/usr/sbin/update-exim4.conf"
#define EXIM_USER "Debian-exim"
#define PAGE "see the page exim among tokend's clients"
#define TEXT_MAX (4 * NAME_MAX_LEN + 1024)	/* of a part */

/* In this order, as a configuration with a part may need those before it. */
static const struct {
	const char *path, *text;
} parts[] = {
	{ FOLDER "/conf.d/main/02_tokend", "TOKEND_ACCOUNT = {account}\n"
	    "TOKEND_SERVER = {host}::{port}\n" },
	{ FOLDER "/conf.d/auth/20_tokend", "tokend:\n"
	    "  driver = plaintext\n"
	    "  public_name = XOAUTH2\n"
	    "  client_condition = ${if eq{$transport_name}{tokend}}\n"
	    "  client_ignore_invalid_base64\n"
	    "  client_send = : user={user}\\x01\\\n"
	    "    auth=Bearer ${run{" TOKEND_COMMAND
	    " token TOKEND_ACCOUNT}\\\n"
	    "    {${sg{$value}{\\n}{}}}fail}\\x01\\x01 :\n" },
	{ FOLDER "/conf.d/transport/31_tokend", "tokend:\n"
	    "  driver = smtp\n{option}"
	    "  hosts_require_tls = *\n"
	    "  hosts_require_auth = *\n"
	    "  tls_verify_hosts = *\n" },
	{ FOLDER "/conf.d/router/190_tokend", "tokend:\n"
	    "  driver = manualroute\n"
	    "  domains = ! +local_domains\n"
	    "  transport = tokend\n"
	    "  route_list = * TOKEND_SERVER byname\n"
	    "  no_more\n" }
};

/* Variables of sh(1). */
static const struct grammar grammar = { .separators = "= \t",
    .assignment = "=", .comment = "#", .comment_at = COMMENT_WORD,
    .has_one_word = 1, .quotes = "'\"", .quoted_if = "",
    .insert = INSERT_END, .before = "", .between = "=" };

const struct recipe exim_recipe = {
	.program = "exim", .grammar = &grammar, .server = SERVER_SMTP,
	.rules = { { RULE_SET, "dc_use_split_config", .value = "true" } }
};

static int
check_installed(const struct setup *s, struct failure *why)
{
	if (s->config != NULL)
		return fail(why, STATUS_CONFIG, "Exim's configuration is in "
		    FOLDER " alone. Fix: leave out --config");
	if (access(UPDATE, X_OK) == -1 || access(SETTINGS, F_OK) == -1)
		return fail(why, STATUS_CONFIG, "there is no " UPDATE ", or "
		    "no " SETTINGS ", by which Debian's Exim is configured; "
		    "nothing was changed. Fix: install exim4-config, or "
		    PAGE);
	return access(ALONE, F_OK) == -1 ? 0 : fail(why, STATUS_CONFIG,
	    ALONE ": Exim uses this file in place of Debian's split "
	    "configuration; nothing was changed. Fix: add the parts to it by "
	    "hand; " PAGE);
}

static int
check_mailbox(struct mailbox *m, const struct account *a, struct failure *why)
{
	const char *words[] = { m->host, m->account, m->user };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strspn(words[i], MAILBOX_PLAIN "@+=") != strlen(words[i]))
			return fail(why, STATUS_CONFIG, "account \"%s\": "
			    "\"%s\" of %s has a character that Exim could "
			    "take for its own; nothing was changed. Fix: use "
			    "letters, digits and .-_@+= only", a->name,
			    words[i], a->path);
	return 0;
}

static int
add_parts(struct setup *s, const struct mailbox *m, struct failure *why)
{
	const struct known_value *values = KNOWN_VALUES(
	    { "account", m->account }, { "host", m->host },
	    { "port", known_number((char[24]){ 0 }, m->port) },
	    /* By the macro it follows an account that is looked up. */
	    { "user", strcmp(m->user, m->account) == 0 ? "TOKEND_ACCOUNT" :
	    m->user }, { "option", server_is_implicit(SERVER_SMTP, m->port,
	    m->tls) ? "  protocol = smtps\n" : "" });
	char text[TEXT_MAX];
	struct setup_file *f;
	size_t i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		known_fill(text, sizeof(text), parts[i].text, values);
		if ((f = setup_file(s, parts[i].path, why)) == NULL)
			return -1;
		if (f->existed && strcmp(buf_text(&f->old), text) != 0)
			return fail(why, STATUS_CONFIG, "%s: is there, and is "
			    "not what setup writes for %s; nothing was "
			    "changed. Fix: \"tokend setup --undo exim\", or "
			    "remove that file; for several accounts " PAGE,
			    f->path, m->account);
		if (!f->existed && setup_append(f, text, why) == -1)
			return -1;
	}
	return 0;
}

/* What was edited in the one file is nowhere in a split configuration. */
static int
check_one_file(struct setup *s, struct failure *why)
{
	struct setup_file *f = setup_file(s, FOLDER "/" TEMPLATE, why);
	char copy[SCOPE_PATH_MAX];
	int has_macros = access(MACROS, F_OK) == 0;

	if (f == NULL || setup_copy_out(s, f, why) == -1)
		return -1;
	snprintf(copy, sizeof(copy), "%s/" TEMPLATE, s->copies);
	if (setup_must(NULL, why, UPDATE ".template", "--run", "--nobackup",
	    "--output", copy) == -1 ||
	    setup_copy_back(s, f, why) == -1)
		return -1;
	return !has_macros && !plan_changes(f) ? 0 : fail(why, STATUS_CONFIG,
	    "%s: has settings of your own, and Exim would not use it any more "
	    "with a split configuration; nothing was changed. Fix: have them "
	    "in files below " FOLDER "/conf.d, and dc_use_split_config='true' "
	    "in " SETTINGS ", and run this again; or " PAGE, has_macros ?
	    MACROS : f->path);
}

/* Last: without it Exim does not see the parts. */
static int
split_settings(struct setup *s, const struct mailbox *m, struct failure *why)
{
	struct edit e = { .recipe = &exim_recipe, .path = SETTINGS, .m = m };
	struct setup_file *f = setup_file(s, SETTINGS, why);

	if (f == NULL)
		return -1;
	e.text = &f->new;
	if (edit_blocks(&e, why) == EDIT_FAILED)
		return -1;
	return plan_changes(f) ? check_one_file(s, why) : 0;
}

int
setup_exim(struct setup *s, struct failure *why)
{
	struct mailbox m;

	if (check_installed(s, why) == -1 ||
	    mailbox_take(&m, s->account, SERVER_SMTP, why) == -1 ||
	    check_mailbox(&m, s->account, why) == -1 ||
	    allow_named(s, "allow", EXIM_USER, why) == -1 ||
	    add_parts(s, &m, why) == -1 ||
	    split_settings(s, &m, why) == -1 ||
	    setup_step(s, why, UPDATE) == -1 ||
	    units_restart(s, "exim4", why) == -1 ||
	    system_answer(s, why) == -1)
		return -1;
	return setup_note(s, why, "All mail that is not for this machine goes "
	    "by %s. An Exim that systemd has not started is to be restarted.",
	    m.account);
}
