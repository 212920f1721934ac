/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * way.h - the ways in which an account sends: by SMTP, or by a provider's API.
 */
#pragma once

#include <stdint.h>

#include "account/account.h"
#include "disk/scope.h"
#include "send/outgoing.h"
#include "base/status.h"

enum sent {
	SENT_DONE,		/* the provider has taken the mail */
	SENT_TOKEN_REFUSED,	/* a newer token may help; nothing was sent */
	SENT_FAILED
};

/* Of the deadline, kept for the answer to a mail that has been sent whole. */
#define SENDER_END_MS 300000

/*
 * Without a byte of an API's, or until a reply of SMTP is whole. RFC 5321
 * 4.5.3.2 has 5 minutes for some of them, of which there are few.
 */
#define SENDER_STILL_MS 120000

struct sender {
	const struct scope *scope;
	const struct account *account;
	void *connection;	/* the way's own, kept for the next mail */
	int client;		/* the conversation about this mail; -1: none */
	int64_t deadline;	/* clock_ms: all about this mail ends by it */
	int64_t still_ms;	/* SENDER_STILL_MS, or less for a test */
	/* Asks the client for its go (sender_go); NULL: it is given. */
	int (*ask_go)(struct sender *s, struct failure *why);
	void *of;		/* for ask_go */
};

/*
 * The provider's words. said is printable, without the token. After
 * SENT_TOKEN_REFUSED it is what was said about the token; after SENT_DONE the
 * server's last line or the API's id of the mail.
 */
struct sent_answer {
	char said[400 + 1];
	int64_t retry_after;	/* seconds, 0: not said */
};

struct sending_way {
	/*
	 * Sends o, in which nothing was read yet, by its sender to all of its
	 * recipients or to none; user is the mailbox to log in as. Calls
	 * sender_go once, right before what makes the provider send the mail
	 * (the final dot, the last part of a request), and does it only after
	 * 0; up to there it gives up if sender_is_left. why is set after
	 * SENT_TOKEN_REFUSED (STATUS_REJECTED) and SENT_FAILED:
	 * STATUS_MESSAGE where no later try helps this mail, STATUS_CONFIG
	 * where a person has to change something, STATUS_LATER for the rest;
	 * its text ends with what to do, and names no account.
	 */
	enum sent (*send)(struct sender *s, struct outgoing *o,
	    const char *user, const char *token, struct sent_answer *answer,
	    struct failure *why);
	/* Ends what is kept in s->connection, which may be NULL. */
	void (*close)(struct sender *s);
};

extern const struct sending_way send_by_smtp;
extern const struct sending_way send_by_gmail;
extern const struct sending_way send_by_graph;

/* The way of an account that has one. */
const struct sending_way *sending_way_of(const struct account *a);

/*
 * True if no process waits for this mail's result any more: it is not to be
 * sent, as it stays in its queue.
 */
int sender_is_left(const struct sender *s);

/* The failure for that. Returns -1. */
int sender_fail_left(struct failure *why);

/*
 * Says to the process that waits that all is ready (common/message.h, send).
 * 0: it still waits, the mail is to be sent now. -1 with why: it is not.
 */
int sender_go(struct sender *s, struct failure *why);
