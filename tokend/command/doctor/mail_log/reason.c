/* SPDX-License-Identifier: BSD-2-Clause */
#include "command/doctor/mail_log/reason.h"

#include <string.h>

#include "knowledge/mail_advice.h"

#define REFUSED "SASL authentication failed; server "
#define SAID " said: "
/* pipe(8) quotes what tokend-sendmail prints (sendmail/main.c). */
#define PIPED "Command output: tokend sendmail: "

/*
 * The text after "cannot authenticate to server" is libsasl2's for the code
 * that the plugin chose (plugin/mech.c).
 */
static const struct reason reasons[] = {
	{ PIPED, STATUS_LATER, 0,
	    "tokend did not send this mail, and these are its words.",
	    "What they say comes first", SENDING_AT_LOGIN },
	{ "no mechanism available", STATUS_CONFIG, 0,
	    "Postfix found no mechanism to log in with: the plugin is "
	    "switched off, or an option excludes it.",
	    "What this doctor says of plugin and postfix comes first",
	    SENDING_AT_LOGIN },
	{ "offered no compatible authentication mechanisms",
	    STATUS_CONFIG, 0,
	    "What the server offers does not get through "
	    "smtp_sasl_mechanism_filter, or it has no XOAUTH2.",
	    "What this doctor says of postfix comes first", SENDING_AT_LOGIN },
	{ "remote authentication server unavailable", STATUS_LATER, 1,
	    "The plugin got no token in time: tokend is not running or not "
	    "seen from the jail, its store is full, or the provider cannot be "
	    "reached.",
	    "What this doctor says of store, sockets and provider comes first",
	    SENDING_AT_LOGIN },
	{ "authorization failure", STATUS_DENIED, 1,
	    "tokend gave no token to this Postfix: `allow` or `hosts` of the "
	    "account do not name it or the server.",
	    "What this doctor says of accounts and postfix comes first",
	    SENDING_AT_LOGIN },
	{ "authentication failure", STATUS_SIGN_IN, 1,
	    "There is no consent to get a token by, or the server refused two "
	    "fresh ones.", "\"tokend status\" shows which", SENDING_AT_LOGIN },
	{ "invalid parameter supplied", STATUS_CONFIG, 1,
	    "The plugin, the account or the store is not set up right.",
	    "What this doctor says of accounts, store and postfix comes first",
	    SENDING_AT_LOGIN },
	{ "bad protocol / cancel", STATUS_CONFIG, 0,
	    "Not tokend's: another XOAUTH2 plugin failed here.",
	    "What this doctor says of plugin comes first", SENDING_AT_LOGIN },
	{ "cannot authenticate to server", STATUS_INTERNAL, 1,
	    "The plugin failed.", "\"tokend doctor --report -\" shows what a "
	    "bug report needs", SENDING_AT_LOGIN },
	{ "530 5.7", STATUS_CONFIG, 0,
	    "Postfix sent this mail without a login.",
	    "What this doctor says of postfix comes first", SENDING_NO_LOGIN },
	{ "TLS is required, but was not offered", STATUS_CONFIG, 0,
	    "The relay or the network hides TLS, and without it no token "
	    "leaves.", "Its port should be 587, or 465 with "
	    "smtp_tls_wrappermode", SENDING_AT_LOGIN },
	{ "Server certificate not", STATUS_CONFIG, 0,
	    "The certificate of the relay is not one that Postfix trusts, so "
	    "no token leaves.",
	    "What this doctor says of smtp_tls_CAfile comes first",
	    SENDING_AT_LOGIN },
	{ "local data error while talking to", STATUS_CONFIG, 0,
	    "Postfix cannot read one of its tables.",
	    "What this doctor says of postfix comes first", SENDING_AT_LOGIN },
};

/* What a server has said to a login; NULL: this is none. */
static const char *
find_refusal(const char *text)
{
	const char *said = strstr(text, REFUSED);

	said = said != NULL ? strstr(said, SAID) : NULL;
	return said != NULL ? said + strlen(SAID) : NULL;
}

/* What a server has said to anything but a login. */
static const struct sending_advice *
find_sending(const char *text)
{
	const char *said = strstr(text, SAID);

	return said != NULL ? sending_advice_find(said + strlen(SAID)) : NULL;
}

static void
take_sending(struct reason *r, const struct sending_advice *a)
{
	*r = (struct reason){ a->words, a->kind == SENDING_LIMIT ?
	    STATUS_LATER : STATUS_REJECTED, 0, a->meaning, a->remedy,
	    a->kind };
}

const char *
reason_of_sendmail(const char *text)
{
	const char *at = strstr(text, PIPED);

	return at != NULL ? at + strlen(PIPED) : NULL;
}

int
reason_find(struct reason *r, const char *text)
{
	const char *said = find_refusal(text);
	const struct sending_advice *sending;
	const struct known *a;
	size_t i;

	if (said != NULL) {
		a = mail_advice_find(said);
		*r = (struct reason){ a->words, a->code, 0, a->why,
		    a->remedy, SENDING_AT_LOGIN };
		return 0;
	}
	for (i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (strstr(text, reasons[i].words) != NULL) {
			*r = reasons[i];
			return 0;
		}
	sending = find_sending(text);
	if (sending == NULL || sending->kind == SENDING_RECIPIENT ||
	    sending->kind == SENDING_UNKNOWN)
		return -1;
	take_sending(r, sending);
	return 0;
}

int
reason_find_refusal(struct reason *r, const char *text)
{
	const struct sending_advice *sending;

	if (reason_find(r, text) == 0)
		return 0;
	sending = find_sending(text);
	if (sending == NULL || sending->kind != SENDING_UNKNOWN)
		return -1;
	take_sending(r, sending);
	return 0;
}

int
reason_may_be_token(const char *text)
{
	const char *said = find_refusal(text);

	return said != NULL &&
	    (mail_advice_find(said)->flags & KNOWN_MAY_BE_TOKEN) != 0;
}

int
reason_equal(const struct reason *a, const struct reason *b)
{
	return strcmp(a->words, b->words) == 0 &&
	    strcmp(a->matters, b->matters) == 0;
}
