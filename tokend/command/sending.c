/* sending.c - see sending.h */
#include "command/sending.h"

#include <stddef.h>
#include <stdio.h>
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
#define WITHOUT_LOGIN NULL, SENDING_NO_LOGIN, "Postfix sent this mail " \
	"without a login.", "what this doctor says of postfix comes first"
#define BLOCKED NULL, SENDING_BLOCKED, "The provider has blocked this " \
	"mailbox or organisation from sending, mostly because it took " \
	"something for spam; the token is not the reason."
#define ADMIN_UNBLOCKS "an administrator looks at Restricted entities in " \
	"the Microsoft Defender portal, finds out what sent the spam, and " \
	"unblocks the mailbox"
#define SPAM NULL, SENDING_CONTENT, "The server takes this one mail for " \
	"spam.", "look at what is in it, and at its links"
#define TOO_LARGE NULL, SENDING_CONTENT, "The mail is larger than the " \
	"provider takes.", "send less at once; \"postconf -e " \
	"'message_size_limit = 25000000'\" makes Postfix say so before"
#define ITS_RECIPIENT NULL, SENDING_RECIPIENT, "The recipient's address " \
	"does not exist or takes no mail now.", "correct the address"

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
	{ "5.7.232", DAILY },
	{ "5.7.233", DAILY },
	{ "RecipientRateLimitExceeded", DAILY },
	{ "oncurrent connections limit", BUSY },
	{ "thread limit exceeded", BUSY },
	{ "5.1.8 ", "outbound sender", SENDING_BLOCKED, "Exchange Online has "
	    "restricted this mailbox from sending, because it took what it "
	    "sent for spam; the token is not the reason.", ADMIN_UNBLOCKS },
	{ "OutboundSpam", BLOCKED, ADMIN_UNBLOCKS },
	{ "WASCL", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.501", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.502", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.503", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.705", BLOCKED, ADMIN_UNBLOCKS },
	{ "5.7.708", BLOCKED, "an administrator asks Microsoft's support: new "
	    "and trial tenants are held to known addresses" },
	{ "5.7.750", BLOCKED, "an administrator adds the sender's domain to "
	    "the tenant: it is not registered there" },
	/* Google */
	{ "5.4.5", DAILY },
	{ "sending limit exceeded", DAILY },
	{ "relay limit exceeded", DAILY },
	{ "sending quota", DAILY },
	{ "5.7.0 Mail Sending denied", BLOCKED, "sign in at "
	    "https://mail.google.com/ and see what Google says; an "
	    "administrator looks at the user in the Admin console" },
	{ "4.7.28", NULL, SENDING_LIMIT, "Google slows this sender down, "
	    "because so much mail came at once. It passes by itself.",
	    "wait, and send less at once" },
	{ "4.7.0", "ry again later", SENDING_LIMIT, "The server takes nothing "
	    "from here for now. It passes by itself.",
	    "wait, and send less at once" },
	{ "erver busy", NULL, SENDING_LIMIT, "The server has too much to do. "
	    "It passes by itself.", "wait" },
	{ "emporary System Problem", NULL, SENDING_LIMIT, "Something at the "
	    "provider fails for now. It passes by itself.", "wait" },
	{ "Invalid credentials for relay", WITHOUT_LOGIN },
	{ "ail relay denied", WITHOUT_LOGIN },
	{ "gcdp", NULL, SENDING_CONTENT, "A rule that the organisation's "
	    "administrator has made in Google Workspace refuses this mail.",
	    "an administrator looks at Compliance and Routing of Gmail in the "
	    "Admin console" },
	{ "unsolicited", SPAM },
	{ "552", "5.7.0", SENDING_CONTENT, "Google refuses an attachment of "
	    "this mail as dangerous.", "send the file in another way" },
	/* Yahoo, AOL, Yandex, Mail.ru, Fastmail and others */
	{ "From address not verified", OTHER_SENDER },
	{ "not owned by", OTHER_SENDER },
	{ "not local sender", OTHER_SENDER },
	{ "to authorize the sender", OTHER_SENDER },
	{ "header address", OTHER_SENDER },
	{ "ender address is not allowed", OTHER_SENDER },
	{ "not logged in", WITHOUT_LOGIN },
	{ "AUTH command first", WITHOUT_LOGIN },
	{ "uthentication required", WITHOUT_LOGIN },
	{ "ender address rejected", OTHER_SENDER },
	{ "omain of sender", OTHER_SENDER },
	{ "5.1.7", OTHER_SENDER },
	{ "6.6.0", SPAM },
	{ "Email rejected", SPAM },
	{ "messages limit", DAILY },
	{ "atelimit exceeded", DAILY },
	/* Any, by RFC 3463 and 4468 or in their words */
	{ "5.3.4", TOO_LARGE },
	{ "5.2.3", TOO_LARGE },
	{ "message size", TOO_LARGE },
	{ "spam", SPAM },
	{ "SPAM", SPAM },
	{ "oo many recipients", NULL, SENDING_CONTENT, "The mail has more "
	    "recipients than the provider takes.", "send to fewer at once" },
	{ "rate limit", NULL, SENDING_LIMIT, "The provider takes so many "
	    "mails in a time and no more. It passes by itself.",
	    "wait, and send less at once" },
	{ "elay access denied", WITHOUT_LOGIN },
	{ "5.1.1", ITS_RECIPIENT },	/* and 5.1.10 */
	{ "5.1.2", ITS_RECIPIENT },
	{ "5.1.3", ITS_RECIPIENT },
	{ "5.1.6", ITS_RECIPIENT },
	{ "5.2.1", ITS_RECIPIENT },
	{ "5.2.2", ITS_RECIPIENT },
	{ "5.4.1", ITS_RECIPIENT },
	{ "4.1.1", ITS_RECIPIENT },
	{ "4.2.1", ITS_RECIPIENT },
	{ "4.2.2", ITS_RECIPIENT },
	{ "ser unknown", ITS_RECIPIENT },
	{ "o such user", ITS_RECIPIENT },
	{ "RCPT TO command", ITS_RECIPIENT },
	{ "", NULL, SENDING_UNKNOWN, "The login was good, and the server "
	    "refused the mail.", "the server's words say why" }
};

const struct sending_advice *
sending_advice_find(const char *said)
{
	const struct sending_advice *row = rows;

	while (strstr(said, row->words) == NULL ||
	    (row->also != NULL && strstr(said, row->also) == NULL))
		row++;
	return row;
}

int
sending_is_held(const char *host)
{
	static const char *const ends[] = { ".office365.com", ".office365.us",
	    ".outlook.com", ".outlook.cn", ".mx.microsoft", ".yandex.com",
	    ".yandex.ru", ".mail.ru", ".mail.yahoo.com", ".aol.com",
	    ".fastmail.com" };
	size_t i, len = strlen(host), n;

	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		n = strlen(ends[i]);
		if (len > n && strcasecmp(host + len - n, ends[i]) == 0)
			return 1;
	}
	return 0;
}

void
sender_rule_find(struct sender_rule *rule, enum origin origin,
    const char *domain)
{
	int is_ours = origin == ORIGIN_LOCAL;

	rule->parameter = is_ours ? "smtp_generic_maps" :
	    "sender_canonical_maps";
	rule->file = is_ours ? "/tokend_generic" : "/tokend_canonical";
	snprintf(rule->key, sizeof(rule->key), "%s@%s", is_ours ? "" : "root",
	    domain);
}
