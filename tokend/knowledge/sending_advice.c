/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/sending_advice.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

#define OTHER_SENDER NULL, SENDING_SENDER, "The login was good; the mailbox " \
	"may not send from this sender's address, which programs of the " \
	"machine (cron's root@HOST) do not choose.", "let Postfix rewrite " \
	"the senders of this machine (smtp_generic_maps), or have the " \
	"provider let the mailbox send as that address"
#define DAILY NULL, SENDING_LIMIT, "The mailbox has sent as much as the " \
	"provider allows in a day.", "wait until tomorrow, and send less; " \
	"the provider's limits say how much"
#define BUSY NULL, SENDING_LIMIT, "The provider takes no more mails at the " \
	"same time from this mailbox. It passes by itself.", "let Postfix " \
	"open fewer connections: \"postconf -e " \
	"'smtp_destination_concurrency_limit = 2'\", then \"postfix reload\""
#define NOT_FOR_SUBMISSION NULL, SENDING_NO_LOGIN, "The server does not " \
	"take this mail as one of a customer's: it saw no login, or it is " \
	"not the provider's host for sending.", "what this doctor says of " \
	"postfix comes first; then relayhost has to be the host that the " \
	"provider names for sending"
#define WITHOUT_LOGIN NULL, SENDING_NO_LOGIN, "Postfix sent this mail " \
	"without a login.", "what this doctor says of postfix comes first"
#define BLOCKED NULL, SENDING_BLOCKED, "The provider has blocked this " \
	"mailbox or organisation from sending, mostly because it took " \
	"something for spam; the token is not the reason."
#define ADMIN_UNBLOCKS "an administrator looks at Restricted entities in " \
	"the Microsoft Defender portal, finds out what sent the spam, and " \
	"unblocks the mailbox"
#define ZOHO_UNBLOCKS "find out what sent so much, and unblock the mailbox " \
	"at https://mail.zoho.com/UnblockMe, or have an administrator do it"
#define PASSES NULL, SENDING_LIMIT, "The server takes nothing for now. It " \
	"passes by itself.", "wait"
#define SPAM NULL, SENDING_CONTENT, "The server takes this one mail for " \
	"spam.", "look at what is in it, and at its links"
#define POLICY NULL, SENDING_CONTENT, "The server refuses this one mail by " \
	"a policy of its own, which is mostly about what is in it.", "look " \
	"at what is in it, and at its links"
#define TOO_LARGE NULL, SENDING_CONTENT, "The mail is larger than the " \
	"provider takes.", "send less at once; \"postconf -e " \
	"'message_size_limit = 25000000'\" makes Postfix say so before"
#define ITS_RECIPIENT NULL, SENDING_RECIPIENT, "The recipient's address " \
	"does not exist or takes no mail now.", "correct the address"

/* Words are found in either case, a number only as the whole status code. */

static const struct sending_advice rows[] = {
	/* Exchange Online and Outlook.com */
	{ "SendAsDenied", OTHER_SENDER },
	{ "5.2.252", OTHER_SENDER },
	{ "5.7.60", OTHER_SENDER },
	{ "to send as this sender", OTHER_SENDER },
	{ "5.7.57", WITHOUT_LOGIN },
	{ "5.7.64", NULL, SENDING_NO_LOGIN, "The server takes this mail for "
	    "one of no customer of its own: it came without a login, or to a "
	    "host that is not the one for submission.", "\"postconf -e "
	    "'relayhost = [smtp.office365.com]:587'\", then \"postfix "
	    "reload\", and what this doctor says of postfix" },
	{ "5.1.90", DAILY },
	{ "SubmissionQuotaExceeded", DAILY },
	{ "submission quota", DAILY },
	{ "5.7.232", DAILY },
	{ "5.7.233", DAILY },
	{ "5.7.236", DAILY },
	{ "RecipientRateLimitExceeded", DAILY },
	{ "concurrent connections", BUSY },
	{ "too many connections", BUSY },
	{ "thread limit exceeded", BUSY },
	{ "throttled", PASSES },
	{ "5.1.8", "outbound sender", SENDING_BLOCKED, "Exchange Online has "
	    "restricted this mailbox from sending, because it took what it "
	    "sent for spam; the token is not the reason.", ADMIN_UNBLOCKS },
	{ "OutboundSpam", BLOCKED, ADMIN_UNBLOCKS },
	{ "WASCL", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.501", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.502", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.503", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.511", BLOCKED, ADMIN_UNBLOCKS },
	{ "tenant has exceeded", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.705", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.708", BLOCKED, "an administrator asks Microsoft's support: new "
	    "and trial tenants are held to known addresses" },
	{ "5.7.750", BLOCKED, "an administrator adds the sender's domain to "
	    "the tenant: it is not registered there" },
	{ "5.7.54", NOT_FOR_SUBMISSION },
	{ "5.7.68", NOT_FOR_SUBMISSION },
	{ "direct send", NOT_FOR_SUBMISSION },
	{ "client was not authenticated", WITHOUT_LOGIN },
	/* Google */
	{ "5.4.5", DAILY },
	{ "sending limit exceeded", DAILY },
	{ "relay limit exceeded", DAILY },
	{ "sending quota", DAILY },
	{ "email quota exceeded", DAILY },
	{ "to send email directly", NOT_FOR_SUBMISSION },
	{ "5.7.26", NOT_FOR_SUBMISSION },
	{ "5.7.27", NOT_FOR_SUBMISSION },
	{ "5.7.0 Mail Sending denied", BLOCKED, "sign in at "
	    "https://mail.google.com/ and see what Google says; an "
	    "administrator looks at the user in the Admin console" },
	{ "4.7.28", NULL, SENDING_LIMIT, "Google slows this sender down, "
	    "because so much mail came at once. It passes by itself.",
	    "wait, and send less at once" },
	{ "4.7.0", "try again later", SENDING_LIMIT, "The server takes nothing "
	    "from here for now. It passes by itself.",
	    "wait, and send less at once" },
	{ "server busy", NULL, SENDING_LIMIT, "The server has too much to do. "
	    "It passes by itself.", "wait" },
	{ "temporary system problem", NULL, SENDING_LIMIT, "Something at the "
	    "provider fails for now. It passes by itself.", "wait" },
	{ "Invalid credentials for relay", WITHOUT_LOGIN },
	{ "mail relay denied", WITHOUT_LOGIN },
	{ "gcdp", NULL, SENDING_CONTENT, "A rule that the organisation's "
	    "administrator has made in Google Workspace refuses this mail.",
	    "an administrator looks at Compliance and Routing of Gmail in the "
	    "Admin console" },
	{ "policy that prohibited", NULL, SENDING_CONTENT, "A rule of the "
	    "sender's or the recipient's organisation refuses this mail.",
	    "an administrator looks at Compliance and Routing of Gmail in the "
	    "Admin console" },
	{ "unsolicited", SPAM },
	{ "552", "5.7.0", SENDING_CONTENT, "Google refuses an attachment of "
	    "this mail as dangerous.", "send the file in another way" },
	/* Zoho */
	{ "sender is not allowed", OTHER_SENDER },
	{ "relaying disallowed", OTHER_SENDER },
	{ "unusual sending activity", BLOCKED, ZOHO_UNBLOCKS },
	{ "outgoing blocked", BLOCKED, ZOHO_UNBLOCKS },
	{ "sender address blocked", BLOCKED, ZOHO_UNBLOCKS },
	/* Yahoo, AOL, Yandex, Mail.ru, Fastmail and others */
	{ "address not verified", OTHER_SENDER },
	{ "not owned by", OTHER_SENDER },
	{ "not local sender", OTHER_SENDER },
	{ "to authorize the sender", OTHER_SENDER },
	{ "header address", OTHER_SENDER },
	{ "sender address is not allowed", OTHER_SENDER },
	{ "not logged in", WITHOUT_LOGIN },
	{ "AUTH command first", WITHOUT_LOGIN },
	{ "authentication required", WITHOUT_LOGIN },
	{ "sender address rejected", OTHER_SENDER },
	{ "sender rejected", OTHER_SENDER },
	{ "sender verify failed", OTHER_SENDER },
	{ "domain of sender", OTHER_SENDER },
	{ "5.1.7", OTHER_SENDER },
	{ "6.6.0", SPAM },
	{ "PH01", SPAM },
	{ "for policy reasons", POLICY },
	{ "email rejected", SPAM },
	{ "messages limit", DAILY },
	{ "ratelimit exceeded", DAILY },
	/* Any, by RFC 3463 and 4468 or in their words */
	{ "5.3.4", TOO_LARGE },
	{ "5.2.3", TOO_LARGE },
	{ "message size", TOO_LARGE },
	{ "blocked using", NULL, SENDING_BLOCKED, "The server refuses the "
	    "network address of this machine, because a block list has it; "
	    "the token is not the reason.", "the list that the server names "
	    "says how it is taken off" },
	{ "spam", SPAM },
	{ "virus", SPAM },
	{ "too many recipients", NULL, SENDING_CONTENT, "The mail has more "
	    "recipients than the provider takes.", "send to fewer at once" },
	{ "rate limit", NULL, SENDING_LIMIT, "The provider takes so many "
	    "mails in a time and no more. It passes by itself.",
	    "wait, and send less at once" },
	{ "sending limit", DAILY },
	{ "message limit", DAILY },
	{ "messages for the day", DAILY },
	{ "too many messages", DAILY },
	{ "relay access denied", NOT_FOR_SUBMISSION },
	{ "relaying denied", NOT_FOR_SUBMISSION },
	{ "unable to relay", NOT_FOR_SUBMISSION },
	{ "not permitted to relay", NOT_FOR_SUBMISSION },
	{ "5.1.1", ITS_RECIPIENT },
	{ "5.1.10", ITS_RECIPIENT },
	{ "5.1.2", ITS_RECIPIENT },
	{ "5.1.3", ITS_RECIPIENT },
	{ "5.1.6", ITS_RECIPIENT },
	{ "5.2.1", ITS_RECIPIENT },
	{ "5.2.2", ITS_RECIPIENT },
	{ "5.4.1", ITS_RECIPIENT },
	{ "5.7.124", ITS_RECIPIENT },
	{ "5.7.133", ITS_RECIPIENT },
	{ "5.7.193", ITS_RECIPIENT },
	{ "4.1.1", ITS_RECIPIENT },
	{ "4.2.1", ITS_RECIPIENT },
	{ "4.2.2", ITS_RECIPIENT },
	{ "user unknown", ITS_RECIPIENT },
	{ "no such user", ITS_RECIPIENT },
	{ "RCPT TO command", ITS_RECIPIENT },
	{ "", NULL, SENDING_UNKNOWN, "The login was good, and the server "
	    "refused the mail.", "the server's words say why" }
};

static const struct sending_advice passing = { "4yz", PASSES };

static int
is_of_number(char c)
{
	return isdigit((unsigned char)c) || c == '.';
}

/* "5.1.1" is no part of 5.1.10, nor of an address such as 185.1.1.22. */
static int
has_number(const char *said, const char *number)
{
	const size_t len = strlen(number);
	const char *at;

	for (at = said; (at = strstr(at, number)) != NULL; at += len)
		if ((at == said || !is_of_number(at[-1])) &&
		    !isdigit((unsigned char)at[len]) && !(at[len] == '.' &&
		    isdigit((unsigned char)at[len + 1])))
			return 1;
	return 0;
}

static int
has_words(const char *said, const char *words)
{
	return isdigit((unsigned char)words[0]) ? has_number(said, words) :
	    strcasestr(said, words) != NULL;
}

const struct sending_advice *
sending_advice_find(const char *said)
{
	const struct sending_advice *row = rows;

	while (!has_words(said, row->words) ||
	    (row->also != NULL && !has_words(said, row->also)))
		row++;
	return row->kind == SENDING_UNKNOWN && said[0] == '4' ? &passing : row;
}

int
sending_is_held(const char *host)
{
	static const char *const ends[] = { ".office365.com", ".office365.us",
	    ".outlook.com", ".outlook.cn", ".mx.microsoft", ".yandex.com",
	    ".yandex.ru", ".mail.ru", ".mail.yahoo.com", ".aol.com",
	    ".fastmail.com", ".zoho.com", ".zoho.eu", ".zoho.in" };
	size_t i, len = strlen(host), n;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (len > n && strcasecmp(host + len - n, ends[i]) == 0)
			return 1;
	}
	return 0;
}
