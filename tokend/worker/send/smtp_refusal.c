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

static enum status
find_status(enum smtp_step step, enum sending_kind kind, int code)
{
	if (code / 100 == 4)
		return STATUS_LATER;
	switch (kind) {
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
find_remedy(const struct sending_advice *advice, enum smtp_step step,
    enum status code)
{
	if (code == STATUS_LATER)
		return "it is tried again later";
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

int
smtp_fail_refused(struct failure *why, const char *server,
    enum smtp_step step, const char *address, const struct smtp_reply *r)
{
	const struct sending_advice *advice = sending_advice_find(r->said);
	const enum status code = find_status(step, advice->kind, r->code);
	const int is_final = r->code / 100 == 5;
	char head[320] = "", tail[320] = "";

	make_head(head, sizeof(head), server, step, address, is_final);
	snprintf(tail, sizeof(tail), ": %s", find_remedy(advice, step, code));
	text_fail(why, code, head, r->said, tail);
	/* "4yz" is any: one mail waits, and others may pass. */
	if (advice->kind == SENDING_LIMIT && strcmp(advice->words, "4yz") != 0)
		why->retry_after = is_final ? LIMIT_FINAL : LIMIT_PASSING;
	return -1;
}
