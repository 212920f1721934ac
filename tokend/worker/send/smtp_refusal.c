/* SPDX-License-Identifier: BSD-2-Clause */
#include "send/smtp_refusal.h"

#include <stdio.h>
#include <string.h>

#include "common/failure_text.h"
#include "knowledge/sending_advice.h"

/* Seconds for a limit whose end the server does not say: it passes soon. */
#define LIMIT_PASSING 300
#define LIMIT_FINAL 3600	/* one that it states as final: of a day */
#define ADDRESS_SHOWN 100

#define SENDER_REMEDY "have the provider let the mailbox send as that " \
	"address, or send from one that it may use (send_from in the " \
	"account's file replaces addresses of this machine)"

/* So many that the server takes a part of them, which it says as 452, too. */
static int
has_too_many(enum smtp_step step, const struct known *advice)
{
	return step == SMTP_AT_RECIPIENT &&
	    strcmp(advice->id, "sending: too many recipients") == 0;
}

static enum status
find_status(enum smtp_step step, const struct known *advice, int code)
{
	/* No other try of the same mail has fewer. */
	if (code / 100 == 4 && !has_too_many(step, advice))
		return STATUS_LATER;
	switch (advice->kind) {
	case SENDING_LIMIT:
		return STATUS_LATER;
	case SENDING_SENDER:
	case SENDING_BLOCKED:
	case SENDING_NO_LOGIN:
		return STATUS_CONFIG;
	case SENDING_CONTENT:
		return STATUS_MESSAGE;
	default:
		/* A sender is the account's matter, whatever is said of it. */
		return step == SMTP_AT_SENDER ? STATUS_CONFIG :
		    STATUS_MESSAGE;
	}
}

/* The rows' own remedies are for Postfix, where they name a setting. */
static const char *
find_remedy(const struct known *advice, enum smtp_step step,
    enum status code)
{
	if (code == STATUS_LATER)
		return "it is tried again later";
	if (has_too_many(step, advice))
		return advice->remedy;
	switch (advice->kind) {
	case SENDING_SENDER:
		return SENDER_REMEDY;
	case SENDING_CONTENT:
		return "change the mail, or send it in another way";
	case SENDING_NO_LOGIN:
		return "check that server_smtp is the provider's server for "
		    "sending";
	case SENDING_BLOCKED:
		return advice->remedy;
	case SENDING_RECIPIENT:
		return step == SMTP_AT_SENDER ? SENDER_REMEDY :
		    advice->remedy;
	default:
		return "the server's words say why";
	}
}

static void
make_head(char *head, size_t size, const char *server, enum smtp_step step,
    const char *address, int is_final)
{
	const char *verb = is_final ? "refused" : "does not take for now";
	char shown[ADDRESS_SHOWN] = "";

	if (step == SMTP_AT_CONTENT) {
		snprintf(head, size, "%.100s %s the mail", server, verb);
		return;
	}
	text_cut(shown, sizeof(shown), address);
	snprintf(head, size, "%.100s %s the %s <%s>", server, verb,
	    step == SMTP_AT_SENDER ? "sender" : "recipient", shown);
}

/* The server repeats the address, whose words are the client's choice. */
static const struct known *
find_advice(const char *said, const char *address)
{
	char words[SMTP_SAID_MAX + 1], *at = words;
	size_t len = address != NULL ? strlen(address) : 0;

	snprintf(words, sizeof(words), "%s", said);
	while (len > 0 && (at = strcasestr(at, address)) != NULL)
		memset(at, '_', len);
	return sending_advice_find(words);
}

int
smtp_fail_refused(struct failure *why, const char *server,
    enum smtp_step step, const char *address, const struct smtp_reply *r)
{
	const struct known *advice = find_advice(r->said, address);
	const enum status code = find_status(step, advice, r->code);
	const int is_final = r->code / 100 == 5;
	const int is_limit = (advice->flags & KNOWN_PASSES) != 0;
	char head[320] = "", tail[320] = "", said[SMTP_SAID_MAX + 1];

	snprintf(said, sizeof(said), "%s", r->said);
	/* Other users are told it, too, when their mail is held back. */
	if (is_limit) {
		step = SMTP_AT_CONTENT;
		text_hide_addresses(said, NULL);
	}
	make_head(head, sizeof(head), server, step, address, is_final);
	snprintf(tail, sizeof(tail), ": %s", find_remedy(advice, step, code));
	text_fail(why, code, head, said, tail);
	if (is_limit)
		why->retry_after = is_final ? LIMIT_FINAL : LIMIT_PASSING;
	return -1;
}
