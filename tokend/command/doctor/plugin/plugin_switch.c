/* SPDX-License-Identifier: BSD-2-Clause */
/* plugin_switch.c - is the plugin switched on for this uid? (libxoauth2(8)) */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command/doctor/plugin/plugin_checks.h"
#include "command/postfix/postfix.h"
#include "files/folder.h"
#include "settings.h"

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
	const struct postfix_instance *each = d->postfixes.each;
	size_t i;

	for (i = 0; i < d->postfixes.count; i++)
		if (each[i].is_read && postfix_logs_in(&each[i].postfix))
			return 1;
	return 0;
}

static void
check_mode(struct doctor *d)
{
	struct stat st;
	char mode[8];

	if (stat(client_settings_path, &st) == -1 || (st.st_mode & 044) == 0)
		return;
	snprintf(mode, sizeof(mode), "%04o", (unsigned)st.st_mode & 07777);
	report_plugin(d, PLUGIN_CONF_SHOWN, KNOWN_VALUES(
	    { "file", client_settings_path }, { "mode", mode }));
}

int
check_plugin_switch(struct doctor *d, const struct host *h, const char *ours)
{
	const char *words = h->questions > 0 ?
	    strstr(h->question[0].words, OWN_WORDS) : NULL;
	enum plugin_finding off = PLUGIN_OFF_FOR_USER;

	if (words != NULL) {
		report_plugin(d, PLUGIN_CONF_WRONG,
		    KNOWN_VALUES({ "words", words + strlen(OWN_WORDS) }));
		return 0;
	}
	check_mode(d);
	if (host_offers(h, ours))
		return 1;
	if (geteuid() == 0)
		off = has_accounts(d) && has_client(d) ? PLUGIN_OFF :
		    PLUGIN_OFF_UNUSED;
	report_plugin(d, off, KNOWN_VALUES({ "plugin", ours },
	    { "file", client_settings_path }));
	return 0;
}
