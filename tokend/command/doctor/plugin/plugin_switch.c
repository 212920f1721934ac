/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_switch.c - is the plugin switched on for this uid? (libxoauth2(8)) */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/doctor/plugin/plugin_checks.h"
#include "command/doctor/postfix/postfix.h"
#include "files/folder.h"
#include "settings.h"
#include "shell_word.h"

static int
has_accounts(const struct doctor *d)
{
	struct failure why;
	struct names n;
	int found;

	if (!d->has_scope)
		return 0;
	found = names_list(&n, &d->scope, &why) == 0 && n.count > 0;
	names_free(&n);
	return found;
}

/* Does a Postfix of this machine log in anywhere? */
static int
has_client(const struct doctor *d)
{
	struct buf folders = BUF_INIT(POSTFIX_FOLDERS_MAX);
	struct failure why;
	const char *at;
	int found = 0;

	if (d->postfix != NULL)
		postfix_instances(d->postfix, &folders, &why);
	for (at = buf_text(&folders); !found && at < buf_text(&folders) +
	    folders.len; at += strlen(at) + 1) {
		struct postfix p = POSTFIX_INIT;

		found = postfix_read(&p, at, &why) == 0 && postfix_logs_in(&p);
		postfix_free(&p);
	}
	buf_free(&folders);
	return found;
}

/* Off for root: for Postfix and what else begins as root. */
static void
tell_off(struct doctor *d, const char *path)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_FAULT,
	    .code = STATUS_CONFIG };

	finding_text(f.found, "%s is switched off: there is no %s.", path,
	    client_settings_path);
	/* Whoever has no account, or relays nowhere, may mean it so. */
	if (!has_accounts(d) || !has_client(d)) {
		f.verdict = DOCTOR_ODD;
		finding_text(f.matters, "That is right where no mail server "
		    "uses the plugin: \"tokend token\" and \"tokend tunnel\" "
		    "do without.");
		finding_text(f.mend, "If one does: \"install -m 600 /dev/null "
		    "%s\"; for Postfix \"tokend setup postfix\" does it.",
		    SHELL_WORD(client_settings_path));
		doctor_report(d, &f);
		return;
	}
	finding_text(f.matters, "Programs that begin as root, such as "
	    "Postfix, see no XOAUTH2 and say \"No worthy mechs found\".");
	finding_text(f.mend, "\"install -m 600 /dev/null %s\", then "
	    "\"postfix reload\".", SHELL_WORD(client_settings_path));
	doctor_report(d, &f);
}

static void
tell_broken(struct doctor *d, const char *words)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_FAULT,
	    .code = STATUS_CONFIG };

	finding_text(f.found, "%s.", words);
	finding_text(f.matters, "The plugin refuses every login with these "
	    "words while it is so.");
	finding_text(f.mend, "Mend that file (libxoauth2(8) has its keys), "
	    "then \"postfix reload\".");
	doctor_report(d, &f);
}

static void
look_at_mode(struct doctor *d)
{
	struct finding f = { .check = PLUGIN_CHECK, .verdict = DOCTOR_ODD };
	struct stat st;

	if (stat(client_settings_path, &st) == -1 || (st.st_mode & 044) == 0)
		return;
	finding_text(f.found, "%s may be read by others (mode %04o), which "
	    "switches the plugin on for them.", client_settings_path,
	    (unsigned)st.st_mode & 07777);
	finding_text(f.matters, "Their programs then choose XOAUTH2 wherever a "
	    "server offers it, also for logins that have a password.");
	finding_text(f.mend, "If it is meant for Postfix alone: \"chmod 600 "
	    "%s\".", SHELL_WORD(client_settings_path));
	doctor_report(d, &f);
}

int
check_plugin_switch(struct doctor *d, const struct host *h, const char *ours)
{
	const char *words = h->questions > 0 ?
	    strstr(h->question[0].words, OWN_WORDS) : NULL;

	if (words != NULL) {
		tell_broken(d, words + strlen(OWN_WORDS));
		return 0;
	}
	look_at_mode(d);
	if (host_offers(h, ours))
		return 1;
	if (geteuid() == 0)
		tell_off(d, ours);
	else
		doctor_unknown(d, PLUGIN_CHECK, "%s is switched off for you: "
		    "you have no accounts folder of your own, which \"tokend "
		    "login\" makes. Whether it is on for the machine's mail "
		    "server, root can tell.", ours);
	return 0;
}
