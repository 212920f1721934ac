/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * proto.h - the line protocol: PROTOCOL in this folder, word for word.
 *
 * Both sides link this encoder and this decoder.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "disk/cachefile.h"
#include "base/status.h"

#define PROTO_VERSION "1"
#define PROTO_MESSAGE_MAX 65536

enum verb {
	VERB_GET,
	VERB_REJECT,
	VERB_DOUBT,
	VERB_SEND	/* a mail file comes along, passing.h */
};

/* Strings are borrowed; NULL means absent. */
struct request {
	enum verb verb;
	const char *account;	/* folded */
	const char *authid;
	const char *authzid;
	const char *service;
	const char *host;
	const char *mechanism;	/* "XOAUTH2", "OAUTHBEARER"; "none": command */
	const char *id;		/* reject: the token that was refused */
	const char *challenge;	/* reject: the server's words */
	int64_t wait;		/* get, send: ms that the client waits; or 0 */
	/*
	 * send: how the message and the mail file go out, in io_send's place.
	 * No call of it elsewhere: the plugin does not link it.
	 */
	int (*pass)(int fd, const struct buf *message, int mail,
	    int64_t deadline);
	int mail;		/* the descriptor, where there is a pass */
};

/*
 * On STATUS_OK the members up to expires are set, or, of a mail, said; else
 * only failure.
 */
struct answer {
	struct failure failure;	/* .code is STATUS_OK on success */
	const char *token;
	const char *id;
	const char *user;	/* NULL: the account names no mailbox */
	int64_t issued;
	int64_t fresh_until;
	int64_t expires;
	char *said;		/* send: who took the mail, in its words */
	struct buf raw;		/* what the pointers above point into; wiped */
};

#define ANSWER_INIT { .raw = BUF_INIT(PROTO_MESSAGE_MAX) }

void answer_free(struct answer *a);

/* Moves the token, with its memory, from c to a: success. */
void answer_from_cache(struct answer *a, struct cache *c);

/*
 * Encoders append one whole message. -1 with errno: ENOMEM, EMSGSIZE, or
 * EINVAL for a value with CR or LF, for every caller.
 */
int request_encode(const struct request *r, struct buf *b);
int answer_encode(const struct answer *a, struct buf *b);

/*
 * Decoders take the bytes of one whole message, empty line included, and
 * change them in place; results point into them. -1: STATUS_VERSION for
 * another version, else STATUS_INTERNAL with a text about the peer.
 * answer_decode moves raw into a.
 */
int request_decode(struct request *r, struct buf *raw, struct failure *why);
int answer_decode(struct answer *a, struct buf *raw, struct failure *why);
