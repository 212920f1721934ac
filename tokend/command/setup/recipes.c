/* SPDX-License-Identifier: BSD-2-Clause */
/* recipes.c - the programs that `tokend setup` knows; see setup.h */
#include <stddef.h>

#include "command/setup/setup.h"

#define SMTP (1U << SERVER_SMTP)
#define IMAP (1U << SERVER_IMAP)

const struct setup_program setup_programs[] = {
	{ "mbsync", "IMAP by the plugin", "mbsync", IMAP, 0, setup_mbsync,
	    NULL },
	{ "msmtp", "SMTP", "msmtp", SMTP, 0, setup_msmtp, NULL },
	{ "mutt", "IMAP and SMTP; neomutt, too", "mutt neomutt", IMAP | SMTP,
	    0, setup_mutt, NULL },
	{ "fetchmail", "IMAP or POP3, through a tunnel", "fetchmail", IMAP, 0,
	    setup_fetchmail, NULL },
	{ "aerc", "IMAP and SMTP", "aerc", IMAP, 0, setup_aerc, NULL },
	{ "getmail", "IMAP", "getmail", IMAP, 0, setup_getmail, NULL },
	{ "offlineimap", "IMAP", "offlineimap", IMAP, 0, setup_offlineimap,
	    NULL },
	{ "ssmtp", "sSMTP with tokend's patch, as root", "ssmtp", SMTP, 1,
	    setup_ssmtp, NULL },
	{ "git", "git send-email, by msmtp",
	    "/usr/lib/git-core/git-send-email "
	    "/usr/libexec/git-core/git-send-email", SMTP, 0, setup_git, NULL },
	{ "postfix", "relay by smtp(8), or with --send by tokend; as root",
	    "postconf", SMTP, 1, setup_postfix, setup_postfix_send },
	{ "nullmailer", "a queue, from which tokend sends; as root",
	    "/usr/sbin/nullmailer-send", 0, 1, NULL, setup_nullmailer },
	{ "sendmail", "as a client, with a smart host; as root",
	    "/etc/mail/sendmail.mc", SMTP, 1, setup_sendmail, NULL },
	{ "exim", "relay of all mail, by Debian's Exim; as root",
	    "/usr/sbin/update-exim4.conf", SMTP, 1, setup_exim, NULL },
	{ NULL, NULL, NULL, 0, 0, NULL, NULL }
};
