/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * typed.h - the secrets of a sign-in, on their way from the person to the
 * worker. They are in no file and in no argument list on this side.
 */
#ifndef TOKEND_TYPED_H
#define TOKEND_TYPED_H

#include "buf.h"
#include "command/login/options.h"
#include "command/terminal/ask.h"

/* A key file's bytes: in base64 they are one attribute (attr.h). */
#define TYPED_KEY_MAX 12000

struct typed {			/* empty: not given */
	struct buf refresh_token;
	struct buf client_secret;
	struct buf key_password;
	struct buf client_key;	/* the file's content, in base64 */
};

#define TYPED_INIT { BUF_INIT(ASK_LINE_MAX), BUF_INIT(ASK_LINE_MAX), \
	BUF_INIT(ASK_LINE_MAX), BUF_INIT(ASK_LINE_MAX) }

/*
 * Those that the options name, from standard input in the order above, the key
 * to its end; at a terminal the lines are asked for. 0, or -1 with why.
 */
int typed_read(struct typed *t, const struct options *o,
    struct failure *why);

/*
 * Reads a key file for its owner, who was asked for its path; and asks for its
 * password if it is encrypted. 0, or -1 with why.
 */
int typed_read_key(struct typed *t, const char *path, struct failure *why);

/* Adds them to a job's first message. -1 with errno as attrs_add does. */
int typed_add(const struct typed *t, struct buf *message);

void typed_free(struct typed *t);

#endif
