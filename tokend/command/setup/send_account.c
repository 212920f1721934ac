/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/setup/send_account.h"

#include <string.h>

#include "command/postfix/root_mail.h"
#include "base/shell_word.h"

static const char *
check_address(const struct account *a, const char *address,
    struct failure *why)
{
	if (a->send == SEND_NONE)
		fail(why, STATUS_CONFIG, "account \"%s\": %s does not say how "
		    "it sends mail. Fix: \"tokend login --send-only %s\", or "
		    "add a line send = smtp to that file, if its server is "
		    "one for SMTP", a->name, a->path, SHELL_NAME(a->name));
	else if (strchr(address, '@') == NULL || !root_mail_is_plain(address))
		fail(why, STATUS_CONFIG, "account \"%s\": \"%s\" is no plain "
		    "mail address, which mail is sent from. Fix: set user = "
		    "ADDRESS in %s", a->name, address, a->path);
	else
		return address;
	return NULL;
}

const char *
send_account_mailbox(const struct account *a, struct failure *why)
{
	/* As the worker has it. */
	return check_address(a, a->users.user != NULL ? a->users.user :
	    a->name, why);
}

const char *
send_account_from(const struct account *a, struct failure *why)
{
	return a->send_from != NULL ? check_address(a, a->send_from, why) :
	    send_account_mailbox(a, why);
}

int
setup_fits(const struct setup_program *p, const struct account *a, int sends)
{
	unsigned i;

	if (sends)
		return p->plan_send != NULL && a->send != SEND_NONE;
	if (p->plan == NULL || sending_is_api(a->send))
		return 0;
	for (i = 0; i < SERVERS; i++)
		if ((p->servers & 1U << i) != 0 && a->server[i] != NULL)
			return 1;
	return 0;
}
