/* SPDX-License-Identifier: BSD-2-Clause */
/* sending_findings.c - accounts that send, and those that only do that */
#include "knowledge/findings/findings.h"

#define CONFIG STATUS_CONFIG

#define WIDER(id, fix) KNOWN_WARNING(id, \
	"account \"{account}\": it is to send only, and its tokens can do " \
	"more: {word}.", \
	"A person who gets the files of this machine, or a token, might read " \
	"the mailbox.", fix)
#define SIGN_IN "\"tokend login --send-only {sh:account}\""
#define READS(id, found) KNOWN_WARNING(id, found, \
	"The account is to send only. Who gets at the files of this machine, " \
	"or at a token, can read the mailbox.", \
	"Let the app have the right to send and no other at the provider, " \
	"then sign in again: \"tokend login --send-only {sh:account_name}\".")

const struct known sending_findings[SENDING_FINDINGS] = {
	[SEND_OK] = KNOWN_OK("send-ok", "{account}: it sends {way}, and its "
	    "scope is for that alone."),
	[SEND_OK_MORE] = KNOWN_OK("send-ok-more", "{account}: it sends {way}."),
	/* The file asks for more. */
	[SEND_WIDER_ASKED] = WIDER("send-wider-asked", SIGN_IN " asks for the "
	    "right to send alone; or remove the line \"scope = ...\" from "
	    "{file} and sign in again."),
	/* The file does not, and the provider granted more. */
	[SEND_WIDER] = WIDER("send-wider", "At the provider, let the app have "
	    "the right to send and no other, and withdraw the consent that "
	    "there is. Then " SIGN_IN "."),
	[SEND_WIDER_MICROSOFT] = WIDER("send-wider-microsoft",
	    "Microsoft puts into a token all that the app was ever granted at "
	    "that service. In Entra, register another app, whose only mail "
	    "permission is the one to send, and sign in with that: \"tokend "
	    "login --send-only --client-id CLIENT-ID {sh:account}\"."),
	[SEND_WIDER_APP] = WIDER("send-wider-app",
	    "An administrator removes all permissions of the app but "
	    "Mail.Send in Entra (API permissions), or that one, too, and "
	    "gives it by RBAC for applications for this mailbox alone; then "
	    "\"tokend refresh {sh:account}\"."),
	[SEND_NARROWER] = KNOWN_FAULT("send-narrower", STATUS_SIGN_IN,
	    "account \"{account}\": the right to send was not granted: "
	    "{word}.",
	    "The provider refuses each mail.",
	    SIGN_IN ", and leave each box of the consent page ticked. If an "
	    "administrator decides, the app needs that permission first."),
	[SEND_HELD] = KNOWN_WARNING("send-held",
	    "account \"{account}\": no mail is sent until {date}.",
	    "The provider limits how much is sent: {failure}",
	    "nullmailer and Postfix keep the mail and try again; a program "
	    "without a queue loses it. To send less, look at what this "
	    "machine sends."),
	[SEND_NO_USER] = KNOWN_WARNING("send-no-user",
	    "account \"{account}\": allow_send: this machine has no user "
	    "\"{word}\".", "That word of allow_send lets no process send.",
	    "Correct allow_send in {file}, or make that user."),
	[SEND_NO_GROUP] = KNOWN_WARNING("send-no-group",
	    "account \"{account}\": allow_send: this machine has no group "
	    "\"{word}\".", "That word of allow_send lets no process send.",
	    "Correct allow_send in {file}, or make that group."),
	/* nullmailer */
	[SEND_MODULE_OK] = KNOWN_OK("send-module-ok", "nullmailer finds "
	    "tokend's module: {path}."),
	[SEND_MODULE_MISSING] = KNOWN_FAULT("send-module-missing", CONFIG,
	    "nullmailer looks for its modules in {folder}, and {path} is not "
	    "there.",
	    "A line of {file} names that module. Each mail stays in "
	    "nullmailer's queue.",
	    "\"ln -s {sh:plugin} {sh:path}\"; or install a tokend that was "
	    "built with --with-nullmailer-dir={folder}."),
	[SEND_MODULE_ABSENT] = KNOWN_FAULT("send-module-absent", CONFIG,
	    "nullmailer looks for its modules in {folder}, and tokend's is "
	    "neither there nor in {plugin}.",
	    "A line of {file} names that module. Each mail stays in "
	    "nullmailer's queue.",
	    "Install the package of tokend that has the module for "
	    "nullmailer."),
	[SEND_REMOTE_NO_ACCOUNT] = KNOWN_FAULT("send-remote-no-account",
	    STATUS_NO_ACCOUNT,
	    "{file} names the account \"{account}\", and there is none.",
	    "Each mail stays in the queue.",
	    "\"tokend login --send-only {sh:account}\"."),
	[SEND_REMOTE_NO_WAY] = KNOWN_FAULT("send-remote-no-way", CONFIG,
	    "{path} names the account \"{account}\", which has no way to "
	    "send.",
	    "Each mail stays in the queue.",
	    "\"tokend login --send-only {sh:account}\"; or put this line in "
	    "{file}, if its server is one for SMTP: \"send = smtp\"."),
	[SEND_REMOTE_NOT_ALLOWED] = KNOWN_FAULT("send-remote-not-allowed",
	    CONFIG,
	    "account \"{account}\": {user}, as which {program} runs, may not "
	    "send by it.",
	    "Each mail stays in the queue.",
	    "Put this line in {file}: \"allow_send = {wanted}\"."),
	/* The same, where the line is too long to be shown whole. */
	[SEND_REMOTE_NOT_AMONG] = KNOWN_FAULT("send-remote-not-among", CONFIG,
	    "account \"{account}\": {user}, as which {program} runs, may not "
	    "send by it.",
	    "Each mail stays in the queue.",
	    "Write {user} at the end of the line allow_send in {file}."),
	/* With --live: a token that only sends is refused all else */
	[READ_REFUSED] = KNOWN_OK("read-refused", "{account}: the token "
	    "cannot read mail: {host} refuses a request to do so ({said})."),
	[READ_LOGIN_REFUSED] = KNOWN_OK("read-login-refused", "{account}: "
	    "the token cannot read mail: {server} refuses it by "
	    "{mechanism}: {cut:said}"),
	[READ_ALLOWED] = READS("read-allowed", "{account}: the token can read "
	    "mail: {host} answered a request to do so."),
	[READ_LOGIN_ALLOWED] = READS("read-login-allowed", "{account}: the "
	    "token can read mail: {server} let it in by {mechanism}."),
	[READ_UNTRIED] = KNOWN_UNKNOWN("read-untried", "{account}: whether the "
	    "token can read mail was not tried: {why}."),
	[READ_PASSES] = KNOWN_UNKNOWN("read-passes", "{account}: whether the "
	    "token can read mail is not known: {server} refuses {mechanism} "
	    "for now: {cut:said}"),
	/* With what is known of the answer (send_refusals.h) */
	[API_REFUSED] = KNOWN_FAULT("send-api-refused", CONFIG,
	    "{account}: {host} answers \"{said}\".", "{meaning}",
	    "{remedy}"),
	[API_OTHER] = KNOWN_UNKNOWN("send-api-other", "{account}: whether the "
	    "token can read mail is not known: {host} answers \"{said}\"."),
	[API_UNREACHED] = KNOWN_FAULT("send-api-unreached", STATUS_LATER,
	    "{account}: {failure}",
	    "No mail of this account is sent while that lasts.",
	    "Let this machine connect to {host}: see its firewall, and what is "
	    "between them.")
};
