/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_findings.c - mail that waits or was lost. What a server's words mean,
 * {meaning} and {remedy}, is in mail_advice.c and sending_advice.c; what our
 * own and Postfix's mean is here.
 */
#include "knowledge/findings/findings.h"

#define WAITS "{mails} in the queue of {config}, the oldest for {age}: " \
	"{words}{plugin}"
#define FLUSH "; then \"postqueue{option} -f\"."
#define LOST "{meaning} No mail of these is tried again."
#define SEND_AGAIN "{remedy}; then send the mail again."

const struct known queue_findings[QUEUE_FINDINGS] = {
	[QUEUE_OK] = KNOWN_OK("queue-ok",
	    "{mails} in the queue of {config}, none because of a login."),
	[QUEUE_STOPPED] = KNOWN_UNKNOWN("queue-stopped",
	    "Postfix in {config} does not run, so its queue is not shown."),
	[QUEUE_HIDDEN] = KNOWN_UNKNOWN("queue-hidden",
	    "The queue of {config} cannot be read: {failure}"),
	[QUEUE_WAITS] = KNOWN_FAULT("queue-waits", STATUS_OK, WAITS,
	    "{meaning}", "{remedy}" FLUSH),
	/* The plugin does not hear of a refusal with no challenge. */
	[QUEUE_TOKEN] = KNOWN_FAULT("queue-token", STATUS_OK, WAITS,
	    "{meaning} If the server refuses with no challenge, the plugin "
	    "does not learn of it: \"tokend status\" shows the account as ok, "
	    "and the token is not replaced before it expires.",
	    "Run \"tokend refresh {sh:account}\", which replaces the token; if "
	    "the new one is refused too, {remedy}" FLUSH),
	[QUEUE_REFUSED] = KNOWN_FAULT("queue-refused", STATUS_OK,
	    "{mails} from {cut:sender}, refused by {relay}, left the queue"
	    "{ago}: {words}", LOST, SEND_AGAIN),
	[QUEUE_EXPIRED] = KNOWN_FAULT("queue-expired", STATUS_OK,
	    "{mails} from {cut:sender}, which waited too long for {relay}, "
	    "left the queue{ago}: {words}", LOST, SEND_AGAIN),
	[QUEUE_NO_LOG] = KNOWN_UNKNOWN("queue-no-log",
	    "Which mails were refused and left the queue is not known: "
	    "{failure}."),
};

#define REASON(i, w, c, m, r) .id = i, .words = w, .verdict = VERDICT_FAULT, \
	.code = STATUS_##c, .why = m, .remedy = r
/* libsasl2's text for the code that the plugin chose (plugin/mech.c). */
#define LIBRARY(i, w, c, m, r) REASON(i, w, c, m, r), \
	.also = "cannot authenticate to server"
#define FIRST(checks) "First fix what tokend doctor says of " checks

const struct known queue_reasons[] = {
	{ REASON("reason-tokend", QUEUE_PIPED, LATER,
	    "tokend did not send this mail, and these are its words.",
	    "First do what they say") },
	{ LIBRARY("reason-no-mechanism", "no mechanism available", CONFIG,
	    "Postfix found no mechanism to log in with: the plugin is "
	    "switched off, or an option excludes it.",
	    FIRST("plugin and postfix")) },
	{ REASON("reason-filter",
	    "offered no compatible authentication mechanisms", CONFIG,
	    "What the server offers does not get through "
	    "smtp_sasl_mechanism_filter, or it has no XOAUTH2.",
	    FIRST("postfix")) },
	{ LIBRARY("reason-no-token",
	    "remote authentication server unavailable", LATER,
	    "The plugin got no token in time: tokend is not running or not "
	    "seen from the jail, its store is full, or the provider cannot be "
	    "reached.",
	    FIRST("store, sockets and provider")), .flags = KNOWN_FROM_PLUGIN },
	{ LIBRARY("reason-denied", "authorization failure", DENIED,
	    "tokend gave no token to this Postfix: `allow` or `hosts` of the "
	    "account do not name it or the server.",
	    FIRST("accounts and postfix")),
	    .flags = KNOWN_FROM_PLUGIN },
	{ LIBRARY("reason-no-consent", "authentication failure", SIGN_IN,
	    "There is no consent to get a token by, or the server refused two "
	    "fresh ones.", "\"tokend status\" shows which"),
	    .flags = KNOWN_FROM_PLUGIN },
	{ LIBRARY("reason-setting", "invalid parameter supplied", CONFIG,
	    "The plugin, the account or the store is not set up right.",
	    FIRST("accounts, store and postfix")), .flags = KNOWN_FROM_PLUGIN },
	{ LIBRARY("reason-other-plugin", "bad protocol / cancel", CONFIG,
	    "Not tokend's: another XOAUTH2 plugin failed here.",
	    FIRST("plugin")) },
	{ REASON("reason-plugin", "cannot authenticate to server", INTERNAL,
	    "The plugin failed.", "\"tokend doctor --report -\" shows what a "
	    "bug report needs"), .flags = KNOWN_FROM_PLUGIN },
	{ REASON("reason-no-login", " 530 5.7", CONFIG,
	    "Postfix sent this mail without a login.", FIRST("postfix")),
	    .kind = SENDING_NO_LOGIN },
	{ REASON("reason-no-tls", "TLS is required, but was not offered",
	    CONFIG, "The relay or the network hides TLS, and without it no "
	    "token leaves.", "Its port should be 587, or 465 with "
	    "smtp_tls_wrappermode") },
	{ REASON("reason-certificate", "Server certificate not", CONFIG,
	    "The certificate of the relay is not one that Postfix trusts, so "
	    "no token leaves.",
	    FIRST("smtp_tls_CAfile")) },
	{ REASON("reason-table", "local data error while talking to", CONFIG,
	    "Postfix cannot read one of its tables.", FIRST("postfix")) }
};
const size_t queue_reasons_count =
    sizeof(queue_reasons) / sizeof(queue_reasons[0]);
