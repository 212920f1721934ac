/* programs.c - the programs that `tokend setup` knows; see setup.h */
#include <stddef.h>

#include "command/setup/setup.h"

const struct setup_program setup_programs[] = {
	{ "mbsync", "IMAP by the plugin", 0, setup_mbsync },
	{ "msmtp", "SMTP", 0, setup_msmtp },
	{ "mutt", "IMAP and SMTP; neomutt, too", 0, setup_mutt },
	{ "fetchmail", "IMAP or POP3, through a tunnel", 0, setup_fetchmail },
	{ "ssmtp", "sSMTP with tokend's patch, as root", 1, setup_ssmtp },
	{ "git", "git send-email, by msmtp", 0, setup_git },
	{ "postfix", "relay by smtp(8); the machine's, as root", 1,
	    setup_postfix },
	{ "sendmail", "as a client, with a smart host; as root", 1,
	    setup_sendmail },
	{ NULL, NULL, 0, NULL }
};
