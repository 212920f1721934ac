/* SPDX-License-Identifier: BSD-2-Clause */
/* recipes.c - the programs that `tokend setup` knows; see setup.h */
#include <stddef.h>

#include "command/setup/setup.h"

#define SMTP (1U << SERVER_SMTP)
#define IMAP (1U << SERVER_IMAP)

const struct setup_program setup_programs[] = {
	{ "mbsync", "IMAP by the plugin", "mbsync", IMAP, 0, setup_mbsync },
	{ "msmtp", "SMTP", "msmtp", SMTP, 0, setup_msmtp },
	{ "mutt", "IMAP and SMTP; neomutt, too", "mutt neomutt", IMAP | SMTP,
	    0, setup_mutt },
	{ "fetchmail", "IMAP or POP3, through a tunnel", "fetchmail", IMAP, 0,
	    setup_fetchmail },
	{ "ssmtp", "sSMTP with tokend's patch, as root", "ssmtp", SMTP, 1,
	    setup_ssmtp },
	{ "git", "git send-email, by msmtp",
	    "/usr/lib/git-core/git-send-email "
	    "/usr/libexec/git-core/git-send-email", SMTP, 0, setup_git },
	{ "postfix", "relay by smtp(8); the machine's, as root", "postconf",
	    SMTP, 1, setup_postfix },
	{ "sendmail", "as a client, with a smart host; as root",
	    "/etc/mail/sendmail.mc", SMTP, 1, setup_sendmail },
	{ NULL, NULL, NULL, 0, 0, NULL }
};
