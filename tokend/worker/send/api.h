/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * api.h - what the ways by a provider's API have in common: the connection, the
 * mail as the body of a request, and what a refusal means.
 */
#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "knowledge/send_refusals.h"
#include "net/upload.h"
#include "send/way.h"

/* One mail. */
struct api_call {
	enum send_api api;
	struct sender *sender;
	struct outgoing *mail;
	const char *user;
	const char *token;
	struct sent_answer *answer;
	struct failure *why;
	struct buf authorization;
	struct upload_answer http;	/* of the last request */
	int64_t from;		/* the mail's byte that a request begins at */
	int64_t skip;		/* as many are still to be read over */
	char kept;		/* a byte that was read and had no room */
	int has_kept;
	int read_error;		/* errno of its reading, 0: none */
	int has_go;		/* sender_go has agreed */
	int asks_session;	/* how much has arrived, before it goes on */
	/* All of the mail went out, and no answer came: it may be taken. */
	int may_be_taken;
	struct failure refusal;	/* why no request is to be made, or completed */
};

/* A way by an API. */
struct api_way {
	enum send_api api;
	const char *name;
	int64_t most;		/* bytes of a mail, as it is sent */
	const char *remedy;	/* for a larger one; a template (known.h) */
	enum sent (*send)(struct api_call *c, int64_t size);
};

/*
 * Sends o by way->send: refuses what is too large before anything is sent,
 * opens the connection in s->connection if there is none, and makes the
 * Authorization (RFC 6750 2.1). The rest is as in struct sending_way.
 */
enum sent api_send(const struct api_way *way, struct sender *s,
    struct outgoing *o, const char *user, const char *token,
    struct sent_answer *answer, struct failure *why);

/* Ends the connection; for struct sending_way. */
void api_close(struct sender *s);

/* The mail as a body, from its byte c->from on; for upload.h, arg is c. */
ssize_t api_read_mail(void *c, void *data, size_t size);
int api_may_complete(void *c);
void api_rewind(void *c);

/*
 * Performs r after rewind_body(r->arg), which may be NULL; where a kept
 * connection has ended before all of the body was sent, once more, unless
 * c->asks_session. 0: an answer came, c->http has its status; -1: none did.
 */
int api_perform(struct api_call *c, struct upload_request *r,
    void (*rewind_body)(void *arg));

/*
 * Fills why and answer for an answer that is no success, and for none.
 */
enum sent api_refused(struct api_call *c);
enum sent api_unanswered(struct api_call *c);

/* The same for what no status tells, by words of our own; name may be "". */
enum sent api_refused_as(struct api_call *c, const char *name,
    const char *said);

/*
 * Fills answer->said with text that the provider sent. Returns SENT_DONE, or
 * SENT_FAILED with why if it cannot have all of the mail.
 */
enum sent api_done(struct api_call *c, const char *text);
