/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/send_refusals.h"

#include <stddef.h>

#define ROW(i, s, w, c, f, r, m, x) { .id = i, .source = s, .words = w, \
	.verdict = VERDICT_FAULT, .code = c, .flags = f, .remedy = r, \
	.why = m, .fix = x }
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

#define SIGN_IN_TO_SEND "Run \"tokend login --send-only {sh:account}\"."
#define SEND_BY_SMTP \
	"\"tokend login --send-only --send smtp {sh:account}\""
#define SIGN_IN_REMEDY "\"tokend login --send-only {sh:account}\""

#define OTHER_TOKEN(i, s, w) ROW(i, s, w, STATUS_REJECTED, \
	KNOWN_MAY_BE_TOKEN, SIGN_IN_REMEDY, \
	"The API does not accept the access token.", SIGN_IN_TO_SEND)

/* Of Google's, by `reason`, and by `status` where there is none. */

#define API_OFF(i, s, w) ROW(i, s, w, STATUS_CONFIG, 0, \
	"enable the Gmail API in the project of client_id, at " \
	"https://console.cloud.google.com/apis/library/gmail.googleapis.com", \
	"The Gmail API is not enabled in the project in Google's console " \
	"that client_id is of. That is a setting of the project, and not of " \
	"the account.", \
	"Open https://console.cloud.google.com/apis/library/" \
	"gmail.googleapis.com, choose the project that the client_id is of, " \
	"and enable the API. It takes effect after a few minutes; the mail " \
	"is sent then.")

#define NO_SCOPE(i, s, w) ROW(i, s, w, STATUS_CONFIG, 0, SIGN_IN_REMEDY, \
	"The token has not the right to send by this API: it was not asked " \
	"for, or not agreed to, at the sign-in.", \
	"Run \"tokend login --send-only {sh:account}\", and leave the box " \
	"for sending checked. If the account's file has a scope, it has to " \
	"be https://www.googleapis.com/auth/gmail.send.")

#define GOOGLE_RATE(i, s) ROW(i, s, NULL, STATUS_LATER, KNOWN_PASSES, \
	"wait, and send less at once", \
	"So many mails came at once that Google slows this mailbox down. It " \
	"passes by itself.", "Wait, and send less at once.")

#define GOOGLE_DAY(i, s) ROW(i, s, NULL, STATUS_LATER, \
	KNOWN_PASSES | KNOWN_OF_DAY, \
	"wait until tomorrow, and send less", \
	"The mailbox has sent as much as Google allows in a day: 500 mails, " \
	"or 2,000 in Google Workspace. It passes by itself.", \
	"Wait until tomorrow, and send less.")

#define BAD_RECIPIENT(i, s, w) ROW(i, s, w, STATUS_MESSAGE, 0, \
	"correct the recipient's address", \
	"A recipient's address is not one that the provider can send to.", \
	"Correct the recipient's address, and send the mail again.")

const struct known send_refusals_gmail[] = {
	API_OFF("gmail-api-off", "accessNotConfigured", NULL),
	API_OFF("gmail-api-off-service", "SERVICE_DISABLED", NULL),
	API_OFF("gmail-api-off-words", NULL, "or it is disabled"),
	NO_SCOPE("gmail-no-scope", "insufficientPermissions", NULL),
	NO_SCOPE("gmail-no-scope-rpc", "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
	    NULL),
	NO_SCOPE("gmail-no-scope-words", NULL,
	    "insufficient authentication scopes"),
	GOOGLE_RATE("gmail-rate", "rateLimitExceeded"),
	GOOGLE_RATE("gmail-rate-user", "userRateLimitExceeded"),
	GOOGLE_RATE("gmail-rate-rpc", "RATE_LIMIT_EXCEEDED"),
	GOOGLE_RATE("gmail-exhausted", "RESOURCE_EXHAUSTED"),
	GOOGLE_DAY("gmail-day", "dailyLimitExceeded"),
	GOOGLE_DAY("gmail-quota", "quotaExceeded"),
	ROW("gmail-policy", "domainPolicy", NULL, STATUS_CONFIG, 0,
	    "an administrator of Google Workspace allows the app, at Security, "
	    "API controls", "The organisation's administrator has switched "
	    "Gmail or such apps off for this user.",
	    "An administrator of Google Workspace allows the app with the id "
	    "{client} in the Admin console, at Security, Access and data "
	    "control, API controls."),
	ROW("gmail-no-service", "failedPrecondition", NULL, STATUS_CONFIG, 0,
	    "user has to be a mailbox of Gmail, and for a service account one "
	    "that it may act for", "The token is of an identity without a "
	    "mailbox: the user has no Gmail, or a service account acts "
	    "for no user.",
	    "Check that user in the account's file is a mailbox with Gmail, "
	    "and that the service account has domain-wide delegation for "
	    "https://www.googleapis.com/auth/gmail.send."),
	ROW("gmail-other-user", "delegationDenied", NULL, STATUS_CONFIG, 0,
	    SIGN_IN_REMEDY, "The token is of another user than the mailbox.",
	    "Run \"tokend login --send-only {sh:account}\" as {user}."),
	BAD_RECIPIENT("gmail-no-recipient", "invalidArgument",
	    "Recipient address required"),
	BAD_RECIPIENT("gmail-to", "invalidArgument", "Invalid To header"),
	BAD_RECIPIENT("gmail-cc", "invalidArgument", "Invalid Cc header"),
	BAD_RECIPIENT("gmail-bcc", "invalidArgument", "Invalid Bcc header"),
	ROW("gmail-from", "invalidArgument", "Invalid From header",
	    STATUS_MESSAGE, 0, "correct the From of the mail",
	    "The From of the mail is not an address.",
	    "Correct the From of the mail, or leave it out: then send_from of "
	    "the account is used."),
	ROW("gmail-large", "uploadTooLarge", NULL, STATUS_MESSAGE, 0,
	    "send less in one mail", "The mail is larger than Gmail takes.",
	    "Send less in one mail, or the file in another way.")
};
const size_t send_refusals_gmail_count = COUNT(send_refusals_gmail);

/* Of Microsoft Graph, by `code`. */

#define APP_POLICY(i, s, w) ROW(i, s, w, STATUS_CONFIG, 0, \
	"an administrator looks at the application access policies: " \
	"Test-ApplicationAccessPolicy", \
	"A policy of the organisation lets this app use certain mailboxes " \
	"only, and this is none of them.", \
	"An administrator runs, in Exchange Online PowerShell, " \
	"\"Test-ApplicationAccessPolicy -Identity {ps:user} " \
	"-AppId {client}\" and adds the mailbox to the group of the policy. " \
	"A change takes up to an hour.")

#define GRAPH_DENIED(i, s) ROW(i, s, NULL, STATUS_CONFIG, 0, \
	"the app needs Mail.Send for this mailbox (RBAC for applications, " \
	"where no person signs in), and no policy may except it", \
	"The app may not send as this mailbox: its token has not Mail.Send, " \
	"or a policy (application access policy, or RBAC for applications) " \
	"excepts the mailbox.", \
	"Run \"tokend login --send-only {sh:account}\". Where no person " \
	"signs in, an administrator assigns the role \"Application " \
	"Mail.Send\" for this mailbox in Exchange Online PowerShell; " \
	"\"Test-ServicePrincipalAuthorization -Identity {client} -Resource " \
	"{ps:user}\" shows whether it is there.")

#define GRAPH_RATE(i, s, w) ROW(i, s, w, STATUS_LATER, KNOWN_PASSES, \
	"wait, and send less at once", \
	"So many requests came at once that Microsoft slows this mailbox " \
	"down: it takes four at a time, and 30 mails a minute. It passes by " \
	"itself.", "Wait, and send less at once.")

#define GRAPH_DAY(i, s, w) ROW(i, s, w, STATUS_LATER, \
	KNOWN_PASSES | KNOWN_OF_DAY, \
	"wait until tomorrow, and send less", \
	"The mailbox has sent to as many recipients as Microsoft allows in a " \
	"day: 10,000, and less for a new or a personal one. It passes by " \
	"itself.", "Wait until tomorrow, and send less.")

/* Another way needs another token, so the setting alone is not enough. */
#define GRAPH_LARGE(i, s, w) ROW(i, s, w, STATUS_MESSAGE, 0, \
	"send less in one mail, or run " SEND_BY_SMTP " where the " \
	"organisation allows SMTP AUTH", \
	"The mail is larger than Graph takes in one request. More would " \
	"need a draft, and so the right to read the mailbox.", \
	"Send less in one mail, or run " SEND_BY_SMTP " if the organisation " \
	"allows SMTP AUTH.")

#define GRAPH_NO_MAILBOX(i, s) ROW(i, s, NULL, STATUS_CONFIG, 0, \
	"check user: it has to be a mailbox in Exchange Online", \
	"There is no such mailbox in Exchange Online: the address is " \
	"wrong, the user has no licence for it, or the mailbox is on a " \
	"server of the organisation's own.", \
	"Check user in the account's file ({user}); an administrator looks " \
	"at the mailbox and its licence.")

#define ELSEWHERE(i, s, w) ROW(i, s, w, STATUS_CONFIG, 0, \
	"check send_endpoint; no redirect is followed with a token", \
	"The API is not at this address.", \
	"Correct send_endpoint in the account's file, or remove it if the " \
	"preset has one.")

#define GRAPH_CONTENT(i, s) ROW(i, s, NULL, STATUS_MESSAGE, 0, \
	"correct the program that wrote the mail", \
	"Graph cannot read the mail: its MIME structure is broken.", \
	"Correct the program that wrote the mail.")

const struct known send_refusals_graph[] = {
	ROW("graph-audience", "InvalidAuthenticationToken", "audience",
	    STATUS_CONFIG, 0, SIGN_IN_REMEDY, "The token is for another "
	    "service than Graph.", "Remove scope from the account's file, if "
	    "it has one, then run \"tokend login --send-only "
	    "{sh:account}\"."),
	OTHER_TOKEN("graph-token", "InvalidAuthenticationToken", NULL),
	ROW("graph-send-as", "ErrorSendAsDenied", NULL, STATUS_CONFIG, 0,
	    "let the mailbox send as the mail's From, or remove that From",
	    "The mailbox may not send as the address in the mail's From.",
	    "Have the program set no From, or the mailbox's own; else an "
	    "administrator runs, in Exchange Online PowerShell, "
	    "\"Add-RecipientPermission OTHER -AccessRights SendAs -Trustee "
	    "{ps:user}\", where OTHER is the address in From."),
	APP_POLICY("graph-app-policy", "ErrorAccessDenied", "AccessPolicy"),
	APP_POLICY("graph-app-policy-blocked", NULL, "[RAOP]"),
	GRAPH_DENIED("graph-denied", "ErrorAccessDenied"),
	GRAPH_DENIED("graph-denied-request", "Authorization_RequestDenied"),
	GRAPH_DENIED("graph-no-permissions", "NoPermissionsInAccessToken"),
	GRAPH_DENIED("graph-forbidden", "accessDenied"),
	ROW("graph-not-delegated", NULL, "delegated authentication",
	    STATUS_CONFIG, 0, "set user to the mailbox to send as",
	    "A token of an app has no mailbox of its own.",
	    "Set user in the account's file to the mailbox to send as."),
	BAD_RECIPIENT("graph-recipients", "ErrorInvalidRecipients", NULL),
	GRAPH_RATE("graph-throttled", "ApplicationThrottled", NULL),
	GRAPH_RATE("graph-requests", "TooManyRequests", NULL),
	GRAPH_RATE("graph-activity", "activityLimitReached", NULL),
	GRAPH_RATE("graph-connections", "ErrorExceededConnectionCount", NULL),
	GRAPH_RATE("graph-concurrency", NULL, "MailboxConcurrency"),
	GRAPH_DAY("graph-submission", "ErrorSubmissionQuotaExceeded", NULL),
	GRAPH_DAY("graph-submission-words", NULL, "SubmissionQuotaExceeded"),
	GRAPH_DAY("graph-message-limit", "ErrorExceededMessageLimit", NULL),
	ROW("graph-suspended", "ErrorAccountSuspend", NULL, STATUS_CONFIG, 0,
	    "sign in to the mailbox in a browser and see what Microsoft says",
	    "Microsoft has suspended the mailbox from sending, mostly because "
	    "it took something for spam; the token is not the reason.",
	    "Sign in as {user} at https://outlook.com/ and see what Microsoft "
	    "says; in an organisation an administrator looks at Restricted "
	    "entities in the Microsoft Defender portal."),
	ROW("graph-full", "ErrorQuotaExceeded", NULL, STATUS_CONFIG, 0,
	    "delete mails of the mailbox: it is full",
	    "The mailbox is full, and what is sent is kept in it.",
	    "Delete mails of the mailbox, Sent Items first."),
	GRAPH_LARGE("graph-large", "ErrorMessageSizeExceeded", NULL),
	GRAPH_LARGE("graph-large-request", "RequestEntityTooLarge", NULL),
	GRAPH_LARGE("graph-large-words", NULL, "maximum request length"),
	GRAPH_CONTENT("graph-mime", "ErrorMimeContentInvalid"),
	GRAPH_CONTENT("graph-mime-base64",
	    "ErrorMimeContentInvalidBase64String"),
	GRAPH_CONTENT("graph-mime-conversion",
	    "ErrorMimeContentConversionFailed"),
	ELSEWHERE("graph-elsewhere", NULL, "for the segment"),
	GRAPH_NO_MAILBOX("graph-rest", "MailboxNotEnabledForRESTAPI"),
	GRAPH_NO_MAILBOX("graph-rest-kind", "MailboxNotSupportedForRESTAPI"),
	GRAPH_NO_MAILBOX("graph-user", "ErrorInvalidUser"),
	GRAPH_NO_MAILBOX("graph-mailbox", "ErrorNonExistentMailbox"),
	GRAPH_NO_MAILBOX("graph-resource", "Request_ResourceNotFound"),
	GRAPH_NO_MAILBOX("graph-not-found", "ResourceNotFound")
};
const size_t send_refusals_graph_count = COUNT(send_refusals_graph);

/* By the status of the answer, for both. */

#define PASSES(i, s) ROW(i, s, NULL, STATUS_LATER, 0, \
	"it passes by itself", "Something at the provider fails for now. It " \
	"passes by itself.", "Wait.")
#define TOO_LARGE(i, s) ROW(i, s, NULL, STATUS_MESSAGE, 0, \
	"send less in one mail", \
	"The mail is larger than the provider takes.", \
	"Send less in one mail, or the file in another way.")
const struct known send_refusals_any[] = {
	OTHER_TOKEN("send-token", "401", NULL),
	ROW("send-forbidden", "403", NULL, STATUS_CONFIG, 0,
	    "check what the app and the mailbox may do",
	    "The API does not let this app send as this mailbox.",
	    "Check what the app and the mailbox may do; then run \"tokend "
	    "login --send-only {sh:account}\"."),
	ELSEWHERE("send-moved-301", "301", NULL),
	ELSEWHERE("send-moved-302", "302", NULL),
	ELSEWHERE("send-moved-303", "303", NULL),
	ELSEWHERE("send-moved-307", "307", NULL),
	ELSEWHERE("send-moved-308", "308", NULL),
	ELSEWHERE("send-404", "404", NULL),
	ELSEWHERE("send-405", "405", NULL),
	ELSEWHERE("send-410", "410", NULL),
	TOO_LARGE("send-large", "413"),
	ROW("send-rate", "429", NULL, STATUS_LATER, KNOWN_PASSES,
	    "wait, and send less at once", "So many mails came at once that "
	    "the provider slows this mailbox down. It passes by itself.",
	    "Wait, and send less at once."),
	PASSES("send-408", "408"), PASSES("send-425", "425"),
	PASSES("send-500", "500"), PASSES("send-502", "502"),
	PASSES("send-503", "503"), PASSES("send-504", "504"),
	ROW("send-bandwidth", "509", NULL, STATUS_LATER, KNOWN_PASSES,
	    "wait, and send less at once", "The provider's limit for traffic "
	    "is reached. It passes by itself.",
	    "Wait, and send less at once."),
	ROW("send-other", NULL, NULL, STATUS_LATER, 0,
	    "the words of the API say why; check send_endpoint and the proxy",
	    "The API answers in a way that tokend does not know.",
	    "The words of the API say why. If there are none, check "
	    "send_endpoint, and the proxy if there is one.")
};
const size_t send_refusals_any_count = COUNT(send_refusals_any);

/* 400, with any name and words of the API's own. */
static const struct known bad_mail = ROW("send-bad", NULL, NULL,
    STATUS_MESSAGE, 0, "the words of the API say what to correct in the mail",
    "The API refuses the mail as it is, and would refuse it again.",
    "The words of the API say what to correct in the mail.");

const struct known *
send_refusal_find(enum send_api api, long status, const char *name,
    const char *said)
{
	const struct known *row = api == SEND_API_GMAIL ?
	    known_find(send_refusals_gmail, send_refusals_gmail_count, name,
	    said) : known_find(send_refusals_graph, send_refusals_graph_count,
	    name, said);
	char number[24] = "";

	if (row == NULL && status == 400)
		return &bad_mail;
	if (row == NULL)
		row = known_find(send_refusals_any, send_refusals_any_count,
		    known_number(number, status), NULL);
	return row;
}
