/* SPDX-License-Identifier: BSD-2-Clause */
/* msmtp.c - tokend setup msmtp: SMTP by a command for each token. */
#include <string.h>

#include "command/setup/editor/recipe_rows.h"
#include "base/shell_word.h"

static const struct grammar grammar = { .separators = " \t", .comment = "#",
    .quotes = "\"", .heads = "account defaults", .defaults = "defaults",
    .has_parents = 1, .has_nameless = 1, .before = "", .between = " " };

const struct recipe msmtp_recipe = {
	.program = "msmtp", .places = { "/.msmtprc", "~/msmtp/config" },
	.usual = "/.msmtprc", .grammar = &grammar, .server = SERVER_SMTP,
	/* A list of accounts has commas, and a colon before it. */
	.command = "token", .not_in_label = ":,\" ", .taken = "{label}",
	.block = "account {label}\nhost {host}\nport {port}\ntls on\n"
	    "tls_starttls {implicit?off:on}\nauth xoauth2\nuser {user}\n"
	    "from {user}\npasswordeval {command}\n",
	.first = "\naccount default : {label}\n",
	.rules = {
	{ RULE_MATCH, "host", .good = "{host}", .flags = RULE_OPTIONAL },
	{ RULE_REFUSE, "eval", .value = "what eval prints, a line that counts "
	    "in its place, is not known here: write that line itself" },
	{ RULE_MATCH, "host", .good = "{host}" },
	{ RULE_MATCH, "user", .good = "{user}|{account}",
	    .flags = RULE_OPTIONAL },
	{ RULE_MATCH, "from", .good = "{user}|{account}", .unless = "user",
	    .flags = RULE_SKIP },
	{ RULE_DROP, .names = "password" },
	{ RULE_SET, "user", .value = "{user}" },
	{ RULE_SET, "auth", .value = "xoauth2", .good = "oauthbearer" },
	{ RULE_COMMAND, "passwordeval", .value = "{command}", .good = "token" },
	{ RULE_SET, "tls", .value = "on", .good = "" },
	{ RULE_SET, "tls_certcheck", "on", .bad = "off",
	    .flags = RULE_OPTIONAL } }
};

/* msmtp(1) puts the login name, the host and the like there. */
static int
has_expansion(const char *from)
{
	while ((from = strchr(from, '%')) != NULL)
		if (strchr("UHCM", *++from) != NULL && *from != '\0')
			return 1;
	return 0;
}

enum edit_result
msmtp_make(struct edit *e, struct failure *why)
{
	enum edit_result result = edit_blocks(e, why);

	if (result != EDIT_NONE)
		return result;
	if (has_expansion(e->m->user))
		return fail(why, STATUS_CONFIG, "account \"%s\": msmtp would "
		    "replace a part of the sender \"%s\" (%%U, %%H, %%C and "
		    "%%M in \"from\"): nothing was changed. Fix: write the "
		    "entry by hand, with another from", e->m->account,
		    e->m->user);
	return edit_add(e, why) == -1 ? EDIT_FAILED : EDIT_NONE;
}

int
setup_msmtp(struct setup *s, struct failure *why)
{
	struct edit e = { .recipe = &msmtp_recipe };
	char config[SHELL_WORD_MAX(SCOPE_PATH_MAX)] = "";
	struct mailbox m;

	if (edit_open(&e, s, s->config, &m, why) == NULL ||
	    msmtp_make(&e, why) == EDIT_FAILED)
		return -1;
	if (s->config != NULL)
		shell_word(config, sizeof(config), s->config);
	return setup_note(s, why, "`msmtp %s%s%s-a %s` sends by this account.",
	    config[0] != '\0' ? "-C " : "", config, config[0] != '\0' ? " " :
	    "", SHELL_NAME(e.label));
}
