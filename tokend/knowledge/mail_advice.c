/* SPDX-License-Identifier: BSD-2-Clause */
#include "knowledge/mail_advice.h"

#include <stddef.h>

#include "knowledge/mail_passing.h"

/* A login that was refused: id, words, also, remedy, why, fix. */
#define ADVICE(i, w, a, r, m, f) .id = i, .words = w, .also = a, \
	.verdict = VERDICT_FAULT, .code = STATUS_REJECTED, .remedy = r, \
	.why = m, .fix = f

#define SMTP_AUTH_OFF { ADVICE("login-smtp-auth-off", \
	"SmtpClientAuthentication is disabled", NULL, \
	"an admin of the tenant allows SMTP AUTH: " \
	"Set-CASMailbox MAILBOX -SmtpClientAuthenticationDisabled $false", \
	"SMTP AUTH is switched off, for the whole organisation or for this " \
	"mailbox; the token is not the reason. What is set for the mailbox " \
	"goes before what is set for the organisation.", \
	"An administrator runs, in Exchange Online PowerShell, " \
	"\"Set-CASMailbox -Identity {ps:user} " \
	"-SmtpClientAuthenticationDisabled $false\". Where security " \
	"defaults are on in Entra, they switch it off, too.") }

/* Of High Volume Email, which has a number and words for it. */
#define SHORT_LIVED(id, words) { ADVICE(id, words, NULL, \
	"set min_valid = 600 for this account", \
	"High Volume Email refuses tokens in their last ten minutes.", \
	"Add the line \"min_valid = 10m\" to the account's file.") }

/* A mailbox that an application opens, for servers of Exchange Online. */
#define REGISTER_APP "An administrator runs, in Exchange Online " \
	"PowerShell, \"New-ServicePrincipal -AppId {client} -ObjectId " \
	"OBJECT\", where OBJECT is the object id under Enterprise " \
	"applications and not the one of the app registration, and then "
#define SEND_AS_APP REGISTER_APP \
	"\"Add-RecipientPermission {ps:user} -AccessRights SendAs -Trustee " \
	"OBJECT\". The app needs SMTP.SendAsApp, with admin consent."
#define OPEN_AS_APP REGISTER_APP \
	"\"Add-MailboxPermission -Identity {ps:user} -User OBJECT " \
	"-AccessRights FullAccess\". The app needs IMAP.AccessAsApp or " \
	"POP.AccessAsApp, with admin consent."

#define SIGN_IN_AS_USER "If it is another person, sign in as {user} by " \
	"\"tokend login {sh:account}\", or correct user in the account's file."

const struct known mail_advice[] = {
	/* Exchange Online, by SMTP */
	SMTP_AUTH_OFF,
	{ ADVICE("login-security-defaults", "5.7.139", "security defaults",
	    "an admin looks at the tenant's security defaults", "The "
	    "organisation's security defaults block this login.",
	    "An administrator replaces security defaults by Conditional "
	    "Access with an exception for this (Entra, Overview, Properties), "
	    "then runs \"Set-CASMailbox -Identity {ps:user} "
	    "-SmtpClientAuthenticationDisabled $false\".") },
	{ ADVICE("login-policy", "5.7.139", "did not meet the criteria",
	    "an admin looks at Conditional Access: the sign-in logs of Entra "
	    "name the policy", "A policy of the organisation, mostly "
	    "Conditional Access, refuses this login; the token is not the "
	    "reason.", "An administrator opens the sign-in logs of Entra for "
	    "{user}, which name the policy, and excepts this app or this "
	    "machine's address.") },
	{ ADVICE("login-rule", "5.7.139", NULL, "an admin looks at the "
	    "sign-in logs of Entra, and at SMTP AUTH of the mailbox",
	    "Exchange Online refuses by a rule of the organisation, not "
	    "because of the token.", "An administrator opens the sign-in logs "
	    "of Entra for {user}; and runs \"Get-CASMailbox -Identity "
	    "{ps:user}\" to see what the mailbox allows.") },
	{ ADVICE("login-password", "5.7.30", NULL, "that was a login by "
	    "password: let the program use XOAUTH2", "Exchange Online takes "
	    "no password for submission any more, and takes this login for "
	    "one.", "Let the mail program use XOAUTH2 alone. Postfix: "
	    "\"smtp_sasl_mechanism_filter = xoauth2\".") },
	SHORT_LIVED("login-short-lived", "Token will expire soon"),
	SHORT_LIVED("login-short-lived-number", "5.5.127"),
	{ ADVICE("login-user-unknown", "5.5.124", NULL, "check that user is "
	    "the whole address of the HVE account", "High Volume Email cannot "
	    "read whom this login is for: the user that it names is no "
	    "address that it knows.", "Set user in the account's file to the "
	    "whole address of the HVE account, by the line \"user = "
	    "ADDRESS\".") },
	{ ADVICE("login-smtp", "5.7.3", NULL, "check that user is whose "
	    "token it is, or may send as it, and that the app has SMTP.Send",
	    "Exchange Online says no more than that. Its reasons: the token "
	    "is of another person than user; the app has no SMTP.Send; or "
	    "user is a shared mailbox, which cannot log in by SMTP.",
	    "Let user be who signed in; for a shared mailbox add the line "
	    "\"user_smtp = PERSON\" to the account's file, and give that "
	    "person Send As. " SIGN_IN_AS_USER),
	    .machine_fix = SEND_AS_APP,
	    .flags = KNOWN_MAY_BE_TOKEN },
	/* Exchange Online, by IMAP and POP3 */
	{ ADVICE("login-not-connected", "User is authenticated but not "
	    "connected", NULL, "check that user is whose mailbox the token "
	    "opens", "The token is good, and does not open this mailbox: it "
	    "is of another person who has no rights there, the mailbox has no "
	    "licence, or IMAP is switched off for it.", "An administrator "
	    "looks at \"Get-CASMailbox -Identity {ps:user}\"; for a shared "
	    "mailbox runs \"Add-MailboxPermission -Identity {ps:user} -User "
	    "PERSON -AccessRights FullAccess\". " SIGN_IN_AS_USER),
	    .machine_fix = OPEN_AS_APP,
	    .flags = KNOWN_MAY_BE_TOKEN },
	{ ADVICE("login-imap", "AUTHENTICATE failed.", NULL, "check that user "
	    "is whose token it is, and that IMAP is on for the mailbox",
	    "Exchange Online says no more than that. Its reasons: the token "
	    "is of another person than user, the app has no "
	    "IMAP.AccessAsUser.All, or IMAP is off for the mailbox.",
	    "An administrator runs \"Set-CASMailbox -Identity {ps:user} "
	    "-ImapEnabled $true\". " SIGN_IN_AS_USER),
	    .machine_fix = OPEN_AS_APP,
	    .flags = KNOWN_MAY_BE_TOKEN },
	{ ADVICE("login-pop", "unknown user name or bad password", NULL,
	    "check that user is whose token it is, and that POP is on for the "
	    "mailbox", "Exchange Online says no more than that. Its reasons: "
	    "the token is of another person than user, the app has no "
	    "POP.AccessAsUser.All, or POP is off for the mailbox.",
	    "An administrator runs \"Set-CASMailbox -Identity {ps:user} "
	    "-PopEnabled $true\". " SIGN_IN_AS_USER),
	    .machine_fix = OPEN_AS_APP,
	    .flags = KNOWN_MAY_BE_TOKEN },
	/* Google */
	{ ADVICE("login-browser", "534", "5.7.9", "sign in as that user in a "
	    "browser first", "Google wants to see the person in a browser, or "
	    "takes this login for one by password.", "Sign in as {user} at "
	    "https://mail.google.com/ in a browser, then run \"tokend login "
	    "{sh:account}\". The mail program must use XOAUTH2 or "
	    "OAUTHBEARER.") },
	{ ADVICE("login-google-400", "\"400\"", "mail.google.com",
	    "check that user is who signed in, and that scope is "
	    "https://mail.google.com/", "Google answers 400 to a token that "
	    "was revoked, to one of another person than user, and to one "
	    "without the scope https://mail.google.com/ alike.", "Run "
	    "\"tokend refresh {sh:account}\" once. If that does not help: "
	    "user must be who signed in, and \"scope = "
	    "https://mail.google.com/\" must hold for the account; then "
	    "\"tokend login {sh:account}\"."),
	    .machine_fix = "Let user be the mailbox that the service account "
	    "acts for, and delegate the scope https://mail.google.com/ to it "
	    "in the Admin console (API controls, Domain Wide Delegation).",
	    .flags = KNOWN_MAY_BE_TOKEN },
	{ ADVICE("login-google-refused", "5.7.8 Username and Password not "
	    "accepted", NULL, "check that user is who signed in, and that "
	    "scope is https://mail.google.com/", "Google says so of tokens as "
	    "of passwords: the token was revoked, or is of another person "
	    "than user.", "Run \"tokend refresh {sh:account}\" once. "
	    SIGN_IN_AS_USER),
	    .flags = KNOWN_MAY_BE_TOKEN },
	{ ADVICE("login-imap-off", "not enabled for IMAP", NULL, "switch IMAP "
	    "on in the mailbox's settings", "IMAP is switched off for this "
	    "mailbox.", "Switch IMAP on in the settings of {user}, "
	    "\"Forwarding and POP/IMAP\".") },
	/* Yandex */
	{ ADVICE("login-yandex-imap-off", "or IMAP is disabled", NULL,
	    "switch IMAP on in the mailbox's settings, and check user",
	    "The mailbox has IMAP switched off, or the token is not of user.",
	    "Switch on mail programs by IMAP in the settings of {user}. "
	    SIGN_IN_AS_USER),
	    .flags = KNOWN_MAY_BE_TOKEN },
	/* Any, RFC 7628 3.2.2 */
	{ ADVICE("login-scope", "insufficient_scope", NULL, "check scope: the "
	    "token does not cover this service", "The token is good, and not "
	    "for this service.", "Add the service's scope in the account's "
	    "file, then run \"tokend login {sh:account}\"."),
	    .machine_fix = "Add the service's scope in the account's file, "
	    "then run \"tokend refresh {sh:account}\"." },
	{ ADVICE("login-other", "", NULL, "check that user is whose token "
	    "it is, that scope covers this service, and that the mailbox "
	    "allows it", "The server does not take this token for this user, "
	    "and mail programs fare no better.", "Check that user is whose "
	    "token it is, that scope covers this service, and that the "
	    "mailbox allows it. " SIGN_IN_AS_USER),
	    .machine_fix = "Check that user is a mailbox which the app may "
	    "open, that scope covers this service, and that the mailbox "
	    "allows it.",
	    .flags = KNOWN_MAY_BE_TOKEN }
};
const size_t mail_advice_count = sizeof(mail_advice) / sizeof(mail_advice[0]);

/* A refusal that says that it passes, whatever else it says. */
static const struct known passing = { .id = "login-passes",
	.verdict = VERDICT_FAULT, .code = STATUS_LATER,
	.flags = KNOWN_PASSES, .words = "",
	.remedy = "it passes by itself: wait, and log in less often",
	.why = "The server cannot take this login now, or has seen too many: "
	"it says that it passes by itself. The token is not the reason.",
	.fix = "Wait some minutes, then try again: \"tokend doctor --live "
	"{sh:account}\". Let programs log in less often." };

const struct known *
mail_advice_find(const char *said)
{
	return mail_passing(said) ? &passing :
	    known_find(mail_advice, mail_advice_count, NULL, said);
}
