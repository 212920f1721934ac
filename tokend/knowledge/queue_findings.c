/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * queue_findings.c - mail that waits or was lost. What a server's words mean,
 * {meaning} and {remedy}, is in mail_advice.c, sending_advice.c and
 * reason.c.
 */
#include "knowledge/findings.h"

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
