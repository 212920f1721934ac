/* reason.c - see reason.h */
#include "command/doctor/reason.h"

#include <string.h>

#include "mail_advice.h"

#define REFUSED "SASL authentication failed; server "
#define SAID " said: "

/*
 * What is behind "cannot authenticate to server" is libsasl2's text of the
 * code that the plugin chose (plugin/mech.c).
 */
static const struct reason reasons[] = {
	{ "no mechanism available", STATUS_CONFIG, 0,
	    "Postfix found no mechanism to log in with: the plugin is "
	    "switched off, or an option excludes it.",
	    "What this doctor says of plugin and postfix comes first" },
	{ "offered no compatible authentication mechanisms",
	    STATUS_CONFIG, 0,
	    "What the server offers does not get through "
	    "smtp_sasl_mechanism_filter, or it has no XOAUTH2.",
	    "What this doctor says of postfix comes first" },
	{ "remote authentication server unavailable", STATUS_LATER, 1,
	    "The plugin got no token in time: tokend is not running or not "
	    "seen from the jail, or the provider cannot be reached.",
	    "What this doctor says of socket and provider comes first" },
	{ "authorization failure", STATUS_DENIED, 1,
	    "tokend gave no token to this Postfix: `allow` or `hosts` of the "
	    "account do not name it or the server.",
	    "What this doctor says of accounts and postfix comes first" },
	{ "authentication failure", STATUS_SIGN_IN, 1,
	    "There is no consent to get a token by, or the server refused two "
	    "fresh ones.", "\"tokend status\" shows which" },
	{ "invalid parameter supplied", STATUS_CONFIG, 1,
	    "The plugin or the account is not set up right.",
	    "What this doctor says of accounts and postfix comes first" },
	{ "bad protocol / cancel", STATUS_CONFIG, 0,
	    "Not tokend's: another XOAUTH2 plugin failed here.",
	    "What this doctor says of plugin comes first" },
	{ "cannot authenticate to server", STATUS_INTERNAL, 1,
	    "The plugin failed.", "\"tokend doctor --report -\" shows what a "
	    "bug report needs" },
	{ "530 5.7", STATUS_CONFIG, 0,
	    "Postfix sent this mail without a login.",
	    "What this doctor says of postfix comes first" },
	{ "TLS is required, but was not offered", STATUS_CONFIG, 0,
	    "The relay, or somebody between, hides TLS, and without it no "
	    "token leaves.", "Its port should be 587, or 465 with "
	    "smtp_tls_wrappermode" },
	{ "Server certificate not", STATUS_CONFIG, 0,
	    "The certificate of the relay is not one that Postfix trusts, so "
	    "no token leaves.",
	    "What this doctor says of smtp_tls_CAfile comes first" },
	{ "local data error while talking to", STATUS_CONFIG, 0,
	    "Postfix cannot read one of its tables.",
	    "What this doctor says of postfix comes first" },
};

/* What a server has said to a login; NULL: this is none. */
static const char *
find_refusal(const char *text)
{
	const char *said = strstr(text, REFUSED);

	said = said != NULL ? strstr(said, SAID) : NULL;
	return said != NULL ? said + strlen(SAID) : NULL;
}

int
reason_find(struct reason *r, const char *text)
{
	const char *said = find_refusal(text);
	const struct mail_advice *a;
	size_t i;

	if (said != NULL) {
		a = mail_advice_find(said);
		*r = (struct reason){ a->words, a->code, 0, a->meaning,
		    a->remedy };
		return 0;
	}
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strstr(text, reasons[i].words) != NULL) {
			*r = reasons[i];
			return 0;
		}
	return -1;
}

int
reason_equal(const struct reason *a, const struct reason *b)
{
	return strcmp(a->words, b->words) == 0 &&
	    strcmp(a->matters, b->matters) == 0;
}
