/* SPDX-License-Identifier: BSD-2-Clause */
#include "sendmail/deliver.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "client.h"
#include "base/name.h"

static int
choose_account(char name[NAME_MAX_LEN + 1], const char *given,
    const struct client_settings *s, struct failure *why)
{
	if (given == NULL && (given = s->sendmail_account) == NULL)
		return fail(why, STATUS_CONFIG, "no account to send by: add "
		    "\"sendmail_account = NAME\" to %s, or use --account NAME",
		    client_settings_path);
	return name_fold(name, given, strlen(given), why);
}

int
deliver_mail(const char *account, int mail, char said[SAID_MAX + 1],
    struct failure *why)
{
	struct answer a = ANSWER_INIT;
	struct client_settings s;
	char name[NAME_MAX_LEN + 1] = "";
	int result = -1;

	said[0] = '\0';
	if (client_settings_read(&s, client_settings_path, why) == -1 ||
	    choose_account(name, account, &s, why) == -1)
		goto out;
	if ((result = client_send(&s, name, mail, &a)) == -1) {
		*why = a.failure;
		failure_name(why, name);
	} else if (a.said != NULL) {
		snprintf(said, SAID_MAX + 1, "%s", a.said);
		make_printable(said, SAID_MAX + 1);
	}
out:
	answer_free(&a);
	client_settings_free(&s);
	return result;
}

int
deliver_exit(enum status code)
{
	switch (code) {
	case STATUS_OK:
		return EX_OK;
	case STATUS_MESSAGE:
		return EX_UNAVAILABLE;
	case STATUS_USAGE:
		return EX_USAGE;
	default:
		return EX_TEMPFAIL;
	}
}
