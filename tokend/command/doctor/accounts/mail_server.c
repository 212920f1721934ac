/* SPDX-License-Identifier: BSD-2-Clause */
/* mail_server.c - logins at the accounts' mail servers */
#include "command/doctor/accounts/live_checks.h"
#include "settings.h"

void
doctor_mail(struct doctor *d)
{
	struct client_settings s;
	struct failure why;
	int found;

	if (!d->is_live) {
		if (d->has_scope)
			doctor_unknown(d, "mail", "No login at a mail server "
			    "was tried: --live does that.");
		return;
	}
	/* What is wrong with that file, the check of the plugin tells. */
	found = client_settings_read(&s, client_settings_path, &why);
	doctor_examine(d, "mail", found == 1 ? s.mechanisms : NULL);
	client_settings_free(&s);
}
