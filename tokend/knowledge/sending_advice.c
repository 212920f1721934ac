/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/sending_advice.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* A mail that was refused: words, then what they mean. */
#define SAID(w, ...) { .id = "sending: " w, .words = w, \
	.verdict = VERDICT_FAULT, __VA_ARGS__ }
#define CLASS(k, w, r) .kind = k, .code = STATUS_REJECTED, .why = w, \
	.remedy = r
/* For all mail of the account. */
#define LIMIT(w, r) .kind = SENDING_LIMIT, .code = STATUS_LATER, \
	.flags = KNOWN_PASSES, .why = w, .remedy = r

#define OTHER_SENDER CLASS(SENDING_SENDER, "The login was good; the mailbox " \
	"may not send from this sender's address, which programs of the " \
	"machine (cron's root@HOST) do not choose.", "let Postfix rewrite " \
	"the senders of this machine (smtp_generic_maps), or have the " \
	"provider let the mailbox send as that address")
#define DAILY LIMIT("The mailbox has sent as much as the provider allows in " \
	"a day.", "wait until tomorrow, and send less; the provider's " \
	"limits say how much")
#define BUSY LIMIT("The provider takes no more mails at the same time from " \
	"this mailbox. It passes by itself.", "let Postfix open fewer " \
	"connections: \"postconf -e " \
	"'smtp_destination_concurrency_limit = 2'\", then \"postfix reload\"")
#define NOT_FOR_SUBMISSION CLASS(SENDING_NO_LOGIN, "The server does not " \
	"take this mail as one of a customer's: it saw no login, or it is " \
	"not the provider's host for sending.", "first fix what tokend " \
	"doctor says of postfix; then set relayhost to the host that the " \
	"provider names for sending")
#define WITHOUT_LOGIN CLASS(SENDING_NO_LOGIN, "Postfix sent this mail " \
	"without a login.", "first fix what tokend doctor says of postfix")
#define BLOCKED(r) CLASS(SENDING_BLOCKED, "The provider has blocked this " \
	"mailbox or organisation from sending, mostly because it took " \
	"something for spam; the token is not the reason.", r)
#define ADMIN_UNBLOCKS "an administrator looks at Restricted entities in " \
	"the Microsoft Defender portal, finds out what sent the spam, and " \
	"unblocks the mailbox"
#define ZOHO_UNBLOCKS "find out what sent so much, and unblock the mailbox " \
	"at https://mail.zoho.com/UnblockMe, or have an administrator do it"
#define TAKES_NOTHING "The server takes nothing for now. It passes by itself."
#define SPAM CLASS(SENDING_CONTENT, "The server takes this one mail for " \
	"spam.", "look at what is in it, and at its links")
#define POLICY CLASS(SENDING_CONTENT, "The server refuses this one mail by " \
	"a policy of its own, which is mostly about what is in it.", "look " \
	"at what is in it, and at its links")
#define TOO_LARGE CLASS(SENDING_CONTENT, "The mail is larger than the " \
	"provider takes.", "send less at once; \"postconf -e " \
	"'message_size_limit = 25000000'\" makes Postfix say so before")
#define ITS_RECIPIENT CLASS(SENDING_RECIPIENT, "The recipient's address " \
	"does not exist or takes no mail now.", "correct the address")

const struct known sending_advice[] = {
	/* Exchange Online and Outlook.com */
	SAID("SendAsDenied", OTHER_SENDER),
	SAID("5.2.252", OTHER_SENDER),
	SAID("5.7.60", OTHER_SENDER),
	SAID("to send as this sender", OTHER_SENDER),
	SAID("5.7.57", WITHOUT_LOGIN),
	SAID("5.7.64", CLASS(SENDING_NO_LOGIN, "The server takes this mail "
	    "for one of no customer of its own: it came without a login, or "
	    "to a host that is not the one for submission.", "\"postconf -e "
	    "'relayhost = [smtp.office365.com]:587'\", then \"postfix "
	    "reload\", and fix what tokend doctor says of postfix")),
	SAID("5.1.90", DAILY),
	SAID("SubmissionQuotaExceeded", DAILY),
	SAID("submission quota", DAILY),
	SAID("5.7.232", DAILY),
	SAID("5.7.233", DAILY),
	SAID("5.7.236", DAILY),
	SAID("RecipientRateLimitExceeded", DAILY),
	SAID("concurrent connections", BUSY),
	SAID("too many connections", BUSY),
	SAID("thread limit exceeded", BUSY),
	SAID("throttled", LIMIT(TAKES_NOTHING, "wait")),
	SAID("5.1.8", .also = "outbound sender", CLASS(SENDING_BLOCKED,
	    "Exchange Online has restricted this mailbox from sending, "
	    "because it took what it sent for spam; the token is not the "
	    "reason.", ADMIN_UNBLOCKS)),
	SAID("OutboundSpam", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("WASCL", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.501", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.502", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.503", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.511", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("tenant has exceeded", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.705", BLOCKED(ADMIN_UNBLOCKS)),
	SAID("5.7.708", BLOCKED("an administrator asks Microsoft's support: "
	    "new and trial tenants are held to known addresses")),
	SAID("5.7.750", BLOCKED("an administrator adds the sender's domain "
	    "to the tenant: it is not registered there")),
	SAID("5.7.54", NOT_FOR_SUBMISSION),
	SAID("5.7.68", NOT_FOR_SUBMISSION),
	SAID("direct send", NOT_FOR_SUBMISSION),
	SAID("client was not authenticated", WITHOUT_LOGIN),
	/* Google */
	SAID("5.4.5", DAILY),
	SAID("sending limit exceeded", DAILY),
	SAID("relay limit exceeded", DAILY),
	SAID("sending quota", DAILY),
	SAID("email quota exceeded", DAILY),
	SAID("to send email directly", NOT_FOR_SUBMISSION),
	SAID("5.7.26", NOT_FOR_SUBMISSION),
	SAID("5.7.27", NOT_FOR_SUBMISSION),
	SAID("5.7.0 Mail Sending denied", BLOCKED("sign in at "
	    "https://mail.google.com/ and see what Google says; an "
	    "administrator looks at the user in the Admin console")),
	SAID("4.7.28", LIMIT("Google slows this sender down, because so much "
	    "mail came at once. It passes by itself.", "wait, and send less "
	    "at once")),
	SAID("4.7.0", .also = "try again later", LIMIT("The server takes "
	    "nothing from here for now. It passes by itself.", "wait, and "
	    "send less at once")),
	SAID("server busy", LIMIT("The server has too much to do. It passes "
	    "by itself.", "wait")),
	SAID("temporary system problem", LIMIT("Something at the provider "
	    "fails for now. It passes by itself.", "wait")),
	SAID("Invalid credentials for relay", WITHOUT_LOGIN),
	SAID("mail relay denied", WITHOUT_LOGIN),
	SAID("gcdp", CLASS(SENDING_CONTENT, "A rule that the organisation's "
	    "administrator has made in Google Workspace refuses this mail.",
	    "an administrator looks at Compliance and Routing of Gmail in "
	    "the Admin console")),
	SAID("policy that prohibited", CLASS(SENDING_CONTENT, "A rule of the "
	    "sender's or the recipient's organisation refuses this mail.",
	    "an administrator looks at Compliance and Routing of Gmail in "
	    "the Admin console")),
	SAID("unsolicited", SPAM),
	SAID("552", .also = "5.7.0", CLASS(SENDING_CONTENT, "Google refuses "
	    "an attachment of this mail as dangerous.", "send the file in "
	    "another way")),
	/* Zoho */
	SAID("sender is not allowed", OTHER_SENDER),
	SAID("relaying disallowed", OTHER_SENDER),
	SAID("unusual sending activity", BLOCKED(ZOHO_UNBLOCKS)),
	SAID("outgoing blocked", BLOCKED(ZOHO_UNBLOCKS)),
	SAID("sender address blocked", BLOCKED(ZOHO_UNBLOCKS)),
	/* Yahoo, AOL, Yandex, Mail.ru, Fastmail and others */
	SAID("address not verified", OTHER_SENDER),
	SAID("not owned by", OTHER_SENDER),
	SAID("not local sender", OTHER_SENDER),
	SAID("to authorize the sender", OTHER_SENDER),
	SAID("header address", OTHER_SENDER),
	SAID("sender address is not allowed", OTHER_SENDER),
	SAID("not logged in", WITHOUT_LOGIN),
	SAID("AUTH command first", WITHOUT_LOGIN),
	SAID("authentication required", WITHOUT_LOGIN),
	SAID("sender address rejected", OTHER_SENDER),
	SAID("sender rejected", OTHER_SENDER),
	SAID("sender verify failed", OTHER_SENDER),
	SAID("domain of sender", OTHER_SENDER),
	SAID("5.1.7", OTHER_SENDER),
	SAID("6.6.0", SPAM),
	SAID("PH01", SPAM),
	SAID("for policy reasons", POLICY),
	SAID("email rejected", SPAM),
	SAID("messages limit", DAILY),
	SAID("ratelimit exceeded", DAILY),
	/* Any, by RFC 3463 and 4468 or in their words */
	SAID("5.3.4", TOO_LARGE),
	SAID("5.2.3", TOO_LARGE),
	SAID("message size", TOO_LARGE),
	SAID("blocked using", CLASS(SENDING_BLOCKED, "The server refuses the "
	    "network address of this machine, because a block list has it; "
	    "the token is not the reason.", "the list that the server names "
	    "says how it is taken off")),
	SAID("spam", SPAM),
	SAID("virus", SPAM),
	SAID("too many recipients", CLASS(SENDING_CONTENT, "The mail has "
	    "more recipients than the provider takes.", "send to fewer at "
	    "once")),
	SAID("rate limit", LIMIT("The provider takes so many mails in a time "
	    "and no more. It passes by itself.",
	    "wait, and send less at once")),
	SAID("sending limit", DAILY),
	SAID("message limit", DAILY),
	SAID("messages for the day", DAILY),
	SAID("too many messages", DAILY),
	SAID("relay access denied", NOT_FOR_SUBMISSION),
	SAID("relaying denied", NOT_FOR_SUBMISSION),
	SAID("unable to relay", NOT_FOR_SUBMISSION),
	SAID("not permitted to relay", NOT_FOR_SUBMISSION),
	SAID("5.1.1", ITS_RECIPIENT),
	SAID("5.1.10", ITS_RECIPIENT),
	SAID("5.1.2", ITS_RECIPIENT),
	SAID("5.1.3", ITS_RECIPIENT),
	SAID("5.1.6", ITS_RECIPIENT),
	SAID("5.2.1", ITS_RECIPIENT),
	SAID("5.2.2", ITS_RECIPIENT),
	SAID("5.4.1", ITS_RECIPIENT),
	SAID("5.7.124", ITS_RECIPIENT),
	SAID("5.7.133", ITS_RECIPIENT),
	SAID("5.7.193", ITS_RECIPIENT),
	SAID("4.1.1", ITS_RECIPIENT),
	SAID("4.2.1", ITS_RECIPIENT),
	SAID("4.2.2", ITS_RECIPIENT),
	SAID("user unknown", ITS_RECIPIENT),
	SAID("no such user", ITS_RECIPIENT),
	SAID("RCPT TO command", ITS_RECIPIENT),
	{ .id = "sending-unknown", .verdict = VERDICT_FAULT,
	    CLASS(SENDING_UNKNOWN, "The login was good, and the server "
	    "refused the mail.", "the server's words say why") }
};
const size_t sending_advice_count =
    sizeof(sending_advice) / sizeof(sending_advice[0]);

/* Of any words: this mail waits, others may pass. */
static const struct known passing = { .id = "sending-passes",
	.verdict = VERDICT_FAULT, .kind = SENDING_LIMIT, .code = STATUS_LATER,
	.why = TAKES_NOTHING, .remedy = "wait" };

const struct known *
sending_advice_find(const char *said)
{
	const struct known *row = known_find(sending_advice,
	    sending_advice_count, NULL, said);

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
